"""Relationships: lists, one with its meetings, claims and tasks, and the submitted forms."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, case, func, null, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.applied import APPLIED
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Page, Reads, plain
from activities.adapters.postgres.reads.search import matches, person_matches
from activities.adapters.postgres.reads.tasks import THEN, late_subjects
from activities.adapters.postgres.tables import hours
from domain.acting_for import STAFF_ACTS
from domain.projection_rows import CORRECTED
from domain.visibility import Data, Sight, of_pair

_SHOWN: Final = tuple(column for column in tables.relationships.c if column.name not in CORRECTED)
"""What each reader of a relationship sees of it; the application is in a part of its own."""

MENTEE: Final = tables.people.alias("mentee")
MENTOR: Final = tables.people.alias("mentor")
"""The people of a pair in ``named_pairs``."""


class RelationshipReads(Reads):
    """The reads of relationships."""

    async def page(
        self,
        sight: Sight,
        *,
        after: str = "",
        limit: int = 50,
        status: str = "",
        stage: str = "",
        region: str = "",
        q: str = "",
        late_at: datetime | None = None,
    ) -> Page:
        """Return relationships in the order in which they were opened, with the names that the reader may see.

        ``late_at`` keeps those with an open task that was due before; ``q`` those with a person whom it finds.
        """
        table = tables.relationships
        mentee, mentor = tables.people.alias("mentee"), tables.people.alias("mentor")
        wanted = [sql.relationship(sight)]
        for column, value in ((table.c.status, status), (table.c.stage, stage), (table.c.region, region)):
            if value:
                wanted.append(column == value)
        if q:
            sides = (mentee, mentor)
            named = and_(sql.by_pair(sight), or_(*(matches(q, side.c.name) for side in sides)))
            wanted.append(or_(named, *(person_matches(sight, q, side) for side in sides)))
        if late_at is not None:
            wanted.append(table.c.id.in_(late_subjects(sight, late_at)))
        statement = _named(sight, mentee, mentor).where(*wanted)
        return await self._page(statement, table.c.opened_at, table.c.id, after, limit)

    async def with_names(self, sight: Sight, id: str) -> Mapping[str, Any] | None:
        """Return a relationship with the names of its pair and none of its parts; None if the reader may not see it.

        The two know each other: whoever sees the text of an agreement sees both names, which it begins with.
        """
        knows = sql.relationship(sight, Data.AGREEMENT)
        names = (
            case((knows, side.c.name), else_=null()).label(f"{side.name}_name") for side in (MENTEE, MENTOR)
        )
        wanted = (
            select(*_SHOWN, *names)
            .join(MENTEE, MENTEE.c.id == tables.relationships.c.mentee, isouter=True)
            .join(MENTOR, MENTOR.c.id == tables.relationships.c.mentor, isouter=True)
            .where(tables.relationships.c.id == id, sql.relationship(sight))
        )
        async with self._database.selects() as connection:
            found = (await connection.execute(wanted)).first()
        return None if found is None else plain(found._mapping)

    async def one(self, sight: Sight, id: str) -> Mapping[str, Any] | None:
        """Return a relationship with its names and all its parts; None if the reader may not see it.

        ``met`` counts the meetings that were neither struck nor withdrawn: all, face to face, by kind, and by mode. A
        corrected meeting has its ``versions``, all that was said about it.
        """
        mentee, mentor = tables.people.alias("mentee"), tables.people.alias("mentor")
        wanted = _named(sight, mentee, mentor).where(tables.relationships.c.id == id, sql.relationship(sight))
        async with self._database.transaction() as connection:
            found = (await connection.execute(wanted)).first()
            if found is None:
                return None
            parts = {
                "meetings": select(tables.meetings)
                .where(tables.meetings.c.relationship == id)
                .order_by(tables.meetings.c.began_at, tables.meetings.c.id),
                "versions": select(tables.meeting_versions)
                .where(tables.meeting_versions.c.relationship == id)
                .order_by(tables.meeting_versions.c.meeting, tables.meeting_versions.c.number),
                **{
                    part.name: select(part)
                    .where(part.c.relationship == id)
                    .order_by(part.c.starts_at, part.c.id)
                    for part in hours.HOURS
                },
                "marks": select(hours.marks)
                .where(hours.marks.c.relationship == id)
                .order_by(hours.marks.c.noted_on, hours.marks.c.id),
                "claims": select(tables.claims).where(tables.claims.c.relationship == id),
                "helpers": select(tables.helpers)
                .where(tables.helpers.c.relationship == id)
                .order_by(tables.helpers.c.named_at, tables.helpers.c.id),
                "tasks": select(tables.tasks)
                .where(tables.tasks.c.subject == id, sql.task(sight))
                .order_by(tables.tasks.c.opened_at, *THEN, tables.tasks.c.id),
            }
            whole: dict[str, Any] = plain(found._mapping)
            for name, statement in parts.items():
                whole[name] = [plain(row._mapping) for row in await connection.execute(statement)]
            whole["tasks"] = [self._shown(task) for task in whole["tasks"]]
            versions = whole.pop("versions")
            for met in whole["meetings"]:
                met["versions"] = [each for each in versions if each["meeting"] == met["id"]]
            return whole | {
                "met": _counted(whole["meetings"]),
                **await _applied(connection, sight, whole),
            }

    async def head(self, sight: Sight, id: str) -> Mapping[str, Any] | None:
        """Return a relationship with names, addresses and places of its two people, as far as the reader sees them."""
        async with self._database.one_statement() as connection:
            row = (await connection.execute(_head(sight), {"of": id})).first()
        return None if row is None else plain(row._mapping)

    async def named(self, sight: Sight, ids: Collection[str]) -> tuple[Mapping[str, Any], ...]:
        """Return those of some relationships that the reader sees, with names, the oldest first."""
        pair = tables.relationships.c
        wanted = named_pairs(sight).where(pair.id.in_(ids), sql.relationship(sight)).order_by(pair.opened_at)
        async with self._database.one_statement() as connection:
            return tuple(plain(row._mapping) for row in await connection.execute(wanted))

    async def of_person(self, sight: Sight, person: str) -> tuple[Mapping[str, Any], ...]:
        """Return the relationships of a person that the reader sees, as mentee or mentor, the newest first."""
        pair = tables.relationships.c
        of_person = or_(pair.mentee == person, pair.mentor == person, pair.proposed_mentor == person)
        wanted = named_pairs(sight).where(of_person, sql.relationship(sight)).order_by(pair.opened_at.desc())
        async with self._database.one_statement() as connection:
            return tuple(plain(row._mapping) for row in await connection.execute(wanted))

    async def ids(self, sight: Sight, beginning: str) -> tuple[str, ...]:
        """Return the ids of relationships that begin with these digits; two at most."""
        return await self._ids(tables.relationships.c.id, sql.relationship(sight), beginning)

    async def own(self, sight: Sight) -> tuple[Mapping[str, Any], ...]:
        """Return the reader's own pairs that still run or wait for a last form, in the order of opening."""
        table = tables.relationships
        runs = or_(table.c.ended_at.is_(None), table.c.next_due.is_not(None))
        query = select(*_SHOWN).where(sql.own_pair(sight), runs)
        return await self._all(query.order_by(table.c.opened_at, table.c.id))

    async def of_group(self, sight: Sight, group: str) -> tuple[Mapping[str, Any], ...]:
        """Return the meetings of a group's log, each with its pair, in the pairs that the reader sees."""
        met = tables.meetings.c
        wanted = select(met.id, met.relationship).where(
            met.group_id == group, sql.of_relationship(sight, met.relationship)
        )
        return await self._all(wanted.order_by(met.relationship))

    async def of_term(self, sight: Sight, term: str, region: str) -> tuple[Mapping[str, Any], ...]:
        """Return the pairs of a term in a region that are under way, with the names that the reader sees."""
        table = tables.relationships.c
        mentee, mentor = tables.people.alias("mentee"), tables.people.alias("mentor")
        wanted = _named(sight, mentee, mentor).where(
            table.term == term, table.region == region, table.mentor != "", table.ended_at.is_(None)
        )
        return await self._all(wanted.where(sql.relationship(sight)).order_by(mentee.c.name, table.id))

    async def forms(self, sight: Sight, id: str) -> tuple[Mapping[str, Any], ...]:
        """Return which forms of a relationship were submitted, without their answers, the oldest first."""
        table = tables.forms
        wanted = select(table).where(
            table.c.relationship == id, sql.of_relationship(sight, table.c.relationship)
        )
        return await self._all(wanted.order_by(table.c.submitted_at, table.c.id))

    async def staff_acts(self, sight: Sight, id: str) -> tuple[Mapping[str, Any], ...]:
        """Return what staff entered for people of a relationship, as far as the reader sees it, the oldest first."""
        table, pair = tables.staff_acts, tables.relationships
        wanted = select(pair).where(pair.c.id == id, sql.relationship(sight))
        acts = select(table).where(table.c.relationship == id).order_by(table.c.acted_at, table.c.id)
        async with self._database.transaction() as connection:
            found = (await connection.execute(wanted)).first()
            if found is None:
                return ()
            record = of_pair(plain(found._mapping))
            rows = [plain(row._mapping) for row in await connection.execute(acts)]
        return tuple(
            row
            for row in rows
            if row["person"] in sight.ids or sight.sees(STAFF_ACTS[row["command"]].shows, record)
        )


