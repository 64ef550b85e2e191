"""Reads for lists and pages: one function a list, frozen rows, stable order with the id as tie-break.

``Scope`` limits what a caller sees: everything, some regions, or the relationships of one person.
"""

import base64
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, and_, false, func, or_, select, true

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.starts import rule_set
from activities.adapters.postgres.facts.terms import unkept_terms
from activities.adapters.postgres.reads.states import course_of
from activities.adapters.postgres.tables import relationship_hours
from domain.codec import instant_text
from domain.journal import Envelope, decode
from domain.notices import QUIET as QUIET_NOTICES
from domain.rules.program import TermDates
from domain.tasks import OF_ONE_SIDE, QUIET
from domain.workflow_contracts import TermStart

LIMIT: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a caller may see. Without ``everything``, only the named regions and the person's own pairs.

    Quiet matters are seen in ``regions`` too, and elsewhere only with ``quiet``: money is no reason to see them.
    """

    person: str
    everything: bool = False
    regions: tuple[str, ...] = ()
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows, and the cursor for the rest where there is one."""

    rows: tuple[Mapping[str, Any], ...]
    next: str = ""


class BadCursor(ValueError):
    """A cursor that this office did not give out."""


class Views:
    """The reads of the gateway."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def relationships(
        self, scope: Scope, *, after: str = "", limit: int = 50, status: str = "", stage: str = ""
    ) -> Page:
        """Relationships in the order in which they were opened."""
        table = tables.relationships
        wanted = [_seen(scope)]
        if status:
            wanted.append(table.c.status == status)
        if stage:
            wanted.append(table.c.stage == stage)
        statement = select(table).where(*wanted)
        return await self._page(statement, table.c.opened_at, table.c.id, after, limit)

    async def relationship(self, scope: Scope, id: str) -> Mapping[str, Any] | None:
        """One relationship with its meetings, plans, observations, cover and claims; None where it is out of sight.

        ``met`` counts the meetings that were not struck, face to face apart, and by kind and mode.
        """
        table = tables.relationships
        async with self._database.transaction() as connection:
            found = (await connection.execute(select(table).where(table.c.id == id, _seen(scope)))).first()
            if found is None:
                return None
            parts = {
                "meetings": select(tables.meetings)
                .where(tables.meetings.c.relationship == id)
                .order_by(tables.meetings.c.began_at, tables.meetings.c.id),
                **{
                    part.name: select(part)
                    .where(part.c.relationship == id)
                    .order_by(part.c.starts_at, part.c.id)
                    for part in relationship_hours.HOURS
                },
                "marks": select(relationship_hours.marks)
                .where(relationship_hours.marks.c.relationship == id)
                .order_by(relationship_hours.marks.c.noted_on, relationship_hours.marks.c.id),
                "claims": select(tables.claims).where(tables.claims.c.relationship == id),
                "helpers": select(tables.helpers)
                .where(tables.helpers.c.relationship == id)
                .order_by(tables.helpers.c.named_at, tables.helpers.c.id),
                "tasks": select(tables.tasks)
                .where(tables.tasks.c.subject == id, _not_about(scope))
                .order_by(tables.tasks.c.opened_at, tables.tasks.c.id),
            }
            whole: dict[str, Any] = plain(found._mapping)
            for name, statement in parts.items():
                whole[name] = [plain(row._mapping) for row in await connection.execute(statement)]
            served = scope.quiet or whole["region"] in scope.regions
            in_pair = scope.person in (whole["mentee"], whole["mentor"])
            if not served or in_pair:
                unseen = (*QUIET, *(OF_ONE_SIDE if in_pair else ()))
                whole["tasks"] = [task for task in whole["tasks"] if task["kind"] not in unseen]
            return whole | {"met": _counted(whole["meetings"])}

    async def relationship_ids(self, scope: Scope, beginning: str) -> tuple[str, ...]:
        """The ids of relationships in sight that begin with some digits; two of several."""
        return await self._ids(tables.relationships, _seen(scope), beginning)

    async def obligation_ids(self, scope: Scope, beginning: str) -> tuple[str, ...]:
        """The ids of obligations in sight that begin with some digits; two of several."""
        return await self._ids(tables.obligations, _in_regions(tables.obligations, scope), beginning)

    async def term_region_ids(self, scope: Scope, beginning: str) -> tuple[str, ...]:
        """The ids of terms in regions in sight that begin with some digits; two of several."""
        return await self._ids(tables.term_regions, _in_regions(tables.term_regions, scope), beginning)

    async def _ids(self, table: Table, seen: ColumnElement[bool], beginning: str) -> tuple[str, ...]:
        wanted = select(table.c.id).where(table.c.id.startswith(beginning, autoescape=True), seen)
        async with self._database.transaction() as connection:
            return tuple((await connection.scalars(wanted.order_by(table.c.id).limit(2))).all())

    async def obligations(self, scope: Scope, *, after: str = "", limit: int = 50, state: str = "") -> Page:
        """Obligations in the order in which they fall due."""
        table = tables.obligations
        seen = true() if scope.everything else table.c.region.in_(scope.regions)
        statement = select(table).where(seen)
        if state:
            statement = statement.where(table.c.state == state)
        return await self._page(statement, table.c.due_at, table.c.id, after, limit)

    async def obligation(self, scope: Scope, id: str) -> Mapping[str, Any] | None:
        """One obligation with its orders, its claims and its tasks; None where it is unknown or out of sight."""
        table = tables.obligations
        seen = true() if scope.everything else table.c.region.in_(scope.regions)
        async with self._database.transaction() as connection:
            found = (await connection.execute(select(table).where(table.c.id == id, seen))).first()
            if found is None:
                return None
            parts = {
                "orders": select(tables.orders)
                .where(tables.orders.c.obligation == id)
                .order_by(tables.orders.c.attempt),
                "claims": select(tables.claims)
                .where(tables.claims.c.obligation == id)
                .order_by(tables.claims.c.id),
                "tasks": select(tables.tasks)
                .where(tables.tasks.c.subject == id)
                .order_by(tables.tasks.c.opened_at, tables.tasks.c.id),
            }
            whole: dict[str, Any] = plain(found._mapping)
            for name, statement in parts.items():
                whole[name] = [plain(row._mapping) for row in await connection.execute(statement)]
            return whole

    async def history(self, stream: str) -> tuple[tuple[Envelope, str], ...]:
        """All events of a stream in order, each with its stored hash."""
        table = tables.events
        async with self._database.transaction() as connection:
            found = await connection.execute(
                select(table.c.bytes, table.c.hash).where(table.c.stream == stream).order_by(table.c.seq)
            )
            return tuple((decode(bytes(row.bytes)), row.hash) for row in found)

    async def tasks(self, scope: Scope, *, after: str = "", limit: int = 50, open: bool = True) -> Page:
        """Tasks, the oldest first; quiet ones only for who deals with them."""
        table, work = tables.tasks, tables.task_work
        seen = true() if scope.everything else table.c.region.in_(scope.regions)
        statement = (
            select(table, work.c.claimed_by, work.c.claimed_at, work.c.snoozed_until)
            .join(work, work.c.task == table.c.id, isouter=True)
            .where(seen)
        )
        statement = statement.where(_not_quiet(scope))
        if open:
            statement = statement.where(table.c.closed_at.is_(None))
        return await self._page(statement, table.c.opened_at, table.c.id, after, limit)

    async def notices(self, scope: Scope, *, after: str = "", limit: int = 50, status: str = "") -> Page:
        """Notices, the oldest first."""
        table = tables.notices
        own = select(tables.relationships.c.id).where(_seen(scope))
        kept = select(tables.term_regions.c.id).where(tables.term_regions.c.region.in_(scope.regions))
        of_regions = or_(table.c.region.in_(scope.regions), table.c.subject.in_(kept))
        statement = select(table).where(
            true() if scope.everything else or_(table.c.subject.in_(own), of_regions)
        )
        hidden = _own_pairs(scope).union(_cases_about(scope, tables.complaints.c.relationship))
        dealt_with = and_(table.c.subject.not_in(hidden), _served(scope, table.c.subject))
        told = or_(table.c.person == scope.person, dealt_with)
        statement = statement.where(or_(table.c.kind.not_in(QUIET_NOTICES), told))
        if status:
            statement = statement.where(table.c.status == status)
        return await self._page(statement, table.c.created_at, table.c.id, after, limit)

    async def people(self, scope: Scope, *, after: str = "", limit: int = 50) -> Page:
        """People of the caller's regions."""
        table = tables.people
        seen = true() if scope.everything else table.c.region.in_(scope.regions)
        return await self._page(select(table).where(seen), table.c.created_at, table.c.id, after, limit)

    async def person(self, id: str) -> Mapping[str, Any] | None:
        """One person, for a check and not for a page."""
        return await self._one(select(tables.people).where(tables.people.c.id == id))

    async def term(self, id: str) -> Mapping[str, Any] | None:
        """One term."""
        return await self._one(select(tables.terms).where(tables.terms.c.id == id))

    async def own_pairs(self, person: str) -> tuple[Mapping[str, Any], ...]:
        """The relationships of a mentor or mentee that still run or wait for a last form, in the order of opening."""
        table = tables.relationships
        own = or_(table.c.mentee == person, table.c.mentor == person)
        runs = or_(table.c.ended_at.is_(None), table.c.next_due.is_not(None))
        query = select(table).where(own, runs).order_by(table.c.opened_at, table.c.id)
        return (await self._all(query)).rows

    async def dated_tasks(self, scope: Scope, roles: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
        """The open tasks of some roles that have a date, within the caller's sight; the most urgent ones."""
        table = tables.tasks
        seen = true() if scope.everything else table.c.region.in_(scope.regions)
        query = (
            select(table)
            .where(seen, table.c.role.in_(roles), table.c.closed_at.is_(None), table.c.due_at.is_not(None))
            .where(_not_quiet(scope))
            .order_by(table.c.due_at, table.c.id)
            .limit(5 * LIMIT)
        )
        return (await self._all(query)).rows

    async def term_rules(self, program: str, version: str) -> str:
        """The rules of a program as a term has frozen them, as text; empty where there are none."""
        async with self._database.transaction() as connection:
            found = await rule_set(connection, program, version, "")
        return str(found["text"]) if found else ""

    async def course(self, first: Envelope) -> TermDates:
        """The dates of the mentoring that an application opened; its first day alone where its term is unknown."""
        async with self._database.transaction() as connection:
            found = await course_of(connection, first)
        day = first.decided_at.date()
        return found or TermDates(first=day, last=day)

    async def _one(self, statement: Select[Any]) -> Mapping[str, Any] | None:
        async with self._database.transaction() as connection:
            row = (await connection.execute(statement)).first()
            return None if row is None else plain(row._mapping)

    async def term_regions(self, scope: Scope, *, after: str = "", limit: int = 50, term: str = "") -> Page:
        """Terms in regions, in the order in which they were opened, each with its next deadline."""
        table = tables.term_regions
        return await self._of_term(table, table.c.opened_at, scope, after, limit, term)

    async def term_region(self, scope: Scope, id: str) -> Mapping[str, Any] | None:
        """One term in one region with its tasks; None where it is unknown or out of sight."""
        table, task = tables.term_regions, tables.tasks
        found = await self._one(select(table).where(table.c.id == id, _in_regions(table, scope)))
        if found is None:
            return None
        todo = select(task).where(task.c.subject == id).order_by(task.c.opened_at, task.c.id)
        return {**found, "tasks": list((await self._all(todo)).rows)}

    async def monthly_records(
        self, scope: Scope, *, after: str = "", limit: int = 50, term: str = ""
    ) -> Page:
        """Records per mentor and month, by due day; a mentor sees the own ones."""
        table = tables.monthly_records
        return await self._of_term(table, table.c.due_at, scope, after, limit, term, table.c.mentor)

    async def log_checks(self, scope: Scope, *, after: str = "", limit: int = 50, term: str = "") -> Page:
        """Checks of logs, in the order in which they were made."""
        table = tables.log_checks
        return await self._of_term(table, table.c.checked_at, scope, after, limit, term)

    async def term_surveys(self, scope: Scope, *, after: str = "", limit: int = 50, term: str = "") -> Page:
        """Surveys of regions, by the day on which they open; who is asked in person sees the own one."""
        table = tables.term_surveys
        return await self._of_term(table, table.c.opens_at, scope, after, limit, term, table.c.owner)

    async def _of_term(
        self,
        table: Table,
        at: ColumnElement[Any],
        scope: Scope,
        after: str,
        limit: int,
        term: str,
        *own: ColumnElement[Any],
    ) -> Page:
        statement = select(table).where(_in_regions(table, scope, *own))
        if term:
            statement = statement.where(table.c.term == term)
        return await self._page(statement, at, table.c.id, after, limit)

    async def unkept_terms(self, program: str) -> tuple[TermStart, ...]:
        """The starts of a program's terms in regions that nobody keeps yet."""
        async with self._database.transaction() as connection:
            now = await office_now(connection)
            return await unkept_terms(connection, now, LIMIT, program=program)

    async def terms(self) -> Page:
        """All terms."""
        return await self._all(select(tables.terms).order_by(tables.terms.c.first, tables.terms.c.id))

    async def regions(self) -> Page:
        """All regions, each with its contacts of all times."""
        contacts = tables.region_contacts
        async with self._database.transaction() as connection:
            found = [
                {**plain(row._mapping), "contacts": []}
                for row in await connection.execute(select(tables.regions).order_by(tables.regions.c.code))
            ]
            by_code = {row["code"]: row for row in found}
            for row in await connection.execute(select(contacts).order_by(contacts.c.id)):
                entry = {name: value for name, value in plain(row._mapping).items() if name != "id"}
                by_code[row.region]["contacts"].append(entry)
        return Page(rows=tuple(found))

    async def mentors(self, scope: Scope) -> Page:
        """Mentors with their capacity and the places that are taken."""
        mentors, people, slots = tables.mentors, tables.people, tables.slots
        taken = (
            select(func.count())
            .select_from(slots)
            .where(slots.c.mentor == mentors.c.person, slots.c.released_at.is_(None))
            .scalar_subquery()
        )
        seen = true() if scope.everything else people.c.region.in_(scope.regions)
        return await self._all(
            select(mentors, people.c.region, taken.label("taken"))
            .join(people, people.c.id == mentors.c.person)
            .where(seen)
            .order_by(mentors.c.person)
        )

    async def command(self, id: str) -> Mapping[str, Any] | None:
        """How far a command is."""
        table = tables.commands
        columns = (
            table.c.id,
            table.c.kind,
            table.c.subject,
            table.c.status,
            table.c.answer,
            table.c.answered_at,
        )
        async with self._database.transaction() as connection:
            row = (await connection.execute(select(*columns).where(table.c.id == id))).first()
            return None if row is None else plain(row._mapping)

    async def _all(self, statement: Select[Any]) -> Page:
        async with self._database.transaction() as connection:
            return Page(rows=tuple(plain(row._mapping) for row in await connection.execute(statement)))

    async def _page(
        self, statement: Select[Any], at: ColumnElement[Any], id: ColumnElement[Any], after: str, limit: int
    ) -> Page:
        if after:
            last_at, last_id = _read_cursor(after)
            statement = statement.where(or_(at > last_at, and_(at == last_at, id > last_id)))
        async with self._database.transaction() as connection:
            found = list(await connection.execute(statement.order_by(at, id).limit(limit + 1)))
        rows = tuple(plain(row._mapping) for row in found[:limit])
        if len(found) <= limit:
            return Page(rows=rows)
        last = found[limit - 1]._mapping
        return Page(rows=rows, next=_cursor(last[at], last[id]))


def _own_pairs(scope: Scope) -> Select[Any]:
    """The relationships in which the caller sits, whatever else the caller is."""
    table = tables.relationships
    return select(table.c.id).where(or_(table.c.mentee == scope.person, table.c.mentor == scope.person))


def _served(scope: Scope, relationship: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the caller deals with the quiet matters of a relationship, by region or everywhere."""
    if scope.quiet:
        return true()
    table = tables.relationships
    return relationship.in_(select(table.c.id).where(table.c.region.in_(scope.regions)))


def _not_quiet(scope: Scope) -> ColumnElement[bool]:
    """Tasks that the caller may know of: a quiet one only who deals with it, and nobody of the pair."""
    table = tables.tasks
    served = true() if scope.quiet else table.c.region.in_(scope.regions)
    outside = table.c.subject.not_in(_own_pairs(scope))
    return or_(table.c.kind.not_in(QUIET), and_(served, outside, _not_about(scope)))


def _not_about(scope: Scope) -> ColumnElement[bool]:
    """Tasks without those to deal with a complaint about the caller."""
    return tables.tasks.c.about.not_in(_cases_about(scope, tables.complaints.c.id))


def _cases_about(scope: Scope, column: ColumnElement[Any]) -> Select[Any]:
    """A column of the cases of complaint that are about the caller."""
    return select(column).where(tables.complaints.c.against == scope.person)


def _counted(meetings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    standing = [row for row in meetings if row["status"] != "struck"]
    return {
        "meetings": len(standing),
        "face_to_face": sum(row["face_to_face"] for row in standing),
        "by_kind": dict(Counter(row["kind"] for row in standing)),
        "by_mode": dict(Counter(row["mode"] for row in standing if row["mode"])),
    }


def _seen(scope: Scope) -> ColumnElement[bool]:
    table = tables.relationships
    if scope.everything:
        return true()
    own = or_(
        table.c.mentee == scope.person,
        table.c.mentor == scope.person,
        table.c.proposed_mentor == scope.person,
    )
    regions = table.c.region.in_(scope.regions) if scope.regions else false()
    return or_(own, regions)


def _in_regions(table: Table, scope: Scope, *own: ColumnElement[Any]) -> ColumnElement[bool]:
    """Rows of the caller's regions, and those whose person the caller is."""
    if scope.everything:
        return true()
    regions = table.c.region.in_(scope.regions) if scope.regions else false()
    return or_(regions, *(column == scope.person for column in own))


def plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as JSON has it."""
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _cursor(at: datetime, id: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([instant_text(at), id]).encode()).decode().rstrip("=")


def _read_cursor(text: str) -> tuple[datetime, str]:
    try:
        at, id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(id, str) or "\x00" in id:
            raise BadCursor
        return datetime.fromisoformat(at), id
    except (ValueError, TypeError) as error:
        raise BadCursor from error
