"""The streams of people as the audit needs them: their events beside the commitment to today's entry."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, select

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
class PersonStream:
    """A person's events, each with number, stored hash and bytes, and the commitment to the entry as it is today."""

    person: str
    commit: str
    entries: tuple[tuple[int, str, bytes], ...]


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

    async def _streams(self, wanted: Select[Any]) -> tuple[PersonStream, ...]:
        event = tables.events.c
        async with self._database.transaction() as connection:
            # One snapshot: a write between two statements must not look like a change without an event.
            await connection.execution_options(isolation_level="REPEATABLE READ")
            people = list(await connection.scalars(wanted))
            kept = await entries_of(connection, people)
            found = await connection.execute(
                select(event.stream, event.seq, event.hash, event.bytes)
                .where(one_of(event.stream))
                .order_by(event.stream, event.seq),
                {"people": [h_stream(person) for person in people]},
            )
            events: dict[str, list[tuple[int, str, bytes]]] = {}
            for stream, seq, hash, encoded in found:
                events.setdefault(stream, []).append((seq, hash, bytes(encoded)))
        return tuple(
            PersonStream(
                person=person,
                commit=commitment(kept[person].entry, kept[person].salt),
                entries=tuple(events.get(h_stream(person), ())),
            )
            for person in people
        )
