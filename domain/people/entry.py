"""The entry of a person: all that the office knows about one human, and the commitment to it in the person's stream."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Final

from domain.codec import to_plain
from domain.person_changes import ChangeKind

_PREFIX: Final = b"mentorflow/entry/v1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A membership with its dates. ``record`` is the number of its row, by which a correction names it."""

    record: int
    name: str
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorRecord:
    """How many mentees a mentor can take, and the dates of training, service and credential."""

    capacity: int
    trained_on: date | None = None
    serving_since: date | None = None
    serving_until: date | None = None
    credential_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A time as contact of a region. ``record`` is the number of its row."""

    record: int
    region: str
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictOfInterest:
    """A declared conflict of interest with another person; both entries have it."""

    other: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionSince:
    """A region to which a person belongs from a day on."""

    region: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the office knows about a person.

    ``keys`` are the member numbers that the association gave; ``region`` is the newest of ``regions``. ``alias_of``
    names the entry that stands for the same human. An entry made by mistake is withdrawn from ``withdrawn_on`` on.
    All lists are in a fixed order.
    """

    id: str
    association: str
    keys: tuple[str, ...] = ()
    name: str
    email: str
    role_title: str
    district: str
    region: str
    regions: tuple[RegionSince, ...] = ()
    supervisor: str | None = None
    phone: str = ""
    language: str = "en"
    memberships: tuple[Membership, ...] = ()
    mentor: MentorRecord | None = None
    conflicts: tuple[ConflictOfInterest, ...] = ()
    seats: tuple[Seat, ...] = ()
    left_on: date | None = None
    died_on: date | None = None
    alias_of: str | None = None
    withdrawn_on: date | None = None


def entry_text(entry: Entry) -> str:
    """Return an entry as text that is the same everywhere: sorted keys, no spaces, ASCII, and nothing that is empty.

    A field that an older entry did not have is empty for it, so a new field leaves the text of present entries alone.
    """
    plain = {name: value for name, value in to_plain(entry).items() if value not in ("", [])}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def commitment(entry: Entry, salt: str) -> str:
    """Return the salted hash of an entry, in hex. Without the salt nobody can guess the entry from it."""
    return hashlib.sha256(_PREFIX + salt.encode() + entry_text(entry).encode()).hexdigest()


_NAMES: Final = tuple(field.name for field in fields(Entry) if field.name != "id")


def changed_fields(before: Entry | None, after: Entry) -> tuple[str, ...]:
    """Return the names of the fields that differ, in their order; of a new entry, those that say anything."""
    if before is None:
        return tuple(name for name in _NAMES if getattr(after, name) not in (None, "", ()))
    return tuple(name for name in _NAMES if getattr(before, name) != getattr(after, name))


_KINDS: Final = {
    "keys": (ChangeKind.SAME_AS,),
    "name": (ChangeKind.SAME_AS,),
    "district": (ChangeKind.SAME_AS,),
    "memberships": (ChangeKind.MEMBERSHIP,),
    "mentor": (ChangeKind.MENTOR,),
    "email": (ChangeKind.ADDRESS, ChangeKind.SAME_AS),
    "left_on": (ChangeKind.LEFT,),
    "died_on": (ChangeKind.LEFT,),
    "region": (ChangeKind.REGION, ChangeKind.SAME_AS),
}
"""The kinds of change by the field that changed. An answer that two entries are one concerns both; its writer says so.

Entries whose number, name and district, or address are alike count as one until somebody answers; where a district is
missing, so do those with one name in one region.
"""


def kinds_of_change(changed: Iterable[str]) -> tuple[ChangeKind, ...]:
    """Return the kinds of change that follow from the names of changed fields, each once."""
    return tuple(dict.fromkeys(kind for name in changed for kind in _KINDS.get(name, ())))


def days_ahead(entry: Entry, today: date) -> tuple[tuple[ChangeKind, date], ...]:
    """Return the days after ``today`` on which a record says something else: first days, and days after last ones.

    A day of leaving or of death is never ahead, because nobody can record it before.
    """
    firsts = {(ChangeKind.MEMBERSHIP, each.first) for each in entry.memberships}
    lasts = {(ChangeKind.MEMBERSHIP, each.last) for each in entry.memberships}
    if entry.mentor is not None:
        mentor = entry.mentor
        firsts |= {(ChangeKind.MENTOR, day) for day in (mentor.trained_on, mentor.serving_since) if day}
        lasts |= {(ChangeKind.MENTOR, day) for day in (mentor.serving_until, mentor.credential_until)}
    days = firsts | {(kind, last + timedelta(days=1)) for kind, last in lasts if last and last < date.max}
    return tuple(sorted((kind, day) for kind, day in days if day > today))


def read_entry(row: Mapping[str, Any]) -> Entry:
    """Return the entry in a row of the database, where each list is a list of lists in the order of its fields."""
    values = {name: value for name, value in row.items() if name in _PLAIN}
    mentor = row["mentor"]
    return Entry(
        **values,
        keys=tuple(sorted(row["keys"] or ())),
        regions=tuple(RegionSince(region=code, since=_day(since)) for code, since in row["regions"] or ()),
        memberships=tuple(
            Membership(record=record, name=name, first=_day(first), last=_day_or_none(last))
            for record, name, first, last in row["memberships"] or ()
        ),
        mentor=None if mentor is None else _mentor(mentor),
        conflicts=tuple(
            ConflictOfInterest(other=other, kind=kind)
            for other, kind in sorted({(other, kind) for other, kind in row["conflicts"] or ()})
        ),
        seats=tuple(
            Seat(record=record, region=region, first=_day(first), last=_day_or_none(last))
            for record, region, first, last in row["seats"] or ()
        ),
    )


_PLAIN: Final = frozenset(
    {
        "id", "association", "name", "email", "role_title", "district", "region", "supervisor", "phone", "language",
        "left_on", "died_on", "alias_of", "withdrawn_on",
    }
)  # fmt: skip


def _mentor(values: Sequence[Any]) -> MentorRecord:
    capacity, trained_on, since, until, credential = values
    return MentorRecord(
        capacity=capacity,
        trained_on=_day_or_none(trained_on),
        serving_since=_day_or_none(since),
        serving_until=_day_or_none(until),
        credential_until=_day_or_none(credential),
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _day_or_none(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
