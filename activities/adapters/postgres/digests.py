"""The rows of digests, and who gets them: everybody with a live grant, and contacts of regions without one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Date, Select, and_, bindparam, exists, func, not_, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.associations import association_in, with_association
from activities.adapters.postgres.facts.entries_of_one import stands_for
from activities.adapters.postgres.facts.grants import live_grants
from activities.adapters.postgres.facts.region_contacts import serves_on
from activities.adapters.postgres.office_tasks import open_office_task
from activities.adapters.postgres.overtaken import has_later_rows, standing_of
from activities.adapters.postgres.reads.tasks import TaskReads
from activities.ports.digests import DigestReader, DigestReaders, PlannedDigest, RegionNotice
from activities.ports.notices import Person
from domain.actors import Role
from domain.associations import Association
from domain.digests import Digest, DigestLine, DigestRhythm, ToldWhen
from domain.failed_notices import NOT_WORDED, OF_DIGEST
from domain.notices import FACTS, HAS_TASK, NoticeKind
from domain.people.grants import Grant, rights_of
from domain.tasks import TOLD, TaskKind
from domain.visibility import Sight, sight_of

_AT_ONCE: Final = tuple(kind.value for kind, told in TOLD.items() if told is ToldWhen.AT_ONCE)
_IF_SOON: Final = tuple(kind.value for kind, told in TOLD.items() if told is ToldWhen.AT_ONCE_IF_SOON)
_NEXT_LIST: Final = timedelta(days=5)
"""The next list of the morning is never farther away: a weekend between two holidays is shorter."""

HEARD_FOR: Final = timedelta(days=14)
"""How long what was told at once is known apart; each list of a Monday has it as well."""


@dataclass(slots=True, kw_only=True)
class _Human:
    """What somebody gets digests for: grants, and regions in which the person is a contact."""

    grants: list[Grant] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)


class SqlDigests:
    """The ``DigestStore`` port in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tasks = TaskReads(database)

    async def readers(self, now: datetime) -> DigestReaders:
        """Return everybody who gets digests at this moment."""
        async with self._database.transaction() as connection:
            grants = await live_grants(connection)
            seats = await _contacts(connection, now.astimezone(UTC).date())
            stands = await _stand_for(
                connection, {grant.person for grant in grants} | {who for who, _ in seats}
            )
            humans: dict[str, _Human] = defaultdict(_Human)
            for grant in grants:
                if grant.person in stands:
                    humans[stands[grant.person]].grants.append(grant)
            for who, region in seats:
                humans[stands[who]].regions.append(region)
            readers = await _readers(connection, humans, now.astimezone(UTC).date())
        served = [(reader, humans[reader.person.id]) for reader in readers]
        return DigestReaders(
            readers=readers,
            coordinated=_within((reader, _coordinated(human)) for reader, human in served),
            contacted=_within((reader, human.regions) for reader, human in served),
        )

    async def may_wait(self, associations: Collection[str], day: date, now: datetime) -> bool:
        """Return whether somebody of these associations may get a digest of a day that is not planned yet.

        It may say so of nobody, such as of a role that was never confirmed; it never leaves out a reader.
        """
        asked = {"associations": tuple(associations), "day": day, "today": now.astimezone(UTC).date()}
        async with self._database.one_statement() as connection:
            return bool(await connection.scalar(_unplanned(), asked))

    async def waiting(self, sight: Sight) -> tuple[Mapping[str, Any], ...]:
        """Return the open tasks of a reader, as lists of tasks have them."""
        return await self._tasks.for_digest(sight)

    async def told(self, since: datetime) -> tuple[RegionNotice, ...]:
        """Return what regions were told since then that is no task, that no email of its own tells, and still holds."""
        row = tables.notices.c
        wanted = select(row.id, row.kind, row.region, row.not_before, has_later_rows().label("later")).where(
            row.status == "in_digest",
            row.not_before >= since,
            row.kind.not_in([kind.value for kind in HAS_TASK]),
        )
        async with self._database.transaction() as connection:
            found = (await connection.execute(wanted.order_by(row.not_before, row.id))).all()
            untrue = {
                each.id for each in found if each.later and await _is_untrue(connection, each.id, since)
            }
        return tuple(
            RegionNotice(id=each.id, kind=NoticeKind(each.kind), region=each.region, at=each.not_before)
            for each in found
            if each.id not in untrue
        )

    async def urgent(self, since: datetime) -> frozenset[str]:
        """Return the open tasks, opened since then, that staff may have to know at once and were not told of."""
        task, told = tables.tasks.c, tables.digests.c
        wanted = select(task.id).where(
            or_(
                task.kind.in_(_AT_ONCE),
                and_(task.kind.in_(_IF_SOON), task.due_at <= task.opened_at + _NEXT_LIST),
            ),
            task.closed_at.is_(None),
            task.opened_at >= since,
            ~select(told.id).where(told.task == task.id).exists(),
        )
        async with self._database.one_statement() as connection:
            return frozenset((await connection.scalars(wanted)).all())

    async def plan(self, digests: Collection[PlannedDigest], at: datetime) -> None:
        """Record digests, each once. One without lines says that the morning was looked at."""
        if not digests:
            return
        rows = [
            {
                "id": each.id,
                "person": each.person,
                "day": each.day,
                "task": each.task,
                "lines": [_kept(line) for line in each.lines],
                "status": "pending" if each.lines else "silent",
                "planned_at": at,
            }
            for each in digests
        ]
        async with self._database.transaction() as connection:
            await connection.execute(insert(tables.digests).on_conflict_do_nothing(), rows)

    async def planned(self, digests: Collection[str]) -> bool:
        """Return whether all of some digests are recorded, by their ids."""
        count = select(func.count()).where(tables.digests.c.id.in_(digests))
        async with self._database.one_statement() as connection:
            return bool(await connection.scalar(count) == len(digests))

    async def unsent(self) -> tuple[PlannedDigest, ...]:
        """Return the digests that have not left."""
        row = tables.digests.c
        wanted = select(tables.digests).where(row.status.in_(("pending", "parked")))
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted.order_by(row.planned_at, row.id))).all()
        return tuple(
            PlannedDigest(
                id=each.id,
                person=each.person,
                day=each.day,
                lines=tuple(map(line_of_row, each.lines)),
                task=each.task,
            )
            for each in found
        )

    async def mark(self, digest: str, status: str, code: str, at: datetime) -> None:
        """Record how sending ended; a digest that was sent stays sent. A refused one opens a task for its address."""
        row, person = tables.digests.c, tables.people.c
        sent_at = at if status == "sent" else None
        marked = update(tables.digests).where(row.id == digest, row.status != "sent").returning(row.person)
        async with self._database.transaction() as connection:
            reader = await connection.scalar(marked.values(status=status, code=code, sent_at=sent_at))
            if code == NOT_WORDED:
                await open_office_task(connection, TaskKind.CORRECT_WORDS, "digest", Role.ADMIN)
            elif status == "refused" and reader:
                region = await connection.scalar(select(person.region).where(person.id == reader))
                await open_office_task(
                    connection,
                    TaskKind.FIX_ADDRESS,
                    reader,
                    Role.COORDINATOR,
                    region=region or "",
                    why=f"{OF_DIGEST},{code}",
                )


