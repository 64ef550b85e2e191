"""The days of a mentor's record: those that cannot lie ahead, and a service that would end before it begins."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from domain.people.entry import MentorRecord

PAST: Final = ("trained_on", "serving_since")
SERVICE: Final = ("serving_since", "serving_until")


def days_still_to_come(values: Mapping[str, Any], known: MentorRecord | None, today: date) -> tuple[str, ...]:
    """Return the names of such days that are new in ``values`` and come after ``today``."""
    return tuple(
        name
        for name in PAST
        if (day := values.get(name)) is not None and day > today and day != getattr(known, name, None)
    )


def ends_early(values: Mapping[str, Any], known: MentorRecord | None) -> str:
    """Return in words that a service would end before it begins, by new days and those that stay; else nothing."""
    if values.keys().isdisjoint(SERVICE):
        return ""
    begins, ends = (values.get(name, getattr(known, name, None)) for name in SERVICE)
    if begins is None or ends is None or ends >= begins:
        return ""
    return f"The last day of service ({ends}) is before the first day of service ({begins}). Correct one of them."
