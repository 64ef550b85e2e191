"""The days of a mentor's record that contradict each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

_PAIRS: Final = (("serving_until", "serving_since", "The last day of service", "the first day of service"),)


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
