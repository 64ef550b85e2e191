"""The rows of the lists of an import, as they were read: values, not texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple


class ListKind(StrEnum):
    """What the rows of a list are about."""

    PEOPLE = "people"
    MEMBERSHIPS = "memberships"
    MENTORS = "mentors"
    APPLICATIONS = "applications"


class At(NamedTuple):
    """Where a row stands: its file, and its number as a sheet shows it. Number 0 is the whole file."""

    file: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One row: whose it is, and its values by column.

    A blank or absent cell is not among the values and changes nothing; ``cleared`` are columns whose cell says that
    what was there goes. ``waits`` are questions about the file without whose answers the row is not read. ``texts`` are
    the words of the file where they became codes, by column; where a cell holds several codes, by column and code.
    ``unread`` are the columns whose cells have a fault. ``key`` is the member number, empty where the row has none.
    """

    kind: ListKind
    at: At
    name: str
    values: Mapping[str, Any]
    cleared: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Look up the number once; the rows of a long list are asked for it again and again."""
        object.__setattr__(self, "key", self.values.get("key", ""))

    def text(self, column: str, value: str) -> str:
        """Return what the file says where a code was read: its own words."""
        return self.texts.get(f"{column}:{value}") or self.texts.get(column) or value


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete:
    """What the list of memberships says about itself: everybody of these classes and regions is in it."""

    classes: tuple[str, ...]
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """All lists of one import.

    ``needed`` are the columns that a new record of a kind must have. ``faulty`` is what could be read of rows with a
    fault. ``unread`` are the member numbers of rows with a fault, by the kind of list: these people are on it, although
    their rows are not taken. ``headings`` are the file's own words for the columns, by file and column.
    ``people_wait_for`` are the questions without whose answers a list of people is not read: until then nobody knows
    which numbers it brings. ``others`` are rows of which nothing is asked here; they count where a list is looked at as
    a whole.
    """

    rows: tuple[ListRow, ...]
    others: tuple[ListRow, ...] = ()
    faulty: tuple[ListRow, ...] = ()
    needed: Mapping[ListKind, tuple[str, ...]]
    unread: Mapping[ListKind, frozenset[str]] = field(default_factory=dict)
    complete: Complete | None = None
    files: Mapping[ListKind, str] = field(default_factory=dict)
    headings: Mapping[tuple[str, str], str] = field(default_factory=dict)
    people_wait_for: tuple[str, ...] = ()

    def of(self, kind: ListKind) -> tuple[ListRow, ...]:
        """Return the rows of one kind, in the order in which they stand."""
        return tuple(row for row in self.rows if row.kind is kind)
