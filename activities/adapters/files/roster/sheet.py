"""One list of a file: its heading, its rows as a sheet numbers them, and what stood in the way of reading it."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

from python_calamine import CalamineWorkbook

from activities.adapters.files.roster import delimited
from activities.adapters.files.roster.between_rows import (
    SheetRow,
    heading_again,
    heading_of_another,
    is_note,
    key_at,
    without_totals,
)
from activities.adapters.files.roster.columns import (
    RosterKind,
    fits,
    is_own,
)
from activities.adapters.files.roster.encoding import UnreadableText, decode, other_file
from activities.adapters.files.roster.faults import (
    ColumnQuestion,
    Place,
    RowFault,
    cell_list,
    one_line,
    row_list,
)
from activities.adapters.files.roster.heading import (
    filled,
    heading_at,
    headings_digest,
    looks_like_a_person,
    without_end,
)
from activities.adapters.files.roster.quotes import joined_by, swallowed, taken_apart, unclosed_words
from activities.adapters.files.roster.sheets import KIND_WORDS, SHEET, TOP, Book, first_list, stem_of
from activities.adapters.files.roster.workbook import (
    UnreadableBook,
    book_rows,
    give_back_memory,
    is_workbook,
    open_book,
    sheet_names,
)
from domain.told import Told, counted, told

MOST_BYTES: Final = 50_000_000
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 200
LONGEST_CELL: Final = 4000
BOTH: Final = "+"
"""Stands between two kinds in the answer that a list is both."""
_SEPARATOR_WORD: Final = re.compile(r"sep=", re.IGNORECASE)
UNREADABLE_ROW: Final = "unreadable_row"
"""The code of a row at which reading ends, so that nobody knows what stands below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One list as it was read.

    ``kinds`` are the kinds of file that it is; empty while that is a question. With ``faults`` of the whole file
    there are no rows. ``remarks`` say what was left out. ``digest`` names its headings: a list with the same ones can
    be read with the same column map.
    """

    file: str
    kinds: tuple[RosterKind, ...] = ()
    headings: tuple[str, ...] = ()
    heading_row: int = 0
    rows: tuple[SheetRow, ...] = ()
    faults: tuple[RowFault, ...] = ()
    questions: tuple[ColumnQuestion, ...] = ()
    remarks: tuple[str, ...] = ()
    digest: str = ""
    broken: tuple[tuple[str, ...], ...] = ()
    """The cells of rows that cannot be read, so that nobody in them is missing."""

    @property
    def kind(self) -> RosterKind | None:
        """The one kind that it is, or None."""
        return self.kinds[0] if len(self.kinds) == 1 else None


@dataclass(slots=True)
class Reading:
    """What is being read: collected faults and questions of one file."""

    file: str
    choices: Mapping[str, str]
    faults: list[RowFault] = field(default_factory=list)
    questions: list[ColumnQuestion] = field(default_factory=list)
    remarks: list[Told] = field(default_factory=list)
    separator: str = ""
    """What stands between the cells of a text; a workbook has none."""
    broken: list[tuple[str, ...]] = field(default_factory=list)

    def fault(self, code: str, problem: Told, *places: Place) -> None:
        """Add a fault."""
        self.faults.append(RowFault(file=self.file, code=code, problem=problem, places=places))


def opened(raw: bytes) -> Book:
    """Return the workbook that bytes are, or why it cannot be opened; None for a text, and for what is too long."""
    if not is_workbook(raw) or len(raw) > MOST_BYTES:
        return None
    try:
        return open_book(raw)
    except UnreadableBook as bad:
        return bad


def read_sheet(name: str, raw: bytes, choices: Mapping[str, str] | None = None, book: Book = None) -> Sheet:
    """Read a list, csv or xlsx; whatever the bytes are, what is wrong is in ``faults`` and ``questions``.

    ``choices`` are the answers to this file's questions by their ids. The name tells the kind where it can. ``book`` is
    what ``opened`` says of these bytes, so that a workbook with several lists is opened once.
    """
    reading = Reading(file=name, choices=choices or {})
    if not raw.strip():
        reading.fault(
            "empty_file",
            told("empty_file", "The file is empty. Send a file with a heading and a row for each person."),
        )
    elif len(raw) > MOST_BYTES:
        reading.fault(
            "file_too_large",
            told(
                "file_too_large",
                "The file has more than {most} MB. Send the list in several files.",
                most=MOST_BYTES // 1_000_000,
            ),
        )
    if reading.faults:
        return Sheet(file=name, faults=tuple(reading.faults))
    if other := other_file(raw):
        reading.fault("not_a_list", other)
        return Sheet(file=name, faults=tuple(reading.faults))
    book = opened(raw) if book is None else book
    if book is not None:
        return _book_sheet(reading, book)
    return sheet_of(reading, _text_rows(reading, raw))


def _book_sheet(reading: Reading, book: CalamineWorkbook | UnreadableBook) -> Sheet:
    """Return the sheet of a workbook that is the list: the chosen one, or the first that is one."""
    try:
        if isinstance(book, UnreadableBook):
            raise book
        names = sheet_names(book)
        if not names:
            raise UnreadableBook(
                "empty_file",
                told(
                    "no_sheet",
                    "The workbook has no sheet. Send one with a heading and a row for each person.",
                ),
            )
        chosen = reading.choices.get(SHEET, "")
        found = sheet_of(
            reading, book_rows(book, chosen if chosen in names else first_list(reading.file, book, names))
        )
        give_back_memory()
        return found
    except UnreadableBook as bad:
        reading.fault(bad.code, bad.problem)
        return Sheet(file=reading.file, faults=tuple(reading.faults))


def _text_rows(reading: Reading, raw: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    try:
        decoded = decode(reading.file, raw, reading.choices)
    except UnreadableText as bad:
        reading.fault("not_a_list", bad.problem)
        return
    how = delimited.separation(reading.file, decoded.text, reading.choices)
    reading.questions.extend(each for each in (decoded.question, how.question) if each)
    reading.separator = how.separator
    number = 0
    try:
        for number, cells in enumerate(delimited.rows(decoded.text, how), 1):
            yield number, cells
    except csv.Error:
        reading.fault(
            UNREADABLE_ROW,
            told(
                "unreadable_row",
                "This row cannot be read, nor what stands below it: a cell is far too long. Probably a quotation mark "
                "in it or above it has no partner. Close it, or take it out.",
            ),
            Place(row=number + 1),
        )


def sheet_of(reading: Reading, rows: Iterable[tuple[int, Sequence[str]]]) -> Sheet:
    """Return the sheet of numbered rows: heading found, blank rows left out, totals left out."""
    below: Iterator[tuple[int, Sequence[str]]] = (
        (number, cells) for number, cells in rows if any(map(filled, cells))
    )
    top = list(islice(below, TOP))
    if separator := joined_by(cells for _, cells in top):
        top, below = list(taken_apart(top, separator)), taken_apart(below, separator)
    at = heading_at([cells for _, cells in top])
    if at is None:
        if not reading.faults:
            reading.fault(
                "no_heading",
                told("no_row", "There is no row in this file. Send a list with a heading and its rows."),
            )
        return Sheet(file=reading.file, faults=tuple(reading.faults), questions=tuple(reading.questions))
    number, cells = top[at]
    if looks_like_a_person(cells):
        reading.fault(
            "no_heading",
            told(
                "looks_like_a_person",
                "Row {row} looks like a person; is the heading row missing? Add a row above it that says what each "
                "column holds, such as: key, name, email. `mentorflow import --template people` writes a list with its "
                "headings.",
                row=number,
            ),
        )
        return Sheet(file=reading.file, faults=tuple(reading.faults))
    headings = tuple(one_line(cell) for cell in without_end(cells))
    if len(headings) > MOST_COLUMNS:
        reading.fault(
            "too_many_columns",
            told(
                "too_many_columns",
                "The list has more than {most} columns. Send the needed ones only.",
                most=MOST_COLUMNS,
            ),
        )
        return Sheet(file=reading.file, faults=tuple(reading.faults))
    _remark_titles(reading, top[:at])
    found = _rows(reading, headings, chain(top[at + 1 :], below))
    if any(not fault.places for fault in reading.faults):
        found = []
    found = without_totals(reading.file, reading.remarks, headings, _without_notes(reading, headings, found))
    return Sheet(
        file=reading.file,
        kinds=_kinds(reading, headings),
        headings=headings,
        heading_row=number,
        rows=tuple(found),
        faults=tuple(reading.faults),
        questions=tuple(reading.questions),
        remarks=tuple(reading.remarks),
        digest=headings_digest(headings),
        broken=tuple(reading.broken),
    )


def _remark_titles(reading: Reading, above: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Say which rows above the headings are left out: titles, and the word of a file about its separator is none."""
    titles = [(number, cells) for number, cells in above if not _SEPARATOR_WORD.match("".join(cells))]
    if titles:
        places = [Place(row=number, cell=one_line(next(filter(filled, cells)))) for number, cells in titles]
        reading.remarks.append(
            counted(
                "title_left_out",
                len(titles),
                one="{file}, {rows}: left out, since it is a title above the headings.",
                other="{file}, {rows}: left out, since they are titles above the headings.",
                file=reading.file,
                rows=cell_list(places),
            )
        )


