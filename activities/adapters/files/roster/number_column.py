"""A column of member numbers whose heading does not say so: the office knows the numbers."""

from collections.abc import Collection, Sequence
from typing import Final

from activities.adapters.files.roster.columns import plain_heading
from activities.adapters.files.roster.sheet import Sheet
from domain.people.identity import plain_key

_OF_ROWS: Final = frozenset(("no", "nr", "num", "number", "numero", "id", "#"))
"""Headings that may be above a count of the rows as well as above member numbers."""
_FEWEST: Final = 3


def unread_numbers(sheet: Sheet, columns: Sequence[str], known: Collection[str]) -> int | None:
    """Return the place of an unread column that holds the member numbers of a list of people; None if there is none.

    It is looked for where most rows have no number. Most of its cells are filled, nearly all differ, and the office
    knows at least half of them, whatever became of zeros in front.

    Args:
        sheet: The list.
        columns: What each of its columns means; empty for one that is not read.
        known: The member numbers of the association.
    """
    if not known or ("key" in columns and 2 * len(_cells(sheet, columns.index("key"))) >= len(sheet.rows)):
        return None
    unread = {at: _cells(sheet, at) for at, column in enumerate(columns) if not column}
    numbers: set[str] = set()
    for at, cells in unread.items():
        if not cells or 2 * len(cells) < len(sheet.rows) or 10 * len(set(cells)) < 9 * len(cells):
            continue
        numbers = numbers or set(map(plain_key, known))
        if 2 * sum(plain_key(cell) in numbers for cell in cells) >= len(cells):
            return at
    return None


def counts_rows(sheet: Sheet, at: int, known: Collection[str]) -> bool:
    """Return whether a column with a heading such as “No” counts the rows, and holds no member numbers.

    Its cells are 1, 2, 3 and so on, and the office knows few of them as numbers.
    """
    cells = _cells(sheet, at)
    if plain_heading(sheet.headings[at]) not in _OF_ROWS or len(cells) < _FEWEST:
        return False
    numbers = set(map(plain_key, known))
    counted = [str(number) for number in range(1, len(cells) + 1)]
    return [cell.removesuffix(".0") for cell in cells] == counted and 2 * len(
        numbers.intersection(counted)
    ) < len(cells)


def _cells(sheet: Sheet, at: int) -> list[str]:
    return [cells[at] for _, cells in sheet.rows if cells[at]]
