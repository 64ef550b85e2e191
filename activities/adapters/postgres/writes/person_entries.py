"""The one append to the streams of people: every writer of a person writes through it, one person or thousands.

A writer locks the entries, reads them, writes, and reads them again. For each entry that differs, one event says which
fields changed and commits to the whole entry. The event holds no value of the entry.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ARRAY, ColumnElement, Select, Text, bindparam, case, func, insert, or_, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.journal import append_events
from activities.adapters.postgres.writes.base import event_command
from domain.actors import Actor
from domain.codec import to_plain
from domain.ids import h_stream
from domain.journal import FIRST_PREV, Cause, Envelope, Kind
from domain.people.entry import Entry, changed_fields, commitment, kinds_of_change, read_entry
from domain.people.events import EntryEvent, PersonAdded, PersonChanged, PersonMoved


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEntry:
    """An entry with the salt of its commitments."""

    entry: Entry
    salt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChange:
    """An entry before and after a write, with what an event of it says."""

    before: Entry | None
    after: Entry
    fields: tuple[str, ...]
    commit: str


EventOf = Callable[[EntryChange], EntryEvent]
"""What makes the event of a change. The event is left out if no field changed, unless the writer says ``always``."""


def plain_change(change: EntryChange) -> EntryEvent:
    """Return the event of a change that needs no words of its own."""
    if change.before is None:
        return PersonAdded(fields=change.fields, commit=change.commit)
    kind = PersonMoved if change.before.region != change.after.region else PersonChanged
    return kind(fields=change.fields, commit=change.commit)


@asynccontextmanager
async def changing(
    connection: AsyncConnection,
    people: Collection[str],
    *,
    actor: Actor,
    command: str,
    event: EventOf = plain_change,
    always: bool = False,
) -> AsyncIterator[Mapping[str, Entry]]:
    """Lock the entries of people, yield them, and append an event for each that the block has changed or added.

    The caller makes sure that a command writes once: the same command again would append to a stream twice.
    """
    await lock_entries(connection, people)
    before = await entries_of(connection, people)
    yield {id: kept.entry for id, kept in before.items()}
    after = await entries_of(connection, people)
    await append_many(connection, before, after, actor=actor, command=command, event=event, always=always)


async def lock_entries(connection: AsyncConnection, people: Collection[str]) -> None:
    """Lock the entries of people until the transaction ends, always in the same order."""
    person = tables.people.c
    wanted = select(person.id).where(_one_of(person.id)).order_by(person.id).with_for_update()
    await connection.execute(wanted, {"people": sorted(people)})


async def entries_of(connection: AsyncConnection, people: Collection[str]) -> dict[str, KeptEntry]:
    """Return the entries of people as they are now; an unknown id is absent."""
    found = await connection.execute(_ENTRIES, {"people": sorted(people)})
    return {row.id: KeptEntry(entry=read_entry(row._asdict()), salt=row.salt) for row in found}


async def append_many(
    connection: AsyncConnection,
    before: Mapping[str, KeptEntry],
    after: Mapping[str, KeptEntry],
    *,
    actor: Actor,
    command: str,
    event: EventOf = plain_change,
    always: bool = False,
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
        select(heads.stream, heads.seq, heads.hash).where(_one_of(heads.stream)), {"people": sorted(streams)}
    )
    end_of = {row.stream: (row.seq, row.hash) for row in ends}
    origin = (await connection.scalars(select(tables.installation.c.origin))).one()
    now = await office_now(connection)
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


def _one_of(column: ColumnElement[str]) -> ColumnElement[bool]:
    """Return whether a column is one of the ids in the parameter ``people``, however many these are."""
    return column == func.any(bindparam("people", type_=ARRAY(Text)))


def _entries() -> Any:
    """Return the statement that reads entries, each list of an entry as a list of lists in the order of its fields."""
    person = tables.people.c
    key, region, membership = tables.person_keys.c, tables.person_regions.c, tables.memberships.c
    mentor, conflict, seat = tables.mentors.c, tables.conflicts.c, tables.region_contacts.c
    other = case((conflict.person == person.id, conflict.other), else_=conflict.person)
    return select(
        person.id,
        person.association,
        person.name,
        person.email,
        person.role_title,
        person.district,
        person.region,
        person.supervisor,
        person.phone,
        person.language,
        person.left_on,
        person.died_on,
        person.alias_of,
        person.salt,
        select(func.jsonb_agg(key.key, type_=JSONB))
        .where(key.person == person.id)
        .scalar_subquery()
        .label("keys"),
        _lists(region.region, region.since, order=region.since)
        .where(region.person == person.id)
        .scalar_subquery()
        .label("regions"),
        _lists(membership.id, membership["class"], membership.first, membership.last, order=membership.id)
        .where(membership.person == person.id, membership.withdrawn_at.is_(None))
        .scalar_subquery()
        .label("memberships"),
        select(
            func.jsonb_build_array(
                mentor.capacity,
                mentor.trained_on,
                mentor.serving_since,
                mentor.serving_until,
                mentor.credential_until,
                type_=JSONB,
            )
        )
        .where(mentor.person == person.id)
        .scalar_subquery()
        .label("mentor"),
        _lists(other, conflict.kind)
        .where(
            or_(conflict.person == person.id, conflict.other == person.id), conflict.withdrawn_at.is_(None)
        )
        .scalar_subquery()
        .label("conflicts"),
        _lists(seat.id, seat.region, seat.first, seat.last, order=seat.id)
        .where(seat.person == person.id, seat.withdrawn_at.is_(None))
        .scalar_subquery()
        .label("seats"),
    ).where(_one_of(person.id))


def _lists(*columns: ColumnElement[Any], order: ColumnElement[Any] | None = None) -> Select[Any]:
    """Return a select of one JSON value: for each row the list of its columns."""
    row = func.jsonb_build_array(*columns)
    return select(func.jsonb_agg(row if order is None else aggregate_order_by(row, order), type_=JSONB))


_ENTRIES: Final = _entries()
