"""The rows of a sheet with the values that their cells mean, all faults at once, and the questions left open."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import chain
from typing import Any, Final

from activities.adapters.files.roster.cells import (
    CLEAR,
    GARBLED,
    BadCell,
    Cleared,
    blank_words,
    cannot_be_emptied,
    cell_reader,
    hidden_fault,
    name_for_number,
    words_of,
)
from activities.adapters.files.roster.column_map import ColumnMap, name_places
from activities.adapters.files.roster.columns import COLUMNS, NAME_PARTS, RosterColumn, RosterKind
from activities.adapters.files.roster.dates import (
    DateOrder,
    NoDate,
    Numbers,
    in_order,
    read_day,
    remembered_order_words,
)
from activities.adapters.files.roster.day_column import DATE_ORDER, DayColumn
from activities.adapters.files.roster.faults import (
    ColumnQuestion,
    FaultList,
    Place,
    RowFault,
    one_line,
)
from activities.adapters.files.roster.member_numbers import MemberNumbers
from activities.adapters.files.roster.repeated import contradicting, equal_rows, equal_words, said_words
from activities.adapters.files.roster.second_columns import SecondColumns
from activities.adapters.files.roster.sheet import Sheet
from domain.people.proposal.contradictions import DUPLICATE, MEMBERSHIP, contradiction_words
from domain.people.proposal.lists import At
from domain.told import Told, told

_NO_TEXTS: Final[Mapping[str, str]] = {}
"""The words of a row whose codes are written as codes: one for all such rows, since a list can have 100,000."""
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")
_ORDERS: Final = {
    RosterKind.MEMBERSHIPS: ("first", "last"),
    RosterKind.MENTORS: ("serving_since", "serving_until"),
}
_REPEATED: Final = ("code", "answer", "capacity", "language")
"""What columns read whose texts a list repeats."""
ONCE: Final = {
    RosterKind.PEOPLE: ("key",),
    RosterKind.MEMBERSHIPS: ("key", "membership", "first"),
    RosterKind.MENTORS: ("key",),
    RosterKind.APPLICATIONS: ("key",),
}
"""What a row is about; two rows about the same must say the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """One row: its number, whose it is, and its values by column.

    An empty cell or an absent column is not among the values: it changes nothing. ``texts`` holds the words of cells as
    written where they became codes, by column, or by column and code where a cell holds several. ``waits_for`` names
    the questions without whose answers some cells are not read. ``unread`` are the columns whose cells have a fault.
    """

    number: int
    name: str
    values: Mapping[str, Any | Cleared]
    texts: Mapping[str, str]
    waits_for: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """All rows of a sheet without a fault in them, what could be read of the others, and all that is to be said of it.

    There is one fault, and one question, for each cause. ``examples`` are the rows that are the example of an empty
    list: they are left out. ``remarks`` say which cells are not taken.
    """

    file: str
    kind: RosterKind
    rows: tuple[ReadRow, ...] = ()
    faulty: tuple[ReadRow, ...] = ()
    faults: tuple[RowFault, ...] = ()
    questions: tuple[ColumnQuestion, ...] = ()
    examples: tuple[int, ...] = ()
    remarks: tuple[str, ...] = ()
    faulty_numbers: frozenset[str] = frozenset()
    """The member numbers of the rows with a fault: these people are on the list."""


