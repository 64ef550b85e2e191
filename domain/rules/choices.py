"""The choices and limits in a program's rules: each list of codes to choose from and each limit, by key path."""

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
"""Fields of the rules from which people who work with a pair choose nothing."""


def choices(rules: Rules) -> dict[str, tuple[str, ...]]:
    """Return the codes that commands take, such as those of ``meetings.modes``, without empty lists."""
    return {
        path: value
        for path, value in _leaves(rules)
        if isinstance(value, tuple) and value and all(isinstance(each, str) for each in value)
    }


def limits(rules: Rules) -> dict[str, int | str]:
    """Return the limits that refusals depend on: numbers, switches and kinds, such as ``meetings.shortest_minutes``."""
    return {path: value for path, value in _leaves(rules) if isinstance(value, (int, StrEnum))}


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Return each value that is not a table, with its key path."""
    if not is_dataclass(value):
        yield path, value
        return
    for each in fields(value):
        if path or each.name not in _NO_CHOICE:
            yield from _leaves(getattr(value, each.name), f"{path}.{each.name}" if path else each.name)