@cache
def _unplanned() -> Select[tuple[bool]]:
    """Return the statement that says whether somebody may get a digest of a day and has none, built once."""
    who, grant = tables.people.c, tables.grants.c
    seat, digest = tables.region_contacts.c, tables.digests.c
    holds = exists().where(grant.person == who.id, grant.ended_at.is_(None), grant.role != Role.AUDITOR.value)
    serves = exists().where(seat.person == who.id, serves_on(bindparam("today", type_=Date)))
    planned = exists().where(
        digest.person == stands_for(tables.people),
        digest.task == "",
        digest.day >= bindparam("day", type_=Date),
    )
    return select(
        exists().where(
            who.association.in_(bindparam("associations", expanding=True)), or_(holds, serves), not_(planned)
        )
    )


async def _is_untrue(connection: AsyncConnection, notice: str, at: datetime) -> bool:
    return (await standing_of(connection, notice, at)).why is not None


async def _contacts(connection: AsyncConnection, today: date) -> list[tuple[str, str]]:
    seat = tables.region_contacts.c
    wanted = select(seat.person, seat.region).where(serves_on(today)).distinct()
    return [(row.person, row.region) for row in await connection.execute(wanted.order_by(seat.region))]


async def _stand_for(connection: AsyncConnection, people: Collection[str]) -> dict[str, str]:
    """Return the entry that stands for each person, by the person's own id."""
    who = tables.people
    wanted = select(who.c.id, stands_for(who).label("stands")).where(who.c.id.in_(people))
    return {row.id: row.stands for row in await connection.execute(wanted)}


