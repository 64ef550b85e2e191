"""The one append to the streams of people: every writer of a person writes through it, one person or thousands.

A writer locks the entries, reads them, writes, and reads them again. For each entry that differs, one event says which
fields changed and commits to the whole entry. The event holds no value of the entry.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.facts.entries import KeptEntry, entries_of, one_of
from activities.adapters.postgres.journal import append_events
from activities.adapters.postgres.writes.base import event_command
from domain.actors import Actor
from domain.codec import to_plain
from domain.ids import h_stream
from domain.journal import FIRST_PREV, Cause, Envelope, Kind
from domain.people.entry import Entry, changed_fields, commitment, kinds_of_change
from domain.people.events import EntryEvent, PersonAdded, PersonChanged, PersonCorrected, PersonMoved


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChange:
    """An entry before and after a write, with what an event of it says."""

    before: Entry | None
    after: Entry
    fields: tuple[str, ...]
    commit: str


WRITERS_OF_PEOPLE: Final = 7_140_001
"""The lock that writers of people share, and that the landing of an import has for itself."""
EventOf = Callable[[EntryChange], EntryEvent]
"""What makes the event of a change. The event is left out if no field changed, unless the writer says ``always``."""


def plain_change(change: EntryChange) -> EntryEvent:
    """Return the event of a change that needs no words of its own."""
    if change.before is None:
        return PersonAdded(fields=change.fields, commit=change.commit)
    kind = PersonMoved if change.before.region != change.after.region else PersonChanged
    return kind(fields=change.fields, commit=change.commit)


def correction(record: str) -> EventOf:
    """Return what makes the event of a correction; ``record`` names what is corrected: its kind, and its number."""
    return lambda change: PersonCorrected(fields=change.fields, commit=change.commit, corrects=record)


@asynccontextmanager
async def changing(
    connection: AsyncConnection,
    people: Collection[str],
    *,
    actor: Actor,
    command: str,
    event: EventOf = plain_change,
    always: bool = False,
    at: datetime | None = None,
) -> AsyncIterator[Mapping[str, Entry]]:
    """Lock the entries of people, yield them, and append an event for each that the block has changed or added.

    The caller makes sure that a command writes once: the same command again would append to a stream twice. ``at`` is
    the instant of the events where a row has the same one, else now.
    """
    await lock_entries(connection, people)
    before = await entries_of(connection, people)
    yield {id: kept.entry for id, kept in before.items()}
    after = await entries_of(connection, people)
    await append_many(
        connection, before, after, actor=actor, command=command, event=event, always=always, at=at
    )


async def lock_entries(connection: AsyncConnection, people: Collection[str]) -> None:
    """Lock the entries of people until the transaction ends, always in the same order.

    Writers of people share a lock beside it, so that an import can land while nobody else writes.
    """
    await keep_imports_out(connection)
    person = tables.people.c
    wanted = select(person.id).where(one_of(person.id)).order_by(person.id).with_for_update()
    await connection.execute(wanted, {"people": sorted(people)})


async def keep_imports_out(connection: AsyncConnection) -> None:
    """Let no import land until the transaction ends. Take this lock before any other."""
    await connection.execute(select(func.pg_advisory_xact_lock_shared(WRITERS_OF_PEOPLE)))


async def append_many(
    connection: AsyncConnection,
    before: Mapping[str, KeptEntry],
    after: Mapping[str, KeptEntry],
    *,
    actor: Actor,
    command: str,
    event: EventOf = plain_change,
    always: bool = False,
    at: datetime | None = None,
) -> tuple[str, ...]:
    """Append one event for each entry that differs, in a few statements; return the ids of these people.

    The caller holds the lock of every entry that existed before.
    """
    changes = {
        id: _change(before.get(id), kept)
        for id, kept in after.items()
        if always or id not in before or before[id].entry != kept.entry
    }
    if not changes:
        return ()
    streams = {h_stream(id): id for id in changes}
    heads = tables.heads.c
    ends = await connection.execute(
        select(heads.stream, heads.seq, heads.hash).where(one_of(heads.stream)), {"people": sorted(streams)}
    )
    end_of = {row.stream: (row.seq, row.hash) for row in ends}
    origin = (await connection.scalars(select(tables.installation.c.origin))).one()
    now = at or await office_now(connection)
    cause = Cause(command=event_command(command))
    envelopes = []
    for stream, id in streams.items():
        seq, prev = end_of.get(stream, (0, FIRST_PREV))
        said = event(changes[id])
        envelopes.append(
            Envelope(
                type=type(said).__name__,
                origin=origin,
                stream=stream,
                kind=Kind.PERSON,
                seq=seq + 1,
                prev=prev,
                actor=actor,
                decided_at=now,
                cause=cause,
                body=to_plain(said),
            )
        )
    await append_events(connection, envelopes)
    heard = [
        {"person": id, "kind": kind.value, "day": now.date()}
        for id, change in changes.items()
        if change.before is not None
        for kind in kinds_of_change(change.fields)
    ]
    if heard:
        await connection.execute(insert(tables.person_changes), heard)
    return tuple(changes)


def _change(before: KeptEntry | None, after: KeptEntry) -> EntryChange:
    entry = None if before is None else before.entry
    return EntryChange(
        before=entry,
        after=after.entry,
        fields=changed_fields(entry, after.entry),
        commit=commitment(after.entry, after.salt),
    )
