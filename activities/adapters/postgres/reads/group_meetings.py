"""Group meetings as staff work with them: logs of several pairs, searched and filtered, page by page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.relationships import MENTEE, MENTOR, named_pairs
from activities.adapters.postgres.reads.rows import Reads, plain
from activities.adapters.postgres.reads.search import matches, person_matches
from domain.visibility import Sight

_MET: Final = tables.meetings.c
_PAIR: Final = tables.relationships.c


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFilter:
    """Which group meetings a list shows; what is empty filters nothing. ``withdrawn``: those that count no more."""

    q: str = ""
    region: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupList:
    """Some group meetings, each as the lines of its pairs that the reader sees, and how many there are."""

    groups: tuple[tuple[Mapping[str, Any], ...], ...]
    total: int


class GroupMeetingReads(Reads):
    """The reads of group meetings."""

    async def listed(
        self, sight: Sight, wanted: GroupFilter, *, offset: int = 0, limit: int = 50
    ) -> GroupList:
        """Return some group meetings, the newest first."""
        began = func.max(_MET.began_at)
        statement = (
            _of_groups(sight, _MET.group_id, func.count().over().label("total"))
            .where(*_conditions(sight, wanted))
            .group_by(_MET.group_id)
            .having(_stands(wanted))
            .order_by(began.desc(), _MET.group_id)
        )
        async with self._database.one_statement() as connection:
            found = (await connection.execute(statement.offset(offset).limit(limit))).all()
        total = found[0].total if found else 0
        if not found and offset:
            total = (await self.listed(sight, wanted, limit=1)).total
        lines = await self._lines(sight, [row.group_id for row in found])
        return GroupList(groups=tuple(lines[row.group_id] for row in found), total=total)

    async def one(self, sight: Sight, group: str) -> tuple[Mapping[str, Any], ...]:
        """Return the meetings of one group's log, each with its pair, in the pairs that the reader sees."""
        return (await self._lines(sight, [group])).get(group, ())

    async def candidates(
        self, sight: Sight, programs: Collection[str], *, q: str = "", mentor: str = "", limit: int = 50
    ) -> tuple[Mapping[str, Any], ...]:
        """Return pairs of these programs that meet now, by mentor; of all programs without any.

        ``q`` finds names, ``mentor`` is one mentor's id.
        """
        meets = [_PAIR.status == "open", _PAIR.stage == "meetings"]
        if programs:
            meets.append(_PAIR.program.in_(programs))
        wanted = named_pairs(sight).where(
            *meets, sql.relationship(sight), *_conditions(sight, GroupFilter(q=q))
        )
        if mentor:
            wanted = wanted.where(_PAIR.mentor == mentor)
        return await self._all(wanted.order_by(MENTOR.c.name, MENTEE.c.name, _PAIR.id).limit(limit))

    async def pairs(self, sight: Sight, ids: Collection[str]) -> tuple[Mapping[str, Any], ...]:
        """Return those of some pairs that the reader sees, with their names, by mentor."""
        if not ids:
            return ()
        wanted = named_pairs(sight).where(_PAIR.id.in_(ids), sql.relationship(sight))
        return await self._all(wanted.order_by(MENTOR.c.name, MENTEE.c.name, _PAIR.id))

    async def _lines(
        self, sight: Sight, groups: Collection[str]
    ) -> Mapping[str, tuple[Mapping[str, Any], ...]]:
        more = [_MET[name] for name in ("began_at", "minutes", "mode", "topics", "place", "group_id")]
        also = [_MET.id.label("meeting"), _MET.status.label("said"), *more]
        wanted = (
            named_pairs(sight, *also)
            .join(tables.meetings, _MET.relationship == _PAIR.id)
            .where(_MET.group_id.in_(groups), sql.relationship(sight))
            .order_by(MENTOR.c.name, MENTEE.c.name, _PAIR.id)
        )
        async with self._database.one_statement() as connection:
            rows = [plain(row._mapping) for row in await connection.execute(wanted)] if groups else []
        return {group: tuple(row for row in rows if row["group_id"] == group) for group in groups}


def _of_groups(sight: Sight, *columns: ColumnElement[Any]) -> Select[Any]:
    return (
        select(*columns)
        .select_from(tables.meetings)
        .join(tables.relationships, _PAIR.id == _MET.relationship)
        .join(MENTEE, MENTEE.c.id == _PAIR.mentee, isouter=True)
        .join(MENTOR, MENTOR.c.id == _PAIR.mentor, isouter=True)
        .where(_MET.group_id != "", sql.relationship(sight))
    )


def _stands(wanted: GroupFilter) -> ColumnElement[bool]:
    """Return whether a meeting of the group still counts, or none does any longer."""
    standing = func.bool_or(_MET.status.not_in(("withdrawn", "struck")))
    return standing.is_(False) if wanted.withdrawn else standing.is_(True)


def _conditions(sight: Sight, wanted: GroupFilter) -> list[ColumnElement[bool]]:
    found = [_PAIR.region == wanted.region] if wanted.region else []
    if wanted.q:
        sides = (MENTEE, MENTOR)
        by_name = and_(sql.by_pair(sight), or_(*(matches(wanted.q, side.c.name) for side in sides)))
        found.append(or_(by_name, *(person_matches(sight, wanted.q, side) for side in sides)))
    return found
