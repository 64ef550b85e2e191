"""Which events a correction corrects and a change replaces: the newest in the person's stream that say something."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Final

from domain.journal import Envelope
from domain.people.entry import Entry, changed_fields
from domain.people.events import CATALOG, EntryEvent, PersonCorrected

MEMBERSHIP, SEAT, CONFLICT, MENTOR = "membership", "seat", "conflict", "mentor"
KEYS, REGIONS = "keys", "regions"


class Mistake(StrEnum):
    """Why something about a person is taken back. It is a code, because events hold no words about a person."""

    MISTYPED = "mistyped"
    OTHER_PERSON = "other_person"
    ENTERED_TWICE = "entered_twice"
    NEVER_WAS = "never_was"


_FIELDS: Final = {MEMBERSHIP: "memberships", SEAT: "seats", CONFLICT: "conflicts"}
"""The fields of an entry that hold several records; any other record has the name of its field."""
_NUMBERED: Final = {"memberships": MEMBERSHIP, "seats": SEAT}
"""The kind of the records of those fields whose records have a number."""


def changed_records(before: Entry | None, after: Entry) -> tuple[str, ...]:
    """Return the memberships and seats of an entry that are new or other than before, by kind and number."""
    known = set() if before is None else {*before.memberships, *before.seats}
    memberships = (f"{MEMBERSHIP}/{each.record}" for each in after.memberships if each not in known)
    seats = (f"{SEAT}/{each.record}" for each in after.seats if each not in known)
    return (*memberships, *seats)


def gone_records(before: Entry | None, after: Entry) -> tuple[str, ...]:
    """Return the memberships that an entry had and has no longer, by kind and number."""
    still = {each.record for each in after.memberships}
    known = () if before is None else before.memberships
    return tuple(f"{MEMBERSHIP}/{each.record}" for each in known if each.record not in still)


def corrected_event(stream: Sequence[Envelope], record: str) -> int | None:
    """Return the number of the event that a correction of a record corrects; None where no event tells of it."""
    return next((each.seq for each in reversed(stream) if _tells_of(_event(each), record)), None)


def events_about(stream: Sequence[Envelope], record: str) -> tuple[int, ...]:
    """Return the numbers of the events that name a record: it is new or other since then, or was withdrawn by it."""
    return tuple(each.seq for each in stream if record in _named(_event(each)))


def tells_of_conflicts(envelope: Envelope) -> bool:
    """Return whether an event says that the conflicts of interest of a person changed."""
    return _FIELDS[CONFLICT] in _event(envelope).fields


def replaced_events(stream: Sequence[Envelope], before: Entry, after: Entry) -> tuple[int, ...]:
    """Return the numbers of the events whose values a change replaces; what it only adds replaces none."""
    records: list[str] = []
    for name in changed_fields(before, after):
        old, new = getattr(before, name), getattr(after, name)
        if name in _NUMBERED:
            records += [f"{_NUMBERED[name]}/{each.record}" for each in old if each not in new]
        elif (isinstance(old, tuple) and not {*old} <= {*new}) or (
            not isinstance(old, tuple) and old not in (None, "")
        ):
            records.append(name)
    found = {corrected_event(stream, record) for record in records}
    return tuple(sorted(seq for seq in found if seq is not None))


def declaration(
    stream: Sequence[Envelope], other: Sequence[Envelope], declared: Collection[str]
) -> int | None:
    """Return the number of the event by which a conflict of interest came into a person's stream.

    The declaration is in the streams of both people under one command. ``declared`` are the commands that
    declared a conflict of this kind. A conflict from before people had streams came with the first event.
    """
    shared = {each.cause.command for each in other}.intersection(declared)
    for each in reversed(stream):
        if tells_of_conflicts(each) and (each.seq == 1 or each.cause.command in shared):
            return each.seq
    return None


def _event(envelope: Envelope) -> EntryEvent:
    event = CATALOG.read(envelope)
    if not isinstance(event, EntryEvent):
        raise TypeError(envelope.type)
    return event


def _named(event: EntryEvent) -> tuple[str, ...]:
    """Return the records that an event names: by kind and number, or by the field that holds the only one."""
    corrected = event.corrects.split("+") if isinstance(event, PersonCorrected) else ()
    return (*(event.records or ()), *corrected, *event.fields)


def _tells_of(event: EntryEvent, record: str) -> bool:
    kind, _, number = record.partition("/")
    if isinstance(event, PersonCorrected):
        return record in event.corrects.split("+")
    if number and event.records is not None:
        return record in event.records
    return _FIELDS.get(kind, kind) in event.fields
