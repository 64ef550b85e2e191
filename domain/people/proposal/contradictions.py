"""Rows about the same person or record that say different things: none is taken, since nobody knows which is right."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final

from domain.in_words import anded
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.lists import At, ListRow
from domain.people.proposal.words import value_words

DUPLICATE: Final = "duplicate"
_MOST: Final = 12
_FEW: Final = 4


class Contradictions:
    """Rows by what they are about, each with what it says. ``what`` is the record in words, empty for a person."""

    def __init__(self, builder: ProposalBuilder, what: str = "") -> None:
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
            values = {
                self._builder.heading(rows[0], name): [_said(row, name) for row in rows] for name in names
            }
            problem = contradiction_words([row.at for row in rows], _number(rows), self._what, values)
            if any(map(is_answered, rows)):
                problem += (
                    " They are one person because somebody answered same; if that is wrong, answer different."
                )
            column = "key" if rows[0].key and not self._what else self._found[about][0]
            for row in rows:
                self._builder.refuse(row, column, DUPLICATE, problem, cell=row.key)
        return tuple(groups)

    def _rows_of(self, about: Hashable) -> list[ListRow]:
        return [self._first[about], *self._others.get(about, ())]


def contradiction_words(
    places: Sequence[At], number: str, what: str = "", columns: Mapping[str, Iterable[str]] | None = None
) -> str:
    """Return what is wrong with rows that contradict each other, in which columns, and what to do.

    ``columns`` has for each heading what the rows say; an empty text is a blank cell.
    """
    files: dict[str, list[int]] = {}
    for at in places:
        files.setdefault(at.file, []).append(at.row)
    where = anded(
        [
            rows_words(found) if len(files) == 1 else f"{rows_words(found)} of {file}"
            for file, found in files.items()
        ]
    )
    where = where[:1].upper() + where[1:]
    if number and not what:
        same = f"have the member number {number}"
    else:
        of = f" of {number}" if number and what else ""
        same = f"are about the same {what or 'person'}{of}"
    do = "Correct one, or delete one row." if len(places) == 2 else "Correct them, or leave one row."
    differing = ", ".join(f"“{name}” ({_values(values)})" for name, values in (columns or {}).items())
    return f"{where} {same} but say different things{differing and f' in {differing}'}. {do}"


def _values(values: Iterable[str]) -> str:
    """Return the values of a column in words, each once: the first ones, and how many more there are."""
    found = [f"“{each}”" if each else "nothing" for each in dict.fromkeys(values)]
    return anded([*found[:_FEW], *([f"{len(found) - _FEW} more"] if len(found) > _FEW else ())])


def _differing(rows: Sequence[ListRow]) -> list[str]:
    """Return the columns in which rows differ, but for the number."""
    names = dict.fromkeys(name for row in rows for name in row.values if name != "key")
    return [name for name in names if len({_said(row, name) for row in rows}) > 1]


def _said(row: ListRow, name: str) -> str:
    """Return what a row says in a column, in the words of the file; empty where the cell is blank."""
    value = row.values.get(name)
    return "" if value is None else row.text(name, value_words(name, value))


def rows_words(numbers: Sequence[int]) -> str:
    """Return rows in words: the first ones by number, and how many more there are."""
    shown = [str(number) for number in numbers[:_MOST]]
    if len(numbers) > _MOST:
        shown.append(f"{len(numbers) - _MOST} more")
    return f"{'rows' if len(shown) > 1 else 'row'} {anded(shown)}"


def _number(rows: Sequence[ListRow]) -> str:
    """Return the member number that all rows have; empty where they have none, or several."""
    numbers = {row.key for row in rows}
    return rows[0].key if len(numbers) == 1 else ""