def _rows(
    reading: Reading, headings: tuple[str, ...], rows: Iterable[tuple[int, Sequence[str]]]
) -> list[SheetRow]:
    """Return the rows with as many cells as headings; equal texts are kept once, since lists repeat themselves."""
    width, separator = len(headings), reading.separator
    found: list[SheetRow] = []
    texts: dict[str, str] = {}
    long: list[Place] = []
    wide: list[Place] = []
    blanks = ("",) * width
    for number, cells in rows:
        if len(found) == MOST_ROWS:
            reading.fault(
                "too_many_rows",
                told(
                    "too_many_rows",
                    "The list has more than {most} rows. Send it in several files.",
                    most=f"{MOST_ROWS:,}",
                ),
            )
            return []
        if separator and "\n" in separator.join(cells) and (lost := swallowed(cells, headings, separator)):
            reading.fault("unclosed_quote", unclosed_words(number, lost))
            return []
        if max(map(len, cells), default=0) > LONGEST_CELL:
            reading.broken.append(tuple(map(str.strip, cells)))
            long.append(Place(row=number, cell=one_line(max(cells, key=len))))
            continue
        if len(cells) > width and any(map(filled, cells[width:])):
            reading.broken.append(tuple(map(str.strip, cells)))
            wide.append(Place(row=number, cell=one_line(next(filter(filled, cells[width:])))))
            continue
        kept = tuple([texts.setdefault(text, text) for text in map(str.strip, cells[:width])])
        found.append(SheetRow(number, kept + blanks[len(kept) :]))
    if long:
        reading.fault(
            "cell_too_long",
            told(
                "cell_too_long",
                "A cell has more than {most} characters. Probably a quotation mark in it has no partner: close it, or "
                "take it out.",
                most=LONGEST_CELL,
            ),
            *long,
        )
    if wide:
        reading.fault(
            "too_many_cells",
            told(
                "too_many_cells",
                "The row has more cells than the {headings} headings. If a cell holds the separator (a comma in a "
                "name), put the cell between quotation marks; if a column has no heading, give it one.",
                headings=width,
            ),
            *wide,
        )
    return found


