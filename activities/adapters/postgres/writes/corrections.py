"""What makes the events of corrections: each names the record, and the event of the stream that it corrects."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.writes.person_entries import EntryChange, EventOf, lock_entries, streams_of
from domain.ids import h_stream
from domain.journal import Kind, decode
from domain.people.corrections import CONFLICT, Mistake, corrected_event, declaration
from domain.people.events import PersonCorrected

DECLARED: Final = "ConflictDeclared"
"""The event of the installation that names the kind of a conflict, under the command of the people's events."""


async def correction(connection: AsyncConnection, person: str, *records: str) -> EventOf:
    """Return what makes the event of a correction of one or more records about a person."""
    return await corrections(connection, {person: records})


async def corrections(connection: AsyncConnection, records: Mapping[str, Sequence[str]]) -> EventOf:
    """Return what makes the events of corrections of records about people, by person."""
    await lock_entries(connection, tuple(records))  # so that nobody appends between this and the corrections
    streams = await streams_of(connection, tuple(records))
    found = {
        person: {corrected_event(streams[person], record) for record in named}
        for person, named in records.items()
    }
    earlier = {person: sorted(seq for seq in each if seq is not None) for person, each in found.items()}
    return _told({person: "+".join(named) for person, named in records.items()}, earlier)


async def dated_correction(
    connection: AsyncConnection, person: str, field: str, written_at: datetime | None, reason: Mistake
) -> EventOf:
    """Return what makes the event of a correction of one of several values of a field, which was written at an instant.

    The event that wrote it was taken in the same transaction. Without an instant, it is the newest about the field.
    """
    await lock_entries(connection, [person])
    event = tables.events.c
    mine = (event.stream == h_stream(person), event.recorded_at == written_at)
    seq = await connection.scalar(select(event.seq).where(*mine).order_by(event.seq).limit(1))
    if seq is None:
        seq = corrected_event((await streams_of(connection, [person]))[person], field)
    return _told({person: field}, {person: [] if seq is None else [seq]}, reason)


async def withdrawal(connection: AsyncConnection, one: str, other: str, kind: str) -> EventOf:
    """Return what makes the events of the withdrawal of a conflict of interest, in the streams of both people."""
    await lock_entries(connection, [one, other])
    streams = await streams_of(connection, [one, other])
    declared = await _declared(connection, kind, {e.cause.command for e in streams[one]})
    found = {
        person: declaration(streams[person], streams[against], declared)
        for person, against in ((one, other), (other, one))
    }
    earlier = {person: [] if seq is None else [seq] for person, seq in found.items()}
    return _told(dict.fromkeys(earlier, CONFLICT), earlier)


def _told(
    corrects: Mapping[str, str], earlier: Mapping[str, Sequence[int]], reason: Mistake | None = None
) -> EventOf:
    def event(change: EntryChange) -> PersonCorrected:
        return PersonCorrected(
            fields=change.fields,
            commit=change.commit,
            corrects=corrects[change.after.id],
            earlier=tuple(earlier[change.after.id]) or None,
            reason=None if reason is None else reason.value,
        )

    return event


async def _declared(connection: AsyncConnection, kind: str, commands: Collection[str]) -> frozenset[str]:
    """Return which of some commands declared a conflict of a kind."""
    event = tables.events.c
    wanted = select(event.command, event.bytes).where(
        event.kind == Kind.INSTALLATION.value, event.type == DECLARED, event.command.in_(commands)
    )
    found = await connection.execute(wanted)
    return frozenset(row.command for row in found if decode(bytes(row.bytes)).body["kind"] == kind)
