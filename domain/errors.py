"""Errors that say which rule a command breaks."""

from typing import TypeVar

T = TypeVar("T")


class Forbidden(str):
    """A code that refuses a person; every other code refuses the act as it is now. ``forbidden`` makes it."""

    __slots__ = ()


_FORBIDDEN: dict[str, Forbidden] = {}


class RuleViolation(Exception):
    """An error for a command that the rules forbid in this state.

    ``code`` is a stable noun phrase such as ``meeting_before_agreement``. Clients and pages read the code and never
    the message. ``field`` names the field of the command that caused the error, if one did.
    """

    def __init__(self, code: str, *, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field

    @property
    def forbidden(self) -> bool:
        """Whether the code refuses a person."""
        return is_forbidden(self.code)


def demand(condition: bool, code: str, *, field: str = "") -> None:
    """Raise ``RuleViolation(code)`` unless ``condition`` holds."""
    if not condition:
        raise RuleViolation(code, field=field)


def required(value: T | None, code: str, *, field: str = "") -> T:
    """Return ``value``; raise ``RuleViolation(code)`` if it is None."""
    if value is None:
        raise RuleViolation(code, field=field)
    return value


def forbidden(code: str) -> Forbidden:
    """Return a code that refuses a person. A room makes its own codes, once, and passes them to ``forbid``."""
    return _FORBIDDEN.setdefault(code, Forbidden(code))


def is_forbidden(code: str) -> bool:
    """Return whether a code refuses a person. It serves codes that come as text from a workflow or a table."""
    return code in _FORBIDDEN


def forbid(condition: bool, code: Forbidden, *, field: str = "") -> None:
    """Raise ``RuleViolation(code)`` if ``condition`` holds: this person may not do it."""
    if condition:
        raise RuleViolation(code, field=field)