def read_rows(
    sheet: Sheet,
    column_map: ColumnMap,
    choices: Mapping[str, str] | None = None,
    known_keys: Mapping[str, str] | None = None,
    known_days: Mapping[str, Collection[date]] | None = None,
    earlier: Mapping[str, str] | None = None,
) -> ReadFile:
    """Read the rows of a sheet; ``choices`` are the answers to its questions by their ids.

    ``earlier`` are answers about the order of dates in earlier lists: they hold unless this one speaks against them.

    ``known_keys`` are the member numbers of the association, each with its human: they show that a column lost its
    zeros. ``known_days`` are the days that the office knows of each human: they show which number of a date is the day.
    """
    kind = column_map.kind
    if column_map.faults:
        asked = column_map.question
        return ReadFile(
            file=sheet.file,
            kind=kind,
            faults=sheet.faults if asked else (*sheet.faults, *column_map.faults),
            questions=(*sheet.questions, asked) if asked else (),
        )
    reader = _RowReader(sheet, column_map, choices or {}, known_keys or {}, known_days or {}, earlier or {})
    rows = tuple(reader.rows())
    whole = [each for each in (*sheet.faults, *reader.collected.faults()) if not each.places]
    by_row = sorted(
        (each for each in (*sheet.faults, *reader.collected.faults()) if each.places),
        key=lambda each: each.row,
    )
    return ReadFile(
        file=sheet.file,
        kind=kind,
        rows=rows,
        faulty=tuple(reader.faulty),
        faults=tuple(chain(whole, by_row)),
        questions=tuple(chain(sheet.questions, filter(None, (column_map.question,)), reader.questions())),
        examples=tuple(reader.examples),
        faulty_numbers=frozenset(
            reader.numbers.of_rows({place.row for each in by_row for place in each.places})
        ),
        remarks=(
            *reader.numbers.remarks(),
            *reader.seconds.remarks(),
            *equal_words(sheet.file, reader.equal),
        ),
    )


