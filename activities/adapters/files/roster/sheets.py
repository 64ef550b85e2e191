"""The sheets of a workbook: which of them are lists, of which kinds they can be, and which are asked about."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import PurePath
from typing import Final

from python_calamine import CalamineWorkbook

from activities.adapters.files.roster.columns import RosterKind, fits, meaning
from activities.adapters.files.roster.faults import ColumnQuestion, first_of, one_line
from activities.adapters.files.roster.heading import filled, heading_at, headings_digest
from activities.adapters.files.roster.workbook import (
    UnreadableBook,
    book_rows,
    hidden_sheets,
    sheet_names,
)
from domain.told import Told, as_is, counted, joined, told

Book = CalamineWorkbook | UnreadableBook | None
"""A file as a workbook, or why it cannot be opened; None for a text."""
TOP: Final = 20
"""How many rows with something in them may be above the first person; the heading is one of them."""
KIND_WORDS: Final = {
    RosterKind.PEOPLE: ("people", "personas", "participants", "contacts"),
    RosterKind.MEMBERSHIPS: ("memberships", "membership", "members", "membresias", "membresías", "socios"),
    RosterKind.MENTORS: ("mentors", "mentor", "mentores"),
    RosterKind.APPLICATIONS: ("applications", "application", "applicants", "solicitudes"),
}


_LISTS: Final = {
    RosterKind.PEOPLE: told("lists_of_people", "lists of people"),
    RosterKind.MEMBERSHIPS: told("lists_of_memberships", "lists of memberships"),
    RosterKind.MENTORS: told("lists_of_mentors", "lists of mentors"),
    RosterKind.APPLICATIONS: told("lists_of_applications", "lists of applications"),
}
SHEET: Final = "sheet"
"""The question which sheets of a workbook are read, and the choice of one."""
ALL_SHEETS: Final = "all_sheets"
"""The answer that each of several sheets is read, as a list of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSheets:
    """The sheets of a workbook.

    ``lists`` are those that are lists, each with its kind; None where its headings fit several and somebody must say
    whether it is all of them. ``questions`` are about sheets that can be of one kind, each with these sheets: whether
    all of them are read, or one; ``marks`` name the titles and headings of these sheets by the id of the question.
    ``others`` have something on them and are no list, ``hidden`` are lists that nobody sees.
    """

    lists: Mapping[str, RosterKind | None] = field(default_factory=dict)
    questions: tuple[tuple[ColumnQuestion, tuple[str, ...]], ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


def sheets_of(file: str, book: Book) -> BookSheets:
    """Return the sheets of a workbook; none of a text, nor of a workbook that cannot be read."""
    if not isinstance(book, CalamineWorkbook):
        return BookSheets()
    try:
        names = sheet_names(book)
        kinds = _kinds_of_sheets(book, names)
        hidden = _kinds_of_sheets(book, hidden_sheets(book))
        lists = {name: fitting for name, fitting in kinds.items() if fitting} or kinds
        rivals = _rivals(lists)
        questions = [(_question(file, book, group, lists, alone=len(rivals) == 1), group) for group in rivals]
        marks = {question.id: _mark(book, group) for question, group in questions}
    except UnreadableBook:
        return BookSheets()
    sure = {fitting[0] for fitting in lists.values() if len(fitting) == 1}
    named = {name: _named_kind(name, fitting) for name, fitting in lists.items()}
    return BookSheets(
        lists={
            name: each if each and sure.issuperset({*lists[name]} - {each}) else None
            for name, each in named.items()
        },
        questions=tuple(questions),
        marks=marks,
        others=tuple(name for name in kinds if name not in lists),
        hidden=tuple(name for name, fitting in hidden.items() if fitting),
    )


def _rivals(lists: Mapping[str, Sequence[RosterKind]]) -> list[tuple[str, ...]]:
    """Return which sheets can be lists of one kind; sheets of which nobody knows a kind can be of any."""
    groups: list[tuple[list[str], set[RosterKind]]] = []
    for name, fitting in lists.items():
        named = _named_kind(name, fitting)
        kinds = {named} if named else {*fitting} or {*RosterKind}
        met = [group for group in groups if group[1] & kinds]
        groups = [group for group in groups if group not in met]
        groups.append(
            ([*chain.from_iterable(names for names, _ in met), name], kinds.union(*(each for _, each in met)))
        )
    return [tuple(names) for names, _ in groups if len(names) > 1]


def _question(
    file: str,
    book: CalamineWorkbook,
    sheets: tuple[str, ...],
    lists: Mapping[str, Sequence[RosterKind]],
    *,
    alone: bool,
) -> ColumnQuestion:
    """Return the question about sheets of one kind; that all are read is proposed where nobody stands in two."""
    kinds = {kind for name in sheets for kind in lists[name]}
    twice = _in_several(book, sheets) if kinds else ()
    first = next((kind for kind in RosterKind if kind in kinds), None)
    return ColumnQuestion(
        file=file,
        code=SHEET,
        problem=_words(sheets, first if len(kinds) == 1 else None, twice),
        answers=(ALL_SHEETS, *sheets),
        column="" if alone or first is None else first.value,
        proposal=ALL_SHEETS if kinds and not twice else "",
    )


def _mark(book: CalamineWorkbook, sheets: Sequence[str]) -> str:
    """Return what names sheets with their headings: those of a later workbook with both alike are the same sheets."""
    named = {name: next(iter(_headings(book, name)), ()) for name in sheets}
    return headings_digest(chain.from_iterable((name, *headings) for name, headings in named.items()))


def _headings(book: CalamineWorkbook, name: str) -> Iterator[Sequence[str]]:
    """Yield the heading of a sheet, if it has one."""
    top = list(islice((cells for _, cells in book_rows(book, name) if any(map(filled, cells))), TOP))
    at = heading_at(top)
    if at is not None:
        yield top[at]


def _words(sheets: tuple[str, ...], kind: RosterKind | None, twice: Sequence[str]) -> Told:
    """Return the question whether all of some sheets are read, or one."""
    titles = first_of(sheets, lambda name: as_is(f"“{name}”"))
    what = told(
        "sheets_of_one_kind",
        "The sheets {sheets} of this workbook can be {lists}.",
        sheets=joined(titles, ", "),
        lists=_LISTS[kind] if kind else told("lists_of_one_kind", "lists of one kind"),
    )
    twice_words = counted(
        "in_several_sheets",
        len(twice),
        one="A member number or address stands in more than one of them (“{first}”), so one may be an older list.",
        other="{count} member numbers or addresses stand in more than one of them, such as “{first}”, so one may be an "
        "older list.",
        first=twice[0] if twice else "",
    )
    asks = told(
        "which_sheets",
        "Are all of them read ({answers}), or one alone? For some of them, delete the others in the workbook, and send "
        "it again.",
        answers=ALL_SHEETS,
    )
    return joined((what, twice_words if twice else "", asks))


def _in_several(book: CalamineWorkbook, sheets: Collection[str]) -> tuple[str, ...]:
    """Return the member numbers and addresses that stand in more than one of some sheets."""
    counted = Counter(text for name in sheets for text in {*_marks_of(book, name)})
    return tuple(one_line(text) for text, times in counted.items() if times > 1)


def _marks_of(book: CalamineWorkbook, name: str) -> Iterator[str]:
    """Yield the member numbers and the addresses of a sheet."""
    rows = (cells for _, cells in book_rows(book, name) if any(map(filled, cells)))
    top = list(islice(rows, TOP))
    at = heading_at(top)
    if at is None:
        return
    places = [
        place
        for place, heading in enumerate(top[at])
        if any(meaning(kind, heading) in ("key", "email") for kind in RosterKind)
    ]
    for cells in chain(top[at + 1 :], rows):
        yield from (
            text for place in places if place < len(cells) and (text := cells[place].strip().casefold())
        )


def _named_kind(name: str, fitting: Sequence[RosterKind]) -> RosterKind | None:
    """Return the only kind that fits a sheet, or the one of several that its name says; None where there is none."""
    named = [kind for kind in fitting if name.strip().casefold() in KIND_WORDS[kind]]
    found = fitting if len(fitting) == 1 else named
    return found[0] if len(found) == 1 else None


def _kinds_of_sheets(book: CalamineWorkbook, names: Sequence[str]) -> dict[str, list[RosterKind]]:
    """Return the kinds that the heading of each sheet fits; a sheet without a heading is not among them."""
    kinds: dict[str, list[RosterKind]] = {}
    for name in names:
        for heading in _headings(book, name):
            kinds[name] = [kind for kind in RosterKind if fits(kind, tuple(heading))]
    return kinds


def first_list(file: str, book: CalamineWorkbook, names: tuple[str, ...]) -> str:
    """Return the sheet that is read where nobody chose one: a list of the file's own kind, any list, any."""
    if len(names) == 1:
        return names[0]
    kinds = _kinds_of_sheets(book, names)
    own = (name for name, found in kinds.items() if stem_of(file) in found)
    return next(chain(own, (name for name, found in kinds.items() if found), kinds, names))


def stem_of(file: str) -> str:
    """Return the name of a file without its folder and ending, in lower case."""
    return PurePath(file.replace("\\", "/")).stem.casefold()
