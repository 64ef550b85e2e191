"""What a proposal says: an outcome for each row, refusals with their rows, and what would be written.

A person who has no entry yet is named by ``new/`` and the place of the row that makes the entry.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, overload

from domain.people.entry import Membership
from domain.people.proposal.lists import At, ListKind
from domain.people.proposal.questions import ImportQuestion
from domain.told import Told


class OutcomeKind(StrEnum):
    """What a row comes to. ``same_person`` is one more row of people about somebody whom a row adds or changes."""

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"
    SAME_PERSON = "same_person"
    UNCHANGED = "unchanged"
    LAPSED = "lapsed"
    QUESTION = "question"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that a row changes; None is nothing."""

    field: str
    before: Any
    after: Any


def new_values(values: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """Return what a new record holds, as changes from nothing."""
    return tuple(
        FieldChange(field=name, before=None, after=value)
        for name, value in values.items()
        if value not in (None, "", ())
    )


@dataclass(frozen=True, slots=True)
class ValuesOfRow(Sequence[FieldChange]):
    """What a row says of somebody new, as changes from nothing.

    Each change is made when it is read: a long list has a million of them, and few are shown.
    """

    values: Mapping[str, Any]
    names: tuple[str, ...]

    def __iter__(self) -> Iterator[FieldChange]:
        """Yield a change for each value that is there."""
        return iter(self._changes())

    def __len__(self) -> int:
        """Return how many values are there."""
        return len(self._changes())

    @overload
    def __getitem__(self, at: int) -> FieldChange: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[FieldChange]: ...
    def __getitem__(self, at: int | slice) -> FieldChange | Sequence[FieldChange]:
        """Return one of the changes, or some."""
        return self._changes()[at]

    def _changes(self) -> tuple[FieldChange, ...]:
        return new_values({name: self.values[name] for name in self.names if name in self.values})


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOutcome:
    """What one row comes to.

    ``person`` is whose row it is; ``questions`` are those for whose answers it waits. ``would`` is what a row that
    waits comes to if the proposed answers are right, and ``changes`` are then what it would change. ``changes`` of a
    row that waits for a yes are those that the yes covers; ``confidential`` says that they show an entry that the
    importer may not see.
    """

    kind: ListKind
    at: At
    name: str
    outcome: OutcomeKind
    person: str = ""
    changes: Sequence[FieldChange] = ()
    questions: tuple[str, ...] = ()
    would: OutcomeKind | None = None
    confidential: bool = False


MOST_OTHERS = 12
"""The most other rows of a refusal that are shown with what stands in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """One more row of a refusal: what stands in its cell, and whose it is."""

    row: int
    cell: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRefusal:
    """One cause for which rows are not taken until the file is changed.

    ``cell`` and ``name`` are those of the first of the rows, and ``others`` the next ones.
    """

    code: str
    problem: Told
    file: str
    column: str
    rows: tuple[int, ...]
    cell: str = ""
    name: str = ""
    allowed: tuple[str, ...] = ()
    others: tuple[RefusedRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonWrite:
    """A new entry, or changes of one. ``values`` are the fields to set, ``keys`` the member numbers to add."""

    person: str
    new: bool
    values: Mapping[str, Any]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipWrite:
    """A new membership, or the last day of the one whose row is ``record``; ``withdrawn`` says that it never was."""

    person: str
    name: str
    first: date
    last: date | None
    record: int | None = None
    withdrawn: bool = False

    @classmethod
    def of(cls, owner: str, held: Membership, last: date | None) -> "MembershipWrite":
        """Return a membership that an entry holds, with another last day."""
        return cls(person=owner, name=held.name, first=held.first, last=last, record=held.record)


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorWrite:
    """A mentor's record; ``values`` are the fields to set."""

    person: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationWrite:
    """A new application for the term of the import."""

    person: str
    region: str
    reason: str
    first_year: bool
    applied_on: date
    areas: tuple[str, ...]
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptApart:
    """Somebody answered that these are two humans."""

    one: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportWrites:
    """All that a take-over writes, without the rows that are refused or wait."""

    people: tuple[PersonWrite, ...] = ()
    memberships: tuple[MembershipWrite, ...] = ()
    mentors: tuple[MentorWrite, ...] = ()
    applications: tuple[ApplicationWrite, ...] = ()
    apart: tuple[KeptApart, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProposal:
    """What an import would do. ``outcomes`` has one entry for each row, and one for each lapse.

    ``remarks`` say what the lists hold that changes nothing, and why.
    """

    outcomes: tuple[RowOutcome, ...] = ()
    refusals: tuple[RowRefusal, ...] = ()
    questions: tuple[ImportQuestion, ...] = ()
    writes: ImportWrites
    remarks: tuple[str, ...] = ()

    @property
    def open_questions(self) -> tuple[ImportQuestion, ...]:
        """The questions that nobody has answered."""
        return tuple(question for question in self.questions if not question.answer)
