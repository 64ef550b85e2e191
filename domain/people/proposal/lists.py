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
    what was there goes. ``waits`` are questions about the file without whose answers the row is not read.
    """

    kind: ListKind
    at: At
    name: str
    values: Mapping[str, Any]
    cleared: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The member number, empty where the row has none."""
        key: str = self.values.get("key", "")
        return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete:
    """What the list of memberships says about itself: everybody of these classes and regions is in it."""

    classes: tuple[str, ...]
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """All lists of one import.

    ``needed`` are the columns that a new record of a kind must have. ``unread`` are the member numbers of rows with a
    fault: these people are on the list, although their rows are not taken.
    """

    rows: tuple[ListRow, ...]
    needed: Mapping[ListKind, tuple[str, ...]]
    unread: frozenset[str] = frozenset()
    complete: Complete | None = None
    files: Mapping[ListKind, str] = field(default_factory=dict)

    def of(self, kind: ListKind) -> tuple[ListRow, ...]:
        """Return the rows of one kind, in the order in which they stand."""
        return tuple(row for row in self.rows if row.kind is kind)
