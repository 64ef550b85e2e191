"""The days of a mentor's record that contradict each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

_PAIRS: Final = (("serving_until", "serving_since", "The last day of service", "the first day of service"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backwards:
    """A last day before the day on which the same began: the names of both, and what is wrong in words."""

    name: str
    before: str
    words: str


def backwards(values: Mapping[str, Any]) -> Iterator[Backwards]:
    """Yield the last days in the values of a mentor's record that lie before the day on which the same began."""
    for name, before, last_words, first_words in _PAIRS:
        last, first = values.get(name), values.get(before)
        if isinstance(last, date) and isinstance(first, date) and last < first:
            words = f"{last_words} ({last}) is before {first_words} ({first}). Correct one of them."
            yield Backwards(name=name, before=before, words=words)
