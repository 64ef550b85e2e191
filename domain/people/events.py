"""The events of a person's stream (kind H): who changed which fields when. No event holds a value of the entry.

``fields`` are names of fields, ``commit`` is the salted hash of the whole entry after the change. The newest of them
opens with today's entry and its salt; after both are destroyed the stream tells nothing about the person.
"""

from dataclasses import dataclass, field
from typing import Final

from domain.codec import LATER
from domain.journal import Catalog, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryEvent(Event):
    """What every event of a person has: the changed fields, and the commitment to the entry after the change.

    ``records`` are the memberships and seats that are new or other than before, by kind and number; absent in events
    from before they were named.
    """

    fields: tuple[str, ...] = ()
    commit: str
    records: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonOnRecord(EntryEvent):
    """The person had an entry before people had streams."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAdded(EntryEvent):
    """The person got an entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged(EntryEvent):
    """Something about the person changed.

    ``earlier`` are the numbers of the events in this stream whose values it replaces; absent where it replaces none,
    and in events from before they were named.
    """

    earlier: tuple[int, ...] | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMoved(PersonChanged):
    """The person belongs to another region from a day on, and perhaps more changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCorrected(EntryEvent):
    """A record about the person was corrected, ended or withdrawn. ``corrects`` names it: its kind and number.

    ``earlier`` are the numbers of the events in this stream that it corrects: the newest that said something about it.
    """

    corrects: str
    earlier: tuple[int, ...] | None = None
    reason: str | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMerged(EntryEvent):
    """Somebody answered that this entry and ``other`` are the same human; the entry ``stands`` holds for both."""

    other: str
    stands: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonsKeptApart(EntryEvent):
    """Somebody answered that this entry and ``other`` are two humans, which also ends a merge from that day on."""

    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSeparated(EntryEvent):
    """One entry was two humans: what belongs to the other human is in the entry ``other`` from now on.

    The event is in the streams of both, and says that they are two humans.
    """

    other: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonWithdrawn(EntryEvent):
    """The entry was made by mistake and counts no more; ``reason`` says why."""

    reason: str


EVENTS: Final = (
    PersonOnRecord,
    PersonAdded,
    PersonChanged,
    PersonMoved,
    PersonCorrected,
    PersonMerged,
    PersonsKeptApart,
    PersonSeparated,
    PersonWithdrawn,
)
CATALOG: Final = Catalog(*EVENTS)