def named_pairs(sight: Sight, *more: ColumnElement[Any]) -> Select[Any]:
    """Return relationships with the names of their pairs and regions, and of a proposed mentor before there is one.

    The names are those that the reader may see; ``more`` are further columns.
    """
    table, mentee, mentor = tables.relationships, MENTEE, MENTOR
    there = func.coalesce(func.nullif(table.c.mentor, ""), table.c.proposed_mentor)
    return (
        select(
            table,
            *more,
            tables.regions.c.name.label("region_name"),
            sql.name_in_pair(sight, mentee).label("mentee_name"),
            sql.name_in_pair(sight, mentor).label("mentor_name"),
        )
        .select_from(table)
        .join(mentee, mentee.c.id == table.c.mentee, isouter=True)
        .join(mentor, mentor.c.id == there, isouter=True)
        .join(tables.regions, tables.regions.c.code == table.c.region, isouter=True)
    )


@lru_cache(maxsize=256)
def _head(sight: Sight) -> Select[Any]:
    """Return the statement of the head of a record, built once for a reader: that takes longer than to run it."""
    of_people = [
        case((sql.person(sight, side), side.c[name]), else_=null()).label(f"{side.name}_{name}")
        for side in (MENTEE, MENTOR)
        for name in ("email", "phone", "role_title", "district")
    ]
    return named_pairs(sight, *of_people).where(
        tables.relationships.c.id == bindparam("of"), sql.relationship(sight)
    )


