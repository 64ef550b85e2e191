"""Rows of one list about the same person or record: in which columns they contradict each other."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from activities.adapters.files.roster.columns import RosterKind
from domain.people.identity import one_spelling


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


def _said(value: Any) -> Any:
    """Return a value as it is compared: how many blanks stand between two words does not count."""
    return one_spelling(value) if isinstance(value, str) else value
