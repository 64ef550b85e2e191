"""Several words as one phrase of English text: “a, b and c”."""

from collections.abc import Sequence


def anded(words: Sequence[str]) -> str:
    """Return words with commas between them, and with “and” before the last; empty where there is none."""
    *front, last = words or ("",)
    return f"{', '.join(front)} and {last}" if front else last
