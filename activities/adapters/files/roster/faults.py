"""What a reader says about a file: faults that the file must lose, and questions that a person answers once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from domain.told import Told, counted, joined, told

_Thing = TypeVar("_Thing")

LONGEST_SHOWN: Final = 60
"""The most characters of a cell that a fault repeats."""
MOST_SHOWN: Final = 12
"""The most row numbers that one line names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One cell with a fault: its row as a sheet numbers it, its text, and whose row it is."""

    row: int
    cell: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """One cause, with every row that it hits: what is wrong, what to write, and the allowed values if they are few.

    ``file`` is the name of the file, ``column`` the office's name of the column, ``heading`` the file's own. Without
    ``places`` the fault is about the whole file.
    """

    file: str
    code: str
    problem: Told
    column: str = ""
    heading: str = ""
    places: tuple[Place, ...] = ()
    allowed: tuple[str, ...] = ()

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows that this cause hits."""
        return tuple(place.row for place in self.places)

    @property
    def row(self) -> int:
        """The first row, or 0 for the whole file."""
        return self.places[0].row if self.places else 0

    @property
    def cell(self) -> str:
        """The text of the first cell."""
        return self.places[0].cell if self.places else ""

    @property
    def person(self) -> str:
        """Whose row the first one is."""
        return self.places[0].person if self.places else ""

    def line(self) -> str:
        """Return the fault as one line: where, what, what to do."""
        parts = [self.file]
        if self.places:
            parts.append(f"row {self.row}" + (f" ({self.person})" if self.person else ""))
        if self.heading:
            parts.append(f"column {self.heading}")
        where = ", ".join(parts)
        cell = f" “{self.cell}”:" if self.cell else ""
        allowed = f" Allowed: {', '.join(self.allowed)}." if self.allowed else ""
        others = f" {_others(self.places)}" if len(self.places) > 1 else ""
        return f"{where}:{cell} {self.problem}{allowed}{others}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnQuestion:
    """One thing about a file that a person decides once; its answer is one of ``answers``, kept with the column map.

    ``proposal`` is the answer that the reader goes by until somebody answers; where it is empty, the cells in question
    are not read until then. ``headings`` of a question about columns are what each heading means now, as an answer
    says it: ``Tel = phone``. ``never_by_itself`` marks what no option answers, since something would be lost.
    """

    file: str
    code: str
    problem: Told
    answers: tuple[str, ...]
    column: str = ""
    heading: str = ""
    proposal: str = ""
    places: tuple[Place, ...] = ()
    headings: tuple[str, ...] = ()
    never_by_itself: bool = False

    @property
    def id(self) -> str:
        """The name under which ``choices`` holds the answer: the code, and the column if there is one."""
        return f"{self.code}:{self.column}" if self.column else self.code

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows that the answer is about."""
        return tuple(place.row for place in self.places)


class FaultList:
    """Faults of one file, one for each cause, in the order in which they were met."""

    def __init__(self, file: str, headings: Mapping[str, str]) -> None:
        self._file = file
        self._headings = headings
        self._found: dict[tuple[str, str, Told], tuple[tuple[str, ...], list[Place]]] = {}

    def add(self, column: str, code: str, problem: Told, place: Place, allowed: tuple[str, ...] = ()) -> None:
        """Add one row to its cause."""
        self._found.setdefault((column, code, problem), (allowed, []))[1].append(place)

    def faults(self) -> tuple[RowFault, ...]:
        """Return one fault for each cause, in the order of their first rows."""
        found = (
            RowFault(
                file=self._file,
                code=code,
                problem=problem,
                column=column,
                heading=self._headings.get(column, column),
                places=tuple(places),
                allowed=allowed,
            )
            for (column, code, problem), (allowed, places) in self._found.items()
        )
        return tuple(sorted(found, key=lambda fault: fault.row))


def _others(places: Sequence[Place]) -> str:
    """Return where else a cause stands; cells that hold something else are named."""
    first, *others = places
    if all(each.cell == first.cell for each in others):
        return f"The same in {row_list(each.row for each in others)}."
    return f"Also in {cell_list(others)}."


def cell_list(places: Sequence[Place]) -> Told:
    """Return rows with what stands in them: once where that is the same in each."""
    places = sorted(places, key=lambda each: each.row)
    rows = row_list(each.row for each in places)
    if len({each.cell for each in places}) == 1:
        return told("row_and_cell", "{row} (“{cell}”)", row=rows, cell=places[0].cell)
    shown = joined(
        (
            told("row_and_cell", "{row} (“{cell}”)", row=each.row, cell=each.cell)
            for each in places[:MOST_SHOWN]
        ),
        ", ",
    )
    return _rows(shown, len(places))


def row_list(rows: Iterable[int]) -> Told:
    """Return rows in words: the first ones by number, and how many more there are."""
    numbers = list(rows)
    return _rows(", ".join(str(number) for number in numbers[:MOST_SHOWN]), len(numbers))


def _rows(shown: str, count: int) -> Told:
    if count > MOST_SHOWN:
        return told("rows_and_more", "rows {rows} and {more} more", rows=shown, more=count - MOST_SHOWN)
    return counted("rows", count, one="row {rows}", other="rows {rows}", rows=shown)


def first_of(things: Sequence[_Thing], word: Callable[[_Thing], Told]) -> list[Told]:
    """Return the first of some things in words, each as ``word`` says it, and how many more there are."""
    shown = [word(each) for each in things[:MOST_SHOWN]]
    if len(things) > MOST_SHOWN:
        shown.append(told("and_some_more", "and {more} more", more=len(things) - MOST_SHOWN))
    return shown


def and_more(listed: Told, more: int) -> Told:
    """Return what is listed, and how many more there are; nothing is said of none."""
    return told("and_more", "{listed}, and {more} more", listed=listed, more=more) if more > 0 else listed


def one_line(text: str) -> str:
    """Return the text of a cell as a fault repeats it: on one line, visible, not too long."""
    if text.isprintable() and len(text) <= LONGEST_SHOWN and "  " not in text:
        return text
    line = "".join(sign if sign.isprintable() else " " for sign in text)
    line = " ".join(line.split())
    if len(line) <= LONGEST_SHOWN:
        return line
    words = line[:LONGEST_SHOWN].rpartition(" ")[0]
    return f"{words} …" if words else line[: LONGEST_SHOWN - 1] + "…"
