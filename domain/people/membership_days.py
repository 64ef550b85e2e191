"""The days of a membership that are a slip in typing, whoever writes them, or may be one."""

from datetime import date
from typing import Final

YEARS_AHEAD: Final = 2
"""How far ahead a membership may begin: one that is renewed early begins in the next year."""

_MANY_YEARS: Final = 10


def begins_too_late(first: date, today: date) -> bool:
    """Return whether a first day is so far ahead that it must be a slip."""
    return first.year > today.year + YEARS_AHEAD


def ends_far_ahead(last: date, today: date) -> bool:
    """Return whether a last day is so far ahead that its year may be a slip."""
    return last.year > today.year + _MANY_YEARS
