"""The one append to the streams of people: every writer of a person writes through it, one person or thousands.

A writer locks the entries, reads them, writes, and reads them again. For each entry that differs, one event says which
fields changed and commits to the whole entry. The event holds no value of the entry.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence, Set
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import ARRAY, Boolean, Date, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.facts.alike import MarkOf, entries_with
from activities.adapters.postgres.facts.entries import KeptEntry, entries_of, one_of
from activities.adapters.postgres.journal import append_events
from activities.adapters.postgres.writes.base import event_command
from domain.actors import Actor
from domain.codec import to_plain
from domain.ids import h_stream
from domain.journal import FIRST_PREV, Cause, Envelope, Kind, decode
from domain.people.corrections import changed_records, replaced_events
from domain.people.entry import Entry, changed_fields, commitment, days_ahead, kinds_of_change
from domain.people.events import EntryEvent, PersonAdded, PersonChanged, PersonMoved
from domain.people.identity import marks
from domain.people.proposal.known import features_of
from domain.person_changes import ChangeKind, begun_everywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChange:
    """An entry before and after a write, with what an event of it says."""

    before: Entry | None
    after: Entry
    fields: tuple[str, ...]
    commit: str
    records: tuple[str, ...] | None
    earlier: tuple[int, ...] | None = None
    """The events of the stream whose values the change replaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change that open streams must hear of; one that is ``ahead`` waits for its day."""

    person: str
    kind: ChangeKind
    day: date
    ahead: bool = False


WRITERS_OF_PEOPLE: Final = 7_140_001
"""The lock that writers of people share, and that the landing of an import has for itself."""
EventOf = Callable[[EntryChange], EntryEvent]
"""What makes the event of a change. The event is left out if no field changed, unless the writer says ``always``."""


def plain_change(change: EntryChange) -> EntryEvent:
    """Return the event of a change that needs no words of its own."""
    if change.before is None:
        return PersonAdded(fields=change.fields, commit=change.commit, records=change.records)
    kind = PersonMoved if change.before.region != change.after.region else PersonChanged
    return kind(fields=change.fields, commit=change.commit, records=change.records, earlier=change.earlier)


@asynccontextmanager
async def changing(
    connection: AsyncConnection,
    people: Collection[str],
    *,
    new: Set[str] = frozenset(),
    actor: Actor,
    command: str,
    event: EventOf = plain_change,
    always: bool = False,
    at: datetime | None = None,
) -> AsyncIterator[Mapping[str, Entry]]:
    """Lock the entries of people, yield them, and append an event for each that the block has changed or added.

    ``new`` are those of ``people`` who have no entry yet, because their ids were made just now. The caller makes sure
    that a command writes once: the same command again would append to a stream twice. ``at`` is the instant of the
    events where a row has the same one, else now.
    """
    known = [id for id in people if id not in new]
    await lock_entries(connection, known)
    before = await entries_of(connection, known)
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
    if event is plain_change:
        changes = await _with_earlier(connection, changes)
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
    heard = _heard(changes, now)
    told = {each.person for each in heard if each.kind is ChangeKind.SAME_AS}
    told |= {id for id, change in changes.items() if change.before is None}
    alike = await entries_with(connection, _marks_changed(changes))
    same = [Change(person=id, kind=ChangeKind.SAME_AS, day=now.date()) for id in sorted(alike - told)]
    await tell(connection, [*heard, *same])
    return tuple(changes)


async def streams_of(connection: AsyncConnection, people: Collection[str]) -> dict[str, list[Envelope]]:
    """Return the events of people's streams, by person."""
    event = tables.events.c
    person_of = {h_stream(person): person for person in people}
    wanted = select(event.stream, event.bytes).where(one_of(event.stream)).order_by(event.seq)
    found: dict[str, list[Envelope]] = {person: [] for person in people}
    for stream, encoded in await connection.execute(wanted, {"people": sorted(person_of)}):
        found[person_of[stream]].append(decode(bytes(encoded)))
    return found


async def _with_earlier(
    connection: AsyncConnection, changes: Mapping[str, EntryChange]
) -> dict[str, EntryChange]:
    """Return changes with the events whose values they replace; a new entry replaces nothing."""
    known = {id: each.before for id, each in changes.items() if each.before is not None}
    streams = await streams_of(connection, known) if known else {}
    found = {id: replaced_events(streams[id], before, changes[id].after) for id, before in known.items()}
    return {id: replace(each, earlier=found.get(id) or None) for id, each in changes.items()}


def _marks_changed(changes: Mapping[str, EntryChange]) -> list[MarkOf]:
    """Return what entries have in common with others now and did not have before, or had and have no longer."""
    changed: list[MarkOf] = []
    for id, change in changes.items():
        if ChangeKind.SAME_AS in kinds_of_change(change.fields):
            before = () if change.before is None else marks(features_of(change.before))
            changed += [(id, mark) for mark in sorted({*before} ^ {*marks(features_of(change.after))})]
    return changed


async def tell(connection: AsyncConnection, changes: Sequence[Change]) -> None:
    """Store changes that open streams must hear of, in one statement; a day ahead that is stored waits already."""
    if not changes:
        return
    table = tables.person_changes
    given = (
        func.unnest(
            bindparam("people", type_=ARRAY(Text)),
            bindparam("kinds", type_=ARRAY(Text)),
            bindparam("days", type_=ARRAY(Date)),
            bindparam("ahead", type_=ARRAY(Boolean)),
        )
        .table_valued("person", "kind", "day", "ahead")
        .render_derived()
    )
    stored = upsert(table).from_select(["person", "kind", "day", "ahead"], select(given))
    columns = zip(*((each.person, each.kind.value, each.day, each.ahead) for each in changes), strict=True)
    values = dict(zip(("people", "kinds", "days", "ahead"), map(list, columns), strict=True))
    await connection.execute(stored.on_conflict_do_nothing(), values)


def _heard(changes: Mapping[str, EntryChange], now: datetime) -> list[Change]:
    """Return what streams must hear of: at once, if the entry is not new, and on each day that is still to come."""
    today = begun_everywhere(now)
    at_once, ahead = [], []
    for id, change in changes.items():
        kinds = kinds_of_change(change.fields)
        if change.before is not None:
            at_once += [Change(person=id, kind=kind, day=now.date()) for kind in kinds]
        ahead += [
            Change(person=id, kind=kind, day=day, ahead=True)
            for kind, day in days_ahead(change.after, today)
            if kind in kinds
        ]
    return at_once + ahead


def _change(before: KeptEntry | None, after: KeptEntry) -> EntryChange:
    entry = None if before is None else before.entry
    return EntryChange(
        before=entry,
        after=after.entry,
        fields=changed_fields(entry, after.entry),
        commit=commitment(after.entry, after.salt),
        records=changed_records(entry, after.entry) or None,
    )