def _named(sight: Sight, mentee: FromClause, mentor: FromClause) -> Select[Any]:
    """Return relationships with the names of their pairs, where the reader may see them."""
    table = tables.relationships
    return (
        select(
            *_SHOWN,
            sql.name_in_pair(sight, mentee).label("mentee_name"),
            sql.name_in_pair(sight, mentor).label("mentor_name"),
        )
        .join(mentee, mentee.c.id == table.c.mentee, isouter=True)
        .join(mentor, mentor.c.id == table.c.mentor, isouter=True)
    )


async def _applied(
    connection: AsyncConnection, sight: Sight, pair: Mapping[str, Any]
) -> Mapping[str, Mapping[str, Any]]:
    """Return what the mentee applied with, as corrected, for the mentee and for who sees the history."""
    if pair["mentee"] not in sight.ids and not sight.sees(Data.HISTORY, of_pair(pair)):
        return {}
    stands = {**APPLIED, "region": tables.applications.c.region}
    wanted = (
        select(*(column.label(name) for name, column in stands.items()))
        .join(tables.relationships, tables.relationships.c.id == tables.applications.c.relationship)
        .where(tables.applications.c.relationship == pair["id"])
    )
    found = (await connection.execute(wanted)).first()
    return {} if found is None else {"applied": plain(found._mapping)}


def _counted(meetings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    standing = [row for row in meetings if row["status"] not in ("struck", "withdrawn")]
    return {
        "meetings": len(standing),
        "face_to_face": sum(row["face_to_face"] for row in standing),
        "by_kind": dict(Counter(row["kind"] for row in standing)),
        "by_mode": dict(Counter(row["mode"] for row in standing if row["mode"])),
    }
