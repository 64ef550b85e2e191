"""What the texts of a list's member numbers are as numbers: without decimals, with zeros that were lost."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final

from activities.adapters.files.roster.amounts import (
    Amounts,
    amounts_in,
    amounts_remark,
    amounts_words,
    several,
)
from activities.adapters.files.roster.columns import RosterColumn
from activities.adapters.files.roster.faults import ColumnQuestion, Place, first_of, one_line
from activities.adapters.files.roster.sheet import Sheet
from activities.adapters.files.roster.zeros import LostZeros, lost_zeros, zeros_words
from domain.told import AND, Told, joined, told

PUT_BACK, KEEP = "put_back", "keep"
"""The answers to the question whether lost zeros are put back before member numbers."""
ZEROS: Final = "zeros_lost:key"
"""The question whether zeros go back before member numbers."""
WHOLE: Final = "whole"
"""The answer that member numbers with decimals are whole numbers; ``keep`` is the other one."""
AMOUNTS: Final = "saved_as_amounts:key"
"""The question whether member numbers that look like amounts are read as whole numbers."""
WHICH_NUMBER: Final = "which_number"
"""The question whose number a short one is. Its answer holds for one list: the next one may mean the other person."""
_LETTER: Final = re.compile(r"[0-9][OoIl]+(?=[0-9])|[0-9]{2}[Ol]+$|(?<![A-Za-z])[Ol]+[0-9]{2}")
"""A letter that looks like a digit, in a place where digits are."""
OF_NUMBERS: Final = (AMOUNTS, ZEROS)
"""The questions whose answer holds for all lists of a delivery, which come from one hand."""


class MemberNumbers:
    """The member numbers of a list: what each text is, and what must be asked or said about that."""

    def __init__(
        self,
        sheet: Sheet,
        columns: Sequence[tuple[RosterColumn, int]],
        choices: Mapping[str, str],
        known: Mapping[str, str],
    ) -> None:
        self._sheet = sheet
        self._known = known
        self._choices = choices
        self._columns = [(column, at) for column, at in columns if column.reads in ("key", "keys")]
        self._single = [at for column, at in self._columns if column.reads == "key"]
        texts = [self._texts(column, at) for column, at in self._columns]
        self._amounts = amounts_in(texts, known)
        self._wholes = self._as_whole(self._amounts)
        keys = (self._wholes.get(cells[at], cells[at]) for _, cells in sheet.rows for at in self._single)
        self._zeros = lost_zeros(keys, known) if known else LostZeros()
        which = {
            key: choice
            for key, numbers in self._zeros.either.items()
            if (choice := choices.get(f"{WHICH_NUMBER}:{key}", "")) in numbers
        }
        self._full = {} if choices.get(ZEROS) == KEEP else {**self._zeros.full, **which}

    @property
    def changes(self) -> bool:
        """Whether some number is another than its text."""
        return bool(self._wholes or self._full)

    def of(self, text: str) -> str:
        """Return the number that a text is."""
        whole = self._wholes.get(text, text)
        return self._full.get(whole, whole)

    def of_rows(self, rows: Collection[int]) -> Iterator[str]:
        """Yield the member numbers of the people of some rows, and those that stand in rows that cannot be read."""
        broken = (self.of(cell) for cells in self._sheet.broken for cell in cells)
        yield from (number for number in broken if number in self._known)
        at = next((at for column, at in self._columns if column.name == "key"), None)
        if at is not None and rows:
            yield from (
                self.of(cells[at]) for number, cells in self._sheet.rows if number in rows and cells[at]
            )

    def reader(
        self, column: RosterColumn, read: Callable[[str], str | tuple[str, ...]]
    ) -> Callable[[str], object]:
        """Return what reads the cells of a column of numbers; ``read`` says whether a text can be one."""
        if not self.changes:
            return read
        if column.reads == "key":
            return lambda text: read(self.of(text))
        return lambda text: read(" ".join(map(self.of, several([text]))))

    def questions(self, name: Callable[[tuple[str, ...]], str]) -> Iterator[ColumnQuestion]:
        """Yield the questions about numbers; ``name`` says whose a row is.

        Whose number a short one is, is always among them: an answer can be changed to another of its answers.
        """
        if self._amounts.unsure and not self._choices.get(AMOUNTS):
            places = self._places(self._amounts.unsure, name)
            problem = amounts_words(places, self._amounts.unsure)
            yield self._question("saved_as_amounts", problem, (WHOLE, KEEP), places)
        if self._zeros.full and not self._choices.get(ZEROS):
            places = self._places(self._zeros.full, name)
            problem = zeros_words(places, self._zeros.full, self._known)
            yield self._question("zeros_lost", problem, (PUT_BACK, KEEP), places)
        if self._choices.get(ZEROS) != KEEP:
            yield from (self._which(key, numbers, name) for key, numbers in self._zeros.either.items())

    def remarks(self) -> Iterator[Told]:
        """Yield what is read otherwise than it stands in the list, a line for each column."""
        sure = {text: whole for text, whole in self._wholes.items() if text not in self._amounts.unsure}
        for column, at in self._columns if sure else ():
            places = [
                Place(row=number, cell=one_line(cells[at]))
                for number, cells in self._sheet.rows
                if any(text in sure for text in self._parts(column, cells[at]))
            ]
            if places:
                yield amounts_remark(self._sheet.file, self._sheet.headings[at], places, sure)
        yield from self._letters_remark()

    def _letters_remark(self) -> Iterator[Told]:
        """Yield a line about new numbers with a letter that may be a slip for a digit, such as 1O42."""
        for column, at in self._columns:
            rows = [
                (number, text)
                for number, cells in self._sheet.rows
                for text in self._parts(column, cells[at])
                if text not in self._known and _LETTER.search(text)
            ]
            if not rows:
                continue
            shown = first_of(rows, _text_in_row)
            yield told(
                "letter_between_digits",
                "{file}, column {heading}: a letter stands between digits where a 0 or a 1 may be meant: {numbers}. "
                "Correct the number if it is a slip.",
                file=self._sheet.file,
                heading=self._sheet.headings[at],
                numbers=joined(shown, "; "),
            )

    def _as_whole(self, amounts: Amounts) -> dict[str, str]:
        if self._choices.get(AMOUNTS) == KEEP:
            return dict(amounts.commas)
        return {**amounts.commas, **amounts.sure, **amounts.unsure}

    def _texts(self, column: RosterColumn, at: int) -> Collection[str]:
        cells = {cells[at] for _, cells in self._sheet.rows}
        return cells if column.reads == "key" else set(several(cells))

    @staticmethod
    def _parts(column: RosterColumn, cell: str) -> Sequence[str]:
        return (cell,) if column.reads == "key" else several([cell])

    def _places(self, numbers: Collection[str], name: Callable[[tuple[str, ...]], str]) -> tuple[Place, ...]:
        """Return the rows that have one of some numbers, as they stand there or without decimals."""
        return tuple(
            Place(row=number, cell=one_line(found), person=name(cells))
            for number, cells in self._sheet.rows
            if (found := self._first(cells, numbers))
        )

    def _first(self, cells: Sequence[str], numbers: Collection[str]) -> str:
        parts = (part for column, at in self._columns for part in self._parts(column, cells[at]))
        return next(
            (each for part in parts for each in (part, self._wholes.get(part, part)) if each in numbers), ""
        )

    def _which(
        self, key: str, numbers: tuple[str, ...], name: Callable[[tuple[str, ...]], str]
    ) -> ColumnQuestion:
        problem = told(
            "which_number",
            "A spreadsheet seems to have removed the zeros at the beginning of the member numbers, and the office "
            "knows {numbers}. Which of them is “{number}” in this list? If both are in the list, write their "
            "numbers with the zeros in the file, and send it again.",
            numbers=joined((f"“{number}”" for number in numbers), AND),
            number=key,
        )
        return ColumnQuestion(
            file=self._sheet.file,
            code=WHICH_NUMBER,
            problem=problem,
            answers=numbers,
            column=key,
            heading=self._heading,
            places=self._places({key}, name),
        )

    def _question(
        self, code: str, problem: Told, answers: tuple[str, str], places: tuple[Place, ...]
    ) -> ColumnQuestion:
        return ColumnQuestion(
            file=self._sheet.file,
            code=code,
            problem=problem,
            answers=answers,
            column="key",
            heading=self._heading,
            proposal=answers[0],
            places=places,
        )

    @property
    def _heading(self) -> str:
        """What the file calls its first column of numbers."""
        return self._sheet.headings[self._columns[0][1]]


def _text_in_row(found: tuple[int, str]) -> Told:
    row, text = found
    return told("text_in_row", "“{number}” in row {row}", number=one_line(text), row=row)
