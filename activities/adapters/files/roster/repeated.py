"""Rows of one list about the same person or record: in which columns they contradict each other."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from activities.adapters.files.roster.cells import CLEAR, Cleared
from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.roster.faults import row_list
from domain.people.identity import one_spelling
from domain.people.proposal.words import value_words
from domain.told import Told, counted


def contradicting(
    kind: RosterKind, words: Collection[str], rows: Sequence[Mapping[str, Any]]
) -> tuple[str, ...]:
    """Return the columns in which rows about the same contradict each other.

    What the ``words`` of some columns mean is found out later. A blank cell says nothing about a person; of a record it
    may say something, such as that it has no last day.
    """
    first, *others = rows
    found: list[str] = []
    together = dict(first)
    for other in others:
        found.extend(
            name
            for name in {**together, **other}
            if _said(together.get(name)) != _said(other.get(name))
            and name not in words
            and (kind is not RosterKind.PEOPLE or (name in together and name in other))
        )
        together = {**other, **together}
    return tuple(dict.fromkeys(found))


def said_words(name: str, values: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    """Return what a row says in a column, as a contradiction names it; empty where the cell is blank."""
    value = values.get(name, "")
    return CLEAR if value is Cleared.CLEARED else texts.get(name) or (value and value_words(name, value))


def equal_rows(first: int, left_out: Collection[int], cells: Mapping[int, tuple[str, ...]]) -> list[int]:
    """Return which rows that are left out say in every cell what the first one about the same says.

    None where that one is left out too, because the rows contradict each other.
    """
    return [] if first in left_out else [each for each in left_out if cells[each] == cells[first]]


def equal_words(file: str, rows: Sequence[int]) -> Iterator[Told]:
    """Yield that rows say in every cell what an earlier one says, and are read once."""
    if rows:
        yield counted(
            "equal_rows",
            len(rows),
            one="{file}, {rows}: says the same as an earlier row, which is read once.",
            other="{file}, {rows}: each say the same as an earlier row, which is read once.",
            file=file,
            rows=row_list(sorted(rows)),
        )


def _said(value: Any) -> Any:
    """Return a value as it is compared: how many blanks stand between two words does not count."""
    return one_spelling(value) if isinstance(value, str) else value
