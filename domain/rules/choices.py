"""What a program's rules give people to go by: every list of codes to choose from and every limit, by key path."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any, Final

from domain.rules.program import Rules

_NO_CHOICE: Final = frozenset(
    (
        "calendar",
        "ladders",
        "money",
        "retention",
        "letter_words",
        "forms",
        "form_digests",
        "program",
        "version",
    )
)
"""Fields of the rules in which nobody who works with a pair chooses anything."""


def choices(rules: Rules) -> dict[str, tuple[str, ...]]:
    """The codes that commands take, such as those of ``meetings.modes``; lists without a code are left out."""
    return {
        path: value
        for path, value in _leaves(rules)
        if isinstance(value, tuple) and value and all(isinstance(each, str) for each in value)
    }


def limits(rules: Rules) -> dict[str, int | str]:
    """What refusals go by: numbers, switches and kinds, such as ``meetings.shortest_minutes``."""
    return {path: value for path, value in _leaves(rules) if isinstance(value, (int, StrEnum))}


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each value that is no table, with its key path."""
    if not is_dataclass(value):
        yield path, value
        return
    for each in fields(value):
        if path or each.name not in _NO_CHOICE:
            yield from _leaves(getattr(value, each.name), f"{path}.{each.name}" if path else each.name)
