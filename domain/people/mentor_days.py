"""The days of a mentor's record: those that cannot lie ahead, and those that contradict each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from domain.people.entry import MentorRecord

PAST: Final = ("trained_on", "serving_since")
_PAIRS: Final = (("serving_until", "serving_since", "The last day of service", "the first day of service"),)


def days_still_to_come(values: Mapping[str, Any], known: MentorRecord | None, today: date) -> tuple[str, ...]:
    """Return the names of such days that are new in ``values`` and come after ``today``."""
    return tuple(
        name
        for name in PAST
        if (day := values.get(name)) is not None and day > today and day != getattr(known, name, None)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Backwards:
    """A last day before the day on which the same began: the columns of both, and what is wrong in words."""

    last: str
    first: str
    words: str


def backwards(values: Mapping[str, Any]) -> Iterator[Backwards]:
    """Yield the last days in the values of a mentor's record that lie before the day on which the same began."""
    for last, first, last_words, first_words in _PAIRS:
        ends, begins = values.get(last), values.get(first)
        if isinstance(ends, date) and isinstance(begins, date) and ends < begins:
            words = f"{last_words} ({ends}) is before {first_words} ({begins}). Correct one of them."
            yield Backwards(last=last, first=first, words=words)
