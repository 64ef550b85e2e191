"""Rules as canonical text and back, read once for each digest: thousands of runs share one value."""

import json
from functools import lru_cache
from typing import Any, TypeVar

from domain.codec import from_plain, to_plain
from domain.program import Rules

T = TypeVar("T")


def text_of(value: Any) -> str:
    """A value's plain form as text that is the same everywhere: sorted keys, no spaces, ASCII."""
    return json.dumps(to_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def value_of(cls: type[T], text: str) -> T:
    """The value that ``text_of`` wrote."""
    return from_plain(cls, json.loads(text))


@lru_cache(maxsize=256)
def rules_of(digest: str, text: str) -> Rules:
    """The rules in a text; the same object for the same digest."""
    return value_of(Rules, text)