def _without_notes(reading: Reading, headings: tuple[str, ...], found: list[SheetRow]) -> list[SheetRow]:
    """Return the rows without those that repeat the heading or hold a note, which are named."""
    key, is_heading = key_at(headings), heading_again(headings)
    found = _of_one_list(reading, headings, found)
    again = [row for row in found if is_heading(row.cells)]
    notes = [row for row in found if is_note(row.cells, key)]
    if not again and not notes:
        return found
    if again:
        reading.remarks.append(
            counted(
                "heading_left_out",
                len(again),
                one="{file}, {rows}: left out, since it repeats the heading.",
                other="{file}, {rows}: left out, since each repeats the heading.",
                file=reading.file,
                rows=row_list(row.number for row in again),
            )
        )
    if notes:
        reading.remarks.append(
            counted(
                "note_left_out",
                len(notes),
                one="{file}, {rows}: left out, since it holds a note and nothing about anybody.",
                other="{file}, {rows}: left out, since each holds a note and nothing about anybody.",
                file=reading.file,
                rows=cell_list([Place(row=row.number, cell=one_line(row.cells[key])) for row in notes]),
            )
        )
    left = {row.number for row in (*again, *notes)}
    return [row for row in found if row.number not in left]


def _of_one_list(reading: Reading, headings: tuple[str, ...], found: list[SheetRow]) -> list[SheetRow]:
    """Return the rows above the heading of another list, which is refused with all that stands below it."""
    is_other = heading_of_another(headings)
    at = next((at for at, row in enumerate(found) if is_other(row.cells)), None)
    if at is None:
        return found
    row, below = found[at], len(found) - at - 1
    reading.broken.extend(each.cells for each in found[at:])
    reading.fault(
        "second_list",
        told(
            "second_list",
            "Another list begins here: this row is a heading. It and the {below} rows below it are not read. Put that "
            "list into a file or a sheet of its own, and send both.",
            below=below,
        ),
        Place(row=row.number, cell=one_line(", ".join(filter(None, row.cells)))),
    )
    return found[:at]


