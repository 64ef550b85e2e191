"""The streams of people as the audit needs them: their events beside what the tables hold today.

The tables hold the entry, when it was made, and the answers about doubles.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.entries import entries_of, one_of
from activities.adapters.postgres.reads.replay import require_chain
from domain.ids import h_stream
from domain.journal import Kind
from domain.people.entry import commitment
from domain.visibility import Sight

_MANY: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVerdict:
    """An answer about two entries as the table holds it."""

    association: str
    one: str
    other: str
    answer: str
    answered_by: str
    answered_at: datetime
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonStream:
    """A person's events, each with number, stored hash and bytes, and the commitment to the entry as it is today.

    ``made_at`` is when the entry was made, ``begun_at`` when the database took the first event. ``answers`` are those
    about this person.
    """

    person: str
    association: str
    commit: str
    made_at: datetime
    begun_at: datetime | None
    entries: tuple[tuple[int, str, bytes], ...]
    answers: tuple[StoredVerdict, ...]


class PersonStreamReads:
    """The reads of people's streams for the audit. What it compares never leaves as a value of an entry."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def batch(self, sight: Sight, after: str = "") -> tuple[PersonStream, ...]:
        """Return the streams of the people whose ids follow ``after``, a thousand at most; none after the last."""
        require_chain(sight)
        person = tables.people.c.id
        return await self._streams(select(person).where(person > after).order_by(person).limit(_MANY))

    async def one(self, sight: Sight, person: str) -> PersonStream | None:
        """Return the stream of one person; None for an unknown one."""
        require_chain(sight)
        found = await self._streams(select(tables.people.c.id).where(tables.people.c.id == person))
        return found[0] if found else None

    async def without_entry(self, sight: Sight) -> tuple[str, ...]:
        """Return the streams of people who have no entry."""
        require_chain(sight)
        head = tables.heads.c
        async with self._database.transaction() as connection:
            # The streams first, since a person may be added meanwhile.
            found = {*await connection.scalars(select(head.stream).where(head.kind == Kind.PERSON.value))}
            known = {h_stream(id) for id in await connection.scalars(select(tables.people.c.id))}
            return tuple(sorted(found - known))

    async def without_person(self, sight: Sight) -> tuple[str, ...]:
        """Return the ids that are in a record about a person and that no entry has."""
        require_chain(sight)
        person = tables.people.c.id
        columns = [
            tables.person_keys.c.person,
            tables.person_regions.c.person,
            tables.withdrawn_keys.c.person,
            tables.memberships.c.person,
            tables.mentors.c.person,
            tables.conflicts.c.person,
            tables.conflicts.c.other,
            tables.region_contacts.c.person,
            tables.person_answers.c.one,
            tables.person_answers.c.other,
        ]
        named = union_all(*(select(column.label("person")) for column in columns)).subquery()
        unknown = select(named.c.person).where(named.c.person.not_in(select(person))).distinct()
        async with self._database.transaction() as connection:
            return tuple(sorted(await connection.scalars(unknown)))

    async def _streams(self, wanted: Select[Any]) -> tuple[PersonStream, ...]:
        event = tables.events.c
        async with self._database.transaction() as connection:
            # One snapshot: a write between two statements must not look like a change without an event.
            await connection.execution_options(isolation_level="REPEATABLE READ")
            people = list(await connection.scalars(wanted))
            kept = await entries_of(connection, people)
            row = tables.people.c
            made = await connection.execute(
                select(row.id, row.created_at).where(one_of(row.id)), {"people": people}
            )
            made_at = {found.id: found.created_at for found in made}
            answers = await _answers(connection, people)
            found = await connection.execute(
                select(event.stream, event.seq, event.hash, event.bytes, event.recorded_at)
                .where(one_of(event.stream))
                .order_by(event.stream, event.seq),
                {"people": [h_stream(person) for person in people]},
            )
            events: dict[str, list[tuple[int, str, bytes]]] = {}
            begun_at: dict[str, datetime] = {}
            for stream, seq, hash, encoded, recorded_at in found:
                begun_at.setdefault(stream, recorded_at)
                events.setdefault(stream, []).append((seq, hash, bytes(encoded)))
        return tuple(
            PersonStream(
                person=person,
                association=kept[person].entry.association,
                made_at=made_at[person],
                begun_at=begun_at.get(h_stream(person)),
                commit=commitment(kept[person].entry, kept[person].salt),
                entries=tuple(events.get(h_stream(person), ())),
                answers=tuple(answers.get(person, ())),
            )
            for person in people
        )


async def _answers(connection: AsyncConnection, people: Collection[str]) -> Mapping[str, list[StoredVerdict]]:
    """Return the answers about each of some people, as the table holds them."""
    row = tables.person_answers.c
    wanted = select(tables.person_answers).where(or_(one_of(row.one), one_of(row.other)))
    found: dict[str, list[StoredVerdict]] = {}
    for each in (await connection.execute(wanted, {"people": people})).mappings():
        answer = StoredVerdict(**each)
        for person in (answer.one, answer.other):
            found.setdefault(person, []).append(answer)
    return found
