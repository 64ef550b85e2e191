"""What is being read of the lists of an import, and what comes of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.roster.faults import RowFault
from domain.people.proposal.lists import At, ListKind, ListRow, Lists
from domain.people.proposal.outcomes import RowOutcome, RowRefusal
from domain.people.proposal.questions import Answered, ImportQuestion, KeptAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapUsed:
    """What the headings of one list mean, and what was answered about it now: kept if the import lands."""

    file: str
    kind: str
    headings: str
    columns: Mapping[str, str]
    answers: Mapping[str, Answered]
    kept: bool
    """Whether such headings were confirmed before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLists:
    """The lists of an import, and what is to be said about its files.

    ``known`` are answers to earlier lists about words, by the ids of their questions, and ``kept`` the questions about
    these files that earlier answers answer. ``wrong`` are answers about headings that cannot be carried out, each with
    what is wrong in it; their questions are open. ``not_read`` are the columns of each file that nothing is read from.
    ``remarks`` say what is left out of the files, and why.
    """

    lists: Lists
    outcomes: tuple[RowOutcome, ...] = ()
    refusals: tuple[RowRefusal, ...] = ()
    questions: tuple[ImportQuestion, ...] = ()
    maps: tuple[ColumnMapUsed, ...] = ()
    known: Mapping[str, KeptAnswer] = field(default_factory=dict)
    kept: tuple[tuple[ImportQuestion, KeptAnswer], ...] = ()
    wrong: Mapping[str, tuple[RowFault, ...]] = field(default_factory=dict)
    not_read: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class ReadingOfLists:
    """What is being read: the rows of all lists, and all that is to be said and asked about them."""

    answers: Mapping[str, Answered]
    remembered: Sequence[Mapping[str, Any]]
    keys: Mapping[
        str, str
    ]  # by member number the entry of its human; the number itself if the list brings it
    regions: Mapping[str, str]
    days: Mapping[str, Collection[date]]
    rows: list[ListRow] = field(default_factory=list)
    faulty: list[ListRow] = field(default_factory=list)
    outcomes: list[RowOutcome] = field(default_factory=list)
    refusals: list[RowRefusal] = field(default_factory=list)
    questions: list[ImportQuestion] = field(default_factory=list)
    maps: list[ColumnMapUsed] = field(default_factory=list)
    kept: list[tuple[ImportQuestion, KeptAnswer]] = field(default_factory=list)
    wrong: dict[str, tuple[RowFault, ...]] = field(default_factory=dict)
    unreadable: set[RosterKind] = field(default_factory=set)
    unread: dict[ListKind, set[str]] = field(default_factory=dict)
    not_read: dict[str, tuple[str, ...]] = field(default_factory=dict)
    files: dict[ListKind, str] = field(default_factory=dict)
    """The first list of each kind."""
    all_files: dict[ListKind, set[str]] = field(default_factory=dict)
    headings: dict[tuple[str, str], str] = field(default_factory=dict)
    empty: list[RowRefusal] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    unclear: bool = False
    """Whether nobody knows yet what one of the files is about."""
    unreadable_file: bool = False
    """Whether a file cannot be read at all, so that nobody knows what it holds."""
    people_wait_for: list[str] = field(default_factory=list)
    of_numbers: dict[str, str] = field(default_factory=dict)
    """What was said of member numbers in one of the lists; it holds for the others, which came from one hand."""
    asked_of_numbers: dict[str, str] = field(default_factory=dict)
    first_with: dict[str, str] = field(default_factory=dict)
    """The first list with some headings; what was said of its headings holds for the others with them."""
    of_sheets: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Under which id the answer is kept that says that a list of a workbook is read, and the id of its question."""
    asked_of_kind: dict[str, str] = field(default_factory=dict)
    asked_of_headings: dict[tuple[RosterKind, str, str], str] = field(default_factory=dict)


def asked_of_first(reading: ReadingOfLists, id: str, file: str, rows: Iterable[int] = (0,)) -> None:
    """Note that a question about an earlier list of this delivery is about this one too."""
    at = next(at for at, each in enumerate(reading.questions) if each.id == id)
    first = reading.questions[at]
    places = dict.fromkeys((*first.at, *(At(file, row) for row in rows)))
    reading.questions[at] = replace(first, at=tuple(places))


def open_by_row(questions: Iterable[ImportQuestion], file: str) -> Mapping[int, tuple[str, ...]]:
    """Return by row the open questions about a file; under 0 those about the whole of it."""
    found: dict[int, tuple[str, ...]] = {}
    for question in questions:
        if not question.answer:
            for at in question.at:
                if at.file == file:
                    found[at.row] = (*found.get(at.row, ()), question.id)
    return found
