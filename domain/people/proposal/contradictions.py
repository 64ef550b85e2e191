"""Rows about the same person or record that say different things: none is taken, since nobody knows which is right."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final

from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.lists import At, ListRow
from domain.people.proposal.words import value_words
from domain.told import AND, Told, counted, joined, told

DUPLICATE: Final = "duplicate"
MEMBERSHIP: Final = told("same_membership", "membership")
MENTOR: Final = told("same_mentor", "mentor")
APPLICATION: Final = told("same_application", "application")
_PERSON: Final = told("same_person", "person")
BY_ANSWER: Final = told(
    "one_by_answer", "They are one person because somebody answered same; if that is wrong, answer different."
)
_MOST: Final = 12
_FEW: Final = 4


class Contradictions:
    """Rows by what they are about, each with what it says. ``what`` is the record in words, none for a person."""

    def __init__(self, builder: ProposalBuilder, what: Told | None = None) -> None:
        self._builder = builder
        self._what = what
        self._first: dict[Hashable, ListRow] = {}
        self._said: dict[Hashable, Any] = {}
        self._others: dict[Hashable, list[ListRow]] = {}
        self._found: dict[Hashable, tuple[str, ...]] = {}

    def first(self, about: Hashable, row: ListRow) -> ListRow:
        """Note a row, and return the first one about the same."""
        there = self._first.setdefault(about, row)
        if there is not row:
            self._others.setdefault(about, []).append(row)
        return there

    def differs(self, about: Hashable, row: ListRow, said: Any, column: str = "key") -> bool:
        """Note a row, and return whether rows about the same say different things."""
        self.first(about, row)
        if self._said.setdefault(about, said) != said:
            self.found(about, column)
        return about in self._found

    def found(self, about: Hashable, *columns: str) -> None:
        """Note that rows about the same say different things, and in which columns."""
        self._found[about] = tuple(dict.fromkeys((*self._found.get(about, ()), *columns)))

    def refuse(self, is_answered: Callable[[ListRow], bool] = lambda _: False) -> tuple[Hashable, ...]:
        """Refuse all rows that contradict each other, also those taken before, and return what they are about.

        ``is_answered`` says whether somebody has said whose a row is: then another answer may be the way out.
        """
        groups = {about: self._rows_of(about) for about in self._found}
        self._builder.take_back(row for rows in groups.values() for row in rows)
        for about, rows in groups.items():
            names = [name for name in self._found[about] if name != "key"] or _differing(rows)
            values = _values_of(self._builder, rows, names)
            problem = contradiction_words([row.at for row in rows], _number(rows), self._what, values)
            if any(map(is_answered, rows)):
                problem = joined((problem, BY_ANSWER))
            column = "key" if rows[0].key and not self._what else self._found[about][0]
            for row in rows:
                self._builder.refuse(row, column, DUPLICATE, problem, cell=row.key)
        return tuple(groups)

    def _rows_of(self, about: Hashable) -> list[ListRow]:
        return [self._first[about], *self._others.get(about, ())]


def what_differs(builder: ProposalBuilder, rows: Sequence[ListRow], names: Iterable[str]) -> Told:
    """Return in words that rows are about the same person, and in which columns they say different things."""
    return _in_words([row.at for row in rows], _number(rows), None, _values_of(builder, rows, names))


def _values_of(
    builder: ProposalBuilder, rows: Sequence[ListRow], names: Iterable[str]
) -> Mapping[str, Iterable[str]]:
    """Return by heading what rows say."""
    return {builder.heading(rows[0], name): [_said(row, name) for row in rows] for name in names}


def contradiction_words(
    places: Sequence[At],
    number: str,
    what: Told | None = None,
    columns: Mapping[str, Iterable[str]] | None = None,
) -> Told:
    """Return what is wrong with rows that contradict each other, in which columns, and what to do.

    ``columns`` has for each heading what the rows say; an empty text is a blank cell.
    """
    do = (
        told("correct_or_delete", "Correct one, or delete one row.")
        if len(places) == 2
        else told("correct_or_leave", "Correct them, or leave one row.")
    )
    return joined((_in_words(places, number, what, columns), do))


def _in_words(
    places: Sequence[At],
    number: str,
    what: Told | None,
    columns: Mapping[str, Iterable[str]] | None,
) -> Told:
    files: dict[str, list[int]] = {}
    for at in places:
        files.setdefault(at.file, []).append(at.row)
    where = joined(
        [
            beginning(found)
            if len(files) == 1
            else told("rows_of_file", "{rows} of {file}", rows=_begins(at, found), file=file)
            for at, (file, found) in enumerate(files.items())
        ],
        AND,
    )
    differing = joined(
        (
            told("column_says", "“{column}” ({values})", column=name, values=_values(values))
            for name, values in (columns or {}).items()
        ),
        ", ",
    )
    said = told("different_things", "but say different things")
    if differing:
        said = told("different_in", "but say different things in {columns}", columns=differing)
    return told("about_the_same", "{rows} {same} {said}.", rows=where, same=_same(number, what), said=said)


def _same(number: str, what: Told | None) -> Told:
    if number and what is None:
        return told("have_the_number", "have the member number {number}", number=number)
    if number:
        return told("are_about_what_of", "are about the same {what} of {number}", what=what, number=number)
    return told("are_about_what", "are about the same {what}", what=what or _PERSON)


def _begins(at: int, numbers: Sequence[int]) -> Told:
    return rows_words(numbers) if at else beginning(numbers)


def _values(values: Iterable[str]) -> Told:
    """Return the values of a column in words, each once: the first ones, and how many more there are."""
    found = [f"“{each}”" if each else told("says_nothing", "nothing") for each in dict.fromkeys(values)]
    more = [told("some_more", "{more} more", more=len(found) - _FEW)] if len(found) > _FEW else []
    return joined([*found[:_FEW], *more], AND)


def _differing(rows: Sequence[ListRow]) -> list[str]:
    """Return the columns in which rows differ, but for the number."""
    names = dict.fromkeys(name for row in rows for name in row.values if name != "key")
    return [name for name in names if len({_said(row, name) for row in rows}) > 1]


def _said(row: ListRow, name: str) -> str:
    """Return what a row says in a column, in the words of the file; empty where the cell is blank."""
    value = row.values.get(name)
    return "" if value is None else row.text(name, value_words(name, value))


def rows_words(numbers: Sequence[int]) -> Told:
    """Return rows in words: the first ones by number, and how many more there are."""
    shown = _shown(numbers)
    return counted("these_rows", len(numbers), one="row {rows}", other="rows {rows}", rows=shown)


def beginning(numbers: Sequence[int]) -> Told:
    """Return rows in words as a sentence begins with them."""
    return counted(
        "these_rows_first", len(numbers), one="Row {rows}", other="Rows {rows}", rows=_shown(numbers)
    )


def _shown(numbers: Sequence[int]) -> Told:
    shown = [str(number) for number in numbers[:_MOST]]
    more = [told("some_more", "{more} more", more=len(numbers) - _MOST)] if len(numbers) > _MOST else []
    return joined([*shown, *more], AND)


def _number(rows: Sequence[ListRow]) -> str:
    """Return the member number that all rows have; empty where they have none, or several."""
    numbers = {row.key for row in rows}
    return rows[0].key if len(numbers) == 1 else ""
