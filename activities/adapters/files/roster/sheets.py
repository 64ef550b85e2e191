"""The sheets of a workbook: which of them are lists, and of which kinds they can be."""

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import PurePath
from typing import Final

from python_calamine import CalamineWorkbook

from activities.adapters.files.roster.columns import RosterKind, fits
from activities.adapters.files.roster.heading import filled, heading_at
from activities.adapters.files.roster.workbook import UnreadableBook, book_rows, sheet_names

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


def sheets_to_choose(name: str, book: Book) -> tuple[str, ...]:
    """Return the sheets of a workbook of which each can be the list, answered or not; empty for a text."""
    return tuple(fitting_sheets(name, book, sheet_names(book))) if isinstance(book, CalamineWorkbook) else ()


def sheets_of_lists(book: Book) -> Mapping[str, RosterKind | None]:
    """Return the sheets of a workbook that are lists, if there are several and no two of them can be of one kind.

    Each comes with its kind; None where its headings fit several and somebody must say whether it is all of them.
    """
    if not isinstance(book, CalamineWorkbook):
        return {}
    try:
        kinds = _kinds_of_sheets(book, sheet_names(book))
    except UnreadableBook:
        return {}
    lists = {name: fitting for name, fitting in kinds.items() if fitting}
    sure = {fitting[0] for fitting in lists.values() if len(fitting) == 1}
    named = {name: _named_kind(name, fitting) for name, fitting in lists.items()}
    taken = [kind for name, each in named.items() for kind in ([each] if each else lists[name])]
    if len(lists) < 2 or len(taken) > len(set(taken)):
        return {}
    return {
        name: each if each and sure.issuperset({*lists[name]} - {each}) else None
        for name, each in named.items()
    }


def _named_kind(name: str, fitting: Sequence[RosterKind]) -> RosterKind | None:
    """Return the only kind that fits a sheet, or the one of several that its name says; None where there is none."""
    named = [kind for kind in fitting if name.strip().casefold() in KIND_WORDS[kind]]
    found = fitting if len(fitting) == 1 else named
    return found[0] if len(found) == 1 else None


def _kinds_of_sheets(book: CalamineWorkbook, names: Sequence[str]) -> dict[str, list[RosterKind]]:
    """Return the kinds that the heading of each sheet fits; a sheet without a heading is not among them."""
    kinds: dict[str, list[RosterKind]] = {}
    for name in names:
        top = list(islice((cells for _, cells in book_rows(book, name) if any(map(filled, cells))), TOP))
        at = heading_at(top)
        if at is not None:
            kinds[name] = [kind for kind in RosterKind if fits(kind, tuple(top[at]))]
    return kinds


def fitting_sheets(file: str, book: CalamineWorkbook, names: tuple[str, ...]) -> list[str]:
    """Return the sheets whose headings fit a kind of file, the file's own kind first; else the first with something."""
    if len(names) == 1:
        return list(names)
    kinds = _kinds_of_sheets(book, names)
    own = [name for name, found in kinds.items() if stem_of(file) in found]
    return own or [name for name, found in kinds.items() if found] or [*kinds, *names][:1]


def stem_of(file: str) -> str:
    """Return the name of a file without its folder and ending, in lower case."""
    return PurePath(file.replace("\\", "/")).stem.casefold()