def unguard(text: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return text[1:] if _GUARDED.match(text) else text


class _RowReader:
    def __init__(
        self,
        sheet: Sheet,
        column_map: ColumnMap,
        choices: Mapping[str, str],
        known_keys: Mapping[str, str],
        known_days: Mapping[str, Collection[date]],
        earlier: Mapping[str, str],
    ) -> None:
        self.sheet = sheet
        self.kind = column_map.kind
        places = column_map.places(sheet)
        self.columns = [
            (column, places[name])
            for name, column in COLUMNS[self.kind].items()
            if name in places and (name != "name" or self.kind is RosterKind.PEOPLE)
        ]
        self.further = column_map.instead(sheet)
        self.seconds = SecondColumns(sheet, self.further)
        self.headings = {column.name: sheet.headings[at] for column, at in self.columns}
        self.collected = FaultList(sheet.file, self.headings)
        self.days = {
            column.name: DayColumn(choices.get(id := f"{DATE_ORDER}:{column.name}", ""), earlier.get(id, ""))
            for column, _ in self.columns
            if column.reads == "day"
        }
        self.says_who = (
            RosterKind.PEOPLE in sheet.kinds
        )  # whose a row without a number is, its other half says
        self.known_keys, self.known_days = known_keys, known_days
        self.number_columns = [at for column, at in self.columns if column.reads == "key"]
        self.names = name_places(sheet, column_map)
        self.instead = next((places[each] for each in ("email", "key") if each in places), -1)
        self.example, self.example_at = next(
            ((each.example, at) for each, at in self.columns if each.example), ("-", 0)
        )
        self.faulty: list[ReadRow] = []
        self.examples: list[int] = []
        self.equal: list[int] = []
        self.numbers = MemberNumbers(sheet, self.columns, choices, known_keys)
        self.readers = [
            (column, at, self._reader(column), blank_words(column)) for column, at in self.columns
        ]

    def rows(self) -> Iterator[ReadRow]:
        """Yield the rows without a fault. The columns of dates are looked at first, since one cell explains others."""
        self._look_at_days()
        read = [row for number, cells in self.sheet.rows if (row := self._row(number, cells))]
        first: dict[tuple[Any, ...], ReadRow] = {}
        others: dict[tuple[Any, ...], list[ReadRow]] = {}
        for row in read:
            once = self._about(row)
            if once and first.setdefault(once, row) is not row:
                others.setdefault(once, []).append(row)
        left_out: set[int] = set()
        cells = dict(self.sheet.rows) if others else {}
        for once, rows in others.items():
            left_out |= (out := self._left_out((first[once], *rows)))
            self.equal.extend(equal_rows(first[once].number, out, cells))
        for row in read:
            if row.number not in left_out:
                yield row

    def _about(self, row: ReadRow) -> tuple[Any, ...]:
        """Return what a row is about; nothing where that is not known, because it has no number or a day is open."""
        once = tuple(row.values.get(name) for name in ONCE[self.kind])
        return once if once[0] and not row.waits_for else ()

    def _left_out(self, rows: tuple[ReadRow, ...]) -> set[int]:
        """Return which of several rows about the same are not read on: repetitions; if they contradict, all of them."""
        words = {column.name for column, _ in self.columns if column.reads in ("code", "codes")}
        differing = contradicting(self.kind, words, [each.values for each in rows])
        if not differing:
            return {each.number for each in rows[1:] if each.values == rows[0].values}
        what = MEMBERSHIP if self.kind is RosterKind.MEMBERSHIPS else None
        number = str(rows[0].values["key"])
        places = [At(self.sheet.file, each.number) for each in rows]
        said = {
            self.headings.get(name, name): [said_words(name, row.values, row.texts) for row in rows]
            for name in differing
        }
        problem = contradiction_words(places, number, what, said)
        for each in rows:
            place = Place(row=each.number, cell=number, person=each.name)
            self.collected.add("key", DUPLICATE, problem, place)
        return {each.number for each in rows}

    def questions(self) -> Iterator[ColumnQuestion]:
        """Yield those about member numbers, and one for each column of dates whose order nobody has named."""
        yield from self.numbers.questions(self._name)
        for name, day in self.days.items():
            if day.chosen or day.is_plain:
                continue
            heading = self.headings[name]
            yield ColumnQuestion(
                file=self.sheet.file,
                code=DATE_ORDER,
                problem=day.question(heading),
                answers=tuple(order.value for order in DateOrder),
                column=name,
                heading=heading,
                proposal=day.proof.value if day.proof else "",
                places=day.places,
            )

    def _is_example(self, cells: tuple[str, ...]) -> bool:
        return all(cells[at] == column.example for column, at in self.columns)

    def _look_at_days(self) -> None:
        columns = [(column.name, at) for column, at in self.columns if column.reads == "day"]
        for number, cells in self.sheet.rows:
            for name, at in columns:
                try:
                    found = read_day(cells[at])
                except NoDate:
                    continue
                if isinstance(found, Numbers):
                    place = Place(row=number, cell=one_line(cells[at]), person=self._name(cells))
                    self.days[name].see(found, place, self._known_days(cells))
        shown = {name: order for name, day in self.days.items() if (order := day.shows)}
        shown = shown or {name: order for name, day in self.days.items() if (order := day.earlier)}
        if len({*shown.values()}) == 1:
            name, order = next(iter(shown.items()))
            for day in self.days.values():
                day.beside = order, self.headings[name]

    def _known_days(self, cells: tuple[str, ...]) -> Collection[date]:
        """Return the days that the office knows of the person of a row."""
        keys = (self.numbers.of(cells[at]) for at in self.number_columns if self.known_days)
        return next((self.known_days.get(self.known_keys.get(key, ""), ()) for key in keys), ())

    def _row(self, number: int, cells: tuple[str, ...]) -> ReadRow | None:
        values: dict[str, Any] = {}
        texts: dict[str, str] = {}
        waits: list[str] = []
        unread: list[str] = []
        if cells[self.example_at] == self.example and self._is_example(cells):
            self.examples.append(number)
            return None
        for column, at, read, blank in self.readers:
            text = cells[at]
            if column.name in self.further:
                text = self.seconds.first(
                    column, text, number, [cells[at] for at in self.further[column.name]]
                )
            if text[:1] == "'":
                text = unguard(text)
            if not text or (blank and text.casefold() in blank):
                if column.must and not self.says_who:
                    unread.append(column.name)
                    problem = told("empty", "The cell is empty. Write the member number.")
                    self._fault(column, "empty", problem, number, cells, "")
                continue
            try:
                value = read(text)
            except (BadCell, NoDate) as fault:
                unread.append("name" if column.name in NAME_PARTS else column.name)
                if fault.code != GARBLED:
                    fault = hidden_fault(text) or name_for_number(column, text) or fault
                allowed = fault.allowed if isinstance(fault, BadCell) else ()
                self._fault(column, fault.code, fault.problem, number, cells, text, allowed)
                continue
            if isinstance(value, Numbers):
                waits.append(f"{DATE_ORDER}:{column.name}")
                continue
            values[column.name] = value
            if value != text:
                texts |= words_of(column, text, value)
        parts = [values.pop(part) for part in NAME_PARTS if part in values]
        if parts and "name" not in values:
            values["name"] = " ".join(parts)
        row = ReadRow(
            number=number,
            name=one_line(values["name"]) if "name" in values else self._name(cells),
            values=values,
            texts=texts or _NO_TEXTS,
            waits_for=tuple(waits),
            unread=tuple(unread),
        )
        if self._backwards(number, cells, values) or unread:
            self.faulty.append(row)
            return None
        return row

    def _reader(self, column: RosterColumn) -> Callable[[str], Any]:
        """Return what reads the cells of a column; what one list says again and again is read once."""
        if column.reads == "day":
            return partial(self._day, column, {})
        read = cell_reader(column)
        if column.reads in _REPEATED:
            return cache(read)
        if column.reads in ("key", "keys"):
            return self.numbers.reader(column, read)
        return read

    def _day(self, column: RosterColumn, known: dict[str, date | Numbers], text: str) -> Any:
        if text.casefold() == CLEAR:
            if column.clears:
                return Cleared.CLEARED
            raise cannot_be_emptied(column.reads)
        if text not in known:
            known[text] = read_day(text)
        day, of_column = known[text], self.days[column.name]
        if not isinstance(day, Numbers) or of_column.order is None:
            return day
        try:
            return in_order(day, of_column.order)
        except NoDate as fault:
            if fault.code != "date_in_other_order" or of_column.said or of_column.chosen is None:
                raise
            id = f"{self.sheet.file}:{self.kind.value}:{DATE_ORDER}:{column.name}"
            raise NoDate(fault.code, remembered_order_words(of_column.order, id)) from None

    def _backwards(self, number: int, cells: tuple[str, ...], values: Mapping[str, Any]) -> bool:
        if self.kind not in _ORDERS:
            return False
        one, two = _ORDERS[self.kind]
        first, last = values.get(one), values.get(two)
        if not (isinstance(first, date) and isinstance(last, date) and last < first):
            return False
        problem = told(
            "last_before_first",
            "The last day ({last}) is before the first day ({first}, column {heading}). Correct one of them.",
            last=last,
            first=first,
            heading=self.headings[one],
        )
        place = Place(row=number, person=self._name(cells))
        self.collected.add(two, "ends_before_it_begins", problem, place)
        return True

    def _fault(
        self,
        column: RosterColumn,
        code: str,
        problem: Told,
        number: int,
        cells: tuple[str, ...],
        text: str,
        allowed: tuple[str, ...] = (),
    ) -> None:
        place = Place(row=number, cell=one_line(text), person=self._name(cells))
        self.collected.add(column.name, code, problem, place, allowed)

    def _name(self, cells: tuple[str, ...]) -> str:
        """Return whose row it is: the name, or what else says it; a number with the zeros that were put back."""
        name = " ".join(filter(None, (unguard(cells[at]) for at in self.names)))
        if name or (self.names and self.kind is RosterKind.PEOPLE):
            return one_line(name)
        text = unguard(cells[self.instead]) if self.instead >= 0 else ""
        return one_line(self.numbers.of(text))
