"""What a broken rule looks like."""

from typing import TypeVar

T = TypeVar("T")


class Forbidden(str):
    """A code that says who may not, where all other codes say that it may not be now. ``forbidden`` makes it."""

    __slots__ = ()


_FORBIDDEN: dict[str, Forbidden] = {}


class RuleViolation(Exception):
    """A command that the rules forbid in this state.

    ``code`` is a stable noun phrase such as ``meeting_before_agreement``. Clients and pages read the code and never
    the message. ``field`` names the command's field that is to blame, if one is.
    """

    def __init__(self, code: str, *, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field

    @property
    def forbidden(self) -> bool:
        """Whether it says who may not."""
        return is_forbidden(self.code)


def demand(condition: bool, code: str, *, field: str = "") -> None:
    """Raise ``RuleViolation(code)`` unless ``condition`` holds."""
    if not condition:
        raise RuleViolation(code, field=field)


def required(value: T | None, code: str, *, field: str = "") -> T:
    """Return ``value``; raise ``RuleViolation(code)`` where there is none."""
    if value is None:
        raise RuleViolation(code, field=field)
    return value


def forbidden(code: str) -> Forbidden:
    """Return a code that says who may not: a room makes its own, once, and hands them to ``forbid``."""
    return _FORBIDDEN.setdefault(code, Forbidden(code))


def is_forbidden(code: str) -> bool:
    """Whether a code says who may not. It is asked of codes that come as text from a workflow or a table."""
    return code in _FORBIDDEN


def forbid(condition: bool, code: Forbidden, *, field: str = "") -> None:
    """Raise ``RuleViolation(code)`` if ``condition`` holds: this person may not."""
    if condition:
        raise RuleViolation(code, field=field)
