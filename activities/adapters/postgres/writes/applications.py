"""Applications, each of which opens one relationship. A refused person may apply again for the same term."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.facts.rules import rules_in_force
from activities.adapters.postgres.facts.starts import rule_set
from activities.adapters.postgres.writes.base import AlreadyThere, Unknown, Writes
from activities.adapters.postgres.writes.person_entries import keep_imports_out
from domain.actors import Actor
from domain.codec import to_plain
from domain.ids import derive
from domain.rules.canonical_json import rules_from_text

REFUSED = "refused"


class InFuture(ValueError):
    """An application with a date after today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """The ids of a person's application for a term. Only further attempts have their number in the ids."""

    application: str
    relationship: str
    number: int


def attempt(person: str, term: str, number: int = 1) -> Attempt:
    """Return the ids of the application with this number."""
    further = () if number == 1 else (str(number),)
    application = derive("application", person, term, *further)
    return Attempt(application=application, relationship=derive("relationship", application), number=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApplication:
    """An application as it is stored: who, for which term and region, why, and the ``command`` that brought it."""

    person: str
    program: str
    term: str
    region: str
    reason: str
    first_year: bool
    applied_on: date
    command: str
    special_document: str | None = None
    areas: tuple[str, ...] = ()

    @property
    def content(self) -> dict[str, Any]:
        """What is stated in the application, by column."""
        stated = ("region", "reason", "first_year", "applied_on", "special_document")
        return {name: getattr(self, name) for name in stated} | {"areas": list(self.areas)}


class ApplicationWrites(Writes):
    """The writes of applications."""

    async def next_attempt(self, new: NewApplication) -> Attempt:
        """Return the ids that an application will have: those of a new attempt if the last one was refused."""
        async with self._database.transaction() as connection:
            return await _attempt_of(connection, new, await _entries_of_human(connection, new.person))

    async def add_application(self, new: NewApplication, *, actor: Actor) -> Attempt:
        """Store an application and return its ids.

        Raises:
            AlreadyThere: The human has another application for the term, which was not refused (``already_applied``).
            InFuture: Its date comes after today in the program's time zone.
            Unknown: Person, region or term do not exist.
        """
        table = tables.applications
        async with self._database.transaction() as connection:
            await keep_imports_out(connection)
            await self._require(connection, tables.people.c.id, new.person, "person")
            await self._require(connection, tables.regions.c.code, new.region, "region")
            await _demand_no_future(connection, new)
            entries = await _entries_of_human(connection, new.person)
            number = await _attempt_of(connection, new, entries)
            await _demand_once_a_term(connection, new, number, entries)
            own = {"id": number.application, "relationship": number.relationship, "attempt": number.number}
            own |= {"person": new.person, "program": new.program, "term": new.term, "command": new.command}
            inserted = upsert(table).values(**own, **new.content, actor=to_plain(actor))
            await connection.execute(inserted.on_conflict_do_nothing())
            stored = (await connection.execute(select(table).where(table.c.id == number.application))).one()
            if any(getattr(stored, name) != value for name, value in new.content.items()):
                raise AlreadyThere("already_applied")
            return number

    async def mark_started(self, application: str) -> None:
        """Record that the relationship of an application was started."""
        table = tables.applications
        async with self._database.transaction() as connection:
            now = await office_now(connection)
            await connection.execute(table.update().where(table.c.id == application).values(started_at=now))


async def _demand_no_future(connection: AsyncConnection, new: NewApplication) -> None:
    """Refuse a date after today; an early one is fine."""
    terms = tables.terms.c
    version = await connection.scalar(select(terms.version).where(terms.id == new.term))
    if version is None:
        raise Unknown("term")
    rules = await rule_set(connection, new.program, version, new.region)
    if rules is None:
        return  # the start will say that the term has no rules
    today = rules_from_text(rules["text"]).calendar.local_date(await office_now(connection))
    if new.applied_on > today:
        raise InFuture


async def _demand_once_a_term(
    connection: AsyncConnection, new: NewApplication, number: Attempt, entries: Sequence[str]
) -> None:
    """Refuse a new application if the same human has one for the term that was not refused, under any entry."""
    table, pair = tables.applications, tables.relationships
    if await connection.scalar(select(table.c.id).where(table.c.id == number.application)) is not None:
        return
    if len(entries) == 1:
        return
    # Two entries that apply at once wait for each other here, because both look at the other.
    human = derive("applications", new.term, min(entries))
    await connection.execute(select(func.pg_advisory_xact_lock(int(human[:15], 16))))
    counts = (
        select(table.c.id)
        .join(pair, pair.c.id == table.c.relationship, isouter=True)
        .where(table.c.term == new.term, table.c.person.in_(entries))
        .where(pair.c.outcome.is_distinct_from(REFUSED))
        .limit(1)
    )
    if await connection.scalar(counts) is not None:
        raise AlreadyThere("already_applied")


async def _attempt_of(connection: AsyncConnection, new: NewApplication, entries: Sequence[str]) -> Attempt:
    """Return the ids of a new attempt if the human's last one was refused and the program allows another.

    Raises:
        AlreadyThere: The last one was made under another entry of the human, and the program allows no other.
    """
    table = tables.applications
    of_human = select(table).where(table.c.person.in_(entries), table.c.term == new.term)
    newest = of_human.order_by(table.c.attempt.desc(), table.c.created_at.desc(), table.c.id).limit(1)
    last = (await connection.execute(newest)).first()
    if last is None:
        return attempt(new.person, new.term)
    if last.command != new.command and await _may_apply_again(connection, last.relationship):
        return attempt(new.person, new.term, last.attempt + 1)
    if last.person != new.person:
        raise AlreadyThere("already_applied")
    return attempt(new.person, new.term, last.attempt)


async def _entries_of_human(connection: AsyncConnection, person: str) -> list[str]:
    """Return a person with all entries that count as the same human."""
    same = func.office.same_as(array([person])).table_valued("person", "other")
    return [person, *await connection.scalars(select(same.c.other))]


async def _may_apply_again(connection: AsyncConnection, relationship: str) -> bool:
    """Return whether a relationship ended with a refusal after which its own rules allow a new application."""
    row = tables.relationships.c
    outcome = await connection.scalar(select(row.outcome).where(row.id == relationship))
    if outcome != REFUSED:
        return False
    rules = await rules_in_force(connection, relationship)
    return rules is not None and rules.may_apply_again
