"""The days of a mentor's record: those that cannot lie ahead, and a service that would end before it begins."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from domain.people.entry import MentorRecord
from domain.told import Told, told

PAST: Final = ("trained_on", "serving_since")
SERVICE: Final = ("serving_since", "serving_until")


def days_still_to_come(values: Mapping[str, Any], known: MentorRecord | None, today: date) -> tuple[str, ...]:
    """Return the names of such days that are new in ``values`` and come after ``today``."""
    return tuple(
        name
        for name in PAST
        if (day := values.get(name)) is not None and day > today and day != getattr(known, name, None)
    )


def ends_early(values: Mapping[str, Any], known: MentorRecord | None) -> Told | None:
    """Return in words that a service would end before it begins, by new days and those that stay; else nothing."""
    if values.keys().isdisjoint(SERVICE):
        return None
    begins, ends = (values.get(name, getattr(known, name, None)) for name in SERVICE)
    if begins is None or ends is None or ends >= begins:
        return None
    return told(
        "service_ends_early",
        "The last day of service ({last}) is before the first day of service ({first}). Correct one of them.",
        last=ends,
        first=begins,
    )