def _kinds(reading: Reading, headings: tuple[str, ...]) -> tuple[RosterKind, ...]:
    """Return the kinds that the list is, or add a question."""
    possible = [kind for kind in RosterKind if fits(kind, headings)]
    chosen = reading.choices.get("kind", "")
    known = {kind.value for kind in RosterKind}
    if chosen and set(chosen.split(BOTH)) <= known:
        return tuple(RosterKind(each) for each in dict.fromkeys(chosen.split(BOTH)))
    if len(possible) > 1 and all(any(is_own(kind, each) for kind in possible) for each in headings):
        return tuple(possible)  # the office's own columns say what they are
    stem = stem_of(reading.file)
    exact = [kind for kind in RosterKind if stem == kind.value]
    if exact and (exact[0] in possible or not possible):
        return (exact[0],)
    possible.extend(exact)
    if len(possible) == 1:
        return tuple(possible)
    words = set(re.split(r"[\W_\d]+", stem))
    named = [kind for kind in RosterKind if words.intersection(KIND_WORDS[kind])]
    answers = [kind.value for kind in possible or RosterKind]
    if len(possible) > 1:
        answers.append(BOTH.join(kind.value for kind in possible))
    reading.questions.append(
        ColumnQuestion(
            file=reading.file,
            code="kind",
            problem=_kind_words(headings, bool(possible)),
            answers=tuple(answers),
            proposal=named[0].value if len(named) == 1 and not possible else "",
        )
    )
    return ()


def _kind_words(headings: tuple[str, ...], several: bool) -> Told:
    names = ", ".join(f"“{heading}”" for heading in headings[:12] if heading)
    if several:
        return told(
            "which_of_kinds",
            "What is this list? By its headings ({headings}) it can be more than one kind; it may also be several at "
            "once.",
            headings=names,
        )
    return told(
        "which_kind",
        "What is this list? Its headings ({headings}) do not say whether it is about people, memberships, mentors or "
        "applications.",
        headings=names,
    )
