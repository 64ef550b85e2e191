"""The days of a mentor's record that cannot lie ahead, whoever writes them: a training and a first day of service."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from domain.people.entry import MentorRecord

PAST: Final = ("trained_on", "serving_since")


def days_still_to_come(values: Mapping[str, Any], known: MentorRecord | None, today: date) -> tuple[str, ...]:
    """Return the names of such days that are new in ``values`` and come after ``today``."""
    return tuple(
        name
        for name in PAST
        if (day := values.get(name)) is not None and day > today and day != getattr(known, name, None)
    )
