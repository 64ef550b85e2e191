"""The values that a program allows in a field of a command: what a refusal of an unknown code names."""

from collections.abc import Mapping
from typing import Any, Final

from domain.messages import Command
from domain.rules.choices import choices
from domain.rules.program import Rules

_MARK: Final = "@"
"""How a command's example begins a text that stands for a list of the rules, such as ``@meetings.modes``."""


def allowed_values(kind: type[Command], field: str, rules: Rules) -> tuple[str, ...]:
    """Return the codes that the rules allow in a field of a command; none if the field takes no code of the rules."""
    value: Any = kind.example
    for name in field.split("."):
        if not name.isdigit():
            value = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(value, list):
            value = value[0] if value else None
    if not isinstance(value, str) or not value.startswith(_MARK):
        return ()
    return choices(rules).get(value.removeprefix(_MARK), ())