async def _readers(
    connection: AsyncConnection, humans: Mapping[str, _Human], today: date
) -> tuple[DigestReader, ...]:
    """Return the readers who are there today, with their choice and their last digest."""
    who, alias, choice = tables.people.c, tables.people.alias("alias").c, tables.digest_choices.c
    aliases = func.array(select(alias.id).where(alias.alias_of == who.id).scalar_subquery())
    chosen = select(choice.rhythm).where(choice.person == who.id).scalar_subquery()
    gone = func.least(who.left_on, who.died_on).label("gone_on")
    wanted = (
        select(who.id, who.name, who.email, who.language, *with_association(who.association), gone)
        .add_columns(aliases.label("aliases"), chosen.label("rhythm"))
        .where(who.id.in_(humans))
        .order_by(who.id)
    )
    found = (await connection.execute(wanted)).all()
    last = await _last(connection, tuple(humans))
    looked = await _looked_at(connection, tuple(humans))
    heard = await _heard(connection, tuple(humans), today - HEARD_FOR)
    return tuple(
        DigestReader(
            person=Person(id=row.id, name=row.name, email=row.email, language=row.language),
            association=row.association,
            sight=_sight(row.id, humans[row.id], association_in(row), tuple(sorted(row.aliases))),
            regions=_regions(humans[row.id]),
            contact=not humans[row.id].grants,
            statewide=any(map(_statewide, humans[row.id].grants)),
            daily=not humans[row.id].grants or any(map(_daily, humans[row.id].grants)),
            rhythm=DigestRhythm(row.rhythm or DigestRhythm.DAILY),
            last=last.get(row.id),
            looked_at=looked.get(row.id),
            heard=heard.get(row.id, frozenset()),
        )
        for row in found
        if row.gone_on is None or row.gone_on > today
    )


def _sight(person: str, human: _Human, association: Association, aliases: tuple[str, ...]) -> Sight:
    """Return what a reader sees: by the grants that are live, or as a contact what a coordinator of the region sees."""
    if human.grants:
        rights = rights_of(human.grants, participant=False)
        return sight_of(person, rights.roles, association, rights.regions, aliases)
    return sight_of(person, (Role.COORDINATOR,), association, tuple(dict.fromkeys(human.regions)), aliases)


def _regions(human: _Human) -> tuple[str, ...]:
    of_roles = (code for grant in human.grants for code in grant.regions)
    return tuple(dict.fromkeys((*of_roles, *human.regions)))


def _coordinated(human: _Human) -> tuple[str, ...]:
    return tuple(code for grant in human.grants if grant.role is Role.COORDINATOR for code in grant.regions)


def _within(served: Iterable[tuple[DigestReader, Iterable[str]]]) -> frozenset[str]:
    """Return the regions that somebody serves; one of another association than that person's is served by nobody."""
    return frozenset(code for reader, codes in served for code in codes if reader.serves(code))


def _statewide(grant: Grant) -> bool:
    return grant.role is Role.COORDINATOR and not grant.regions


def _daily(grant: Grant) -> bool:
    return grant.role is not Role.AUDITOR


async def _last(connection: AsyncConnection, people: Collection[str]) -> dict[str, Digest]:
    row = tables.digests.c
    wanted = (
        select(row.person, row.day, row.lines)
        .ext(distinct_on(row.person))
        .where(row.person.in_(people), row.task == "", row.status == "sent")
        .order_by(row.person, row.day.desc())
    )
    return {
        each.person: Digest(day=each.day, waiting=tuple(map(line_of_row, each.lines)))
        for each in await connection.execute(wanted)
    }


async def _looked_at(connection: AsyncConnection, people: Collection[str]) -> dict[str, date]:
    row = tables.digests.c
    wanted = select(row.person, func.max(row.day).label("day")).where(row.person.in_(people), row.task == "")
    return {each.person: each.day for each in await connection.execute(wanted.group_by(row.person))}


async def _heard(
    connection: AsyncConnection, people: Collection[str], since: date
) -> dict[str, frozenset[str]]:
    """Return the tasks of which each person was told at once, from a day on."""
    row = tables.digests.c
    wanted = select(row.person, func.array_agg(row.task).label("tasks")).where(
        row.person.in_(people), row.task != "", row.status == "sent", row.day >= since
    )
    return {
        each.person: frozenset(each.tasks) for each in await connection.execute(wanted.group_by(row.person))
    }


def _kept(line: DigestLine) -> dict[str, Any]:
    """Return what is kept of a line: no name and no words."""
    due = line.due.isoformat() if line.due else None
    return {
        "id": line.id,
        "what": line.what,
        "since": line.since.isoformat(),
        "due": due,
        "reach": line.reach,
    }


def line_of_row(kept: Mapping[str, Any]) -> DigestLine:
    """Return a line as it is kept in the row of a digest."""
    due = date.fromisoformat(kept["due"]) if kept["due"] else None
    return DigestLine(
        id=kept["id"],
        names=(),
        what=kept["what"],
        since=date.fromisoformat(kept["since"]),
        due=due,
        reach=kept["reach"],
        fact=kept["what"] in FACTS,
    )
