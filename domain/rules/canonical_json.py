"""Rules as canonical text and back. A text is read once for each digest, so thousands of runs share one value."""

import hashlib
import json
from functools import lru_cache
from typing import Any, TypeVar

from domain.codec import from_plain, to_plain
from domain.rules.program import Rules

T = TypeVar("T")


def text_of(value: Any) -> str:
    """Return a value's plain form as text that is the same everywhere: sorted keys, no spaces, ASCII."""
    return json.dumps(to_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def value_of(cls: type[T], text: str) -> T:
    """Return the value that ``text_of`` wrote."""
    return from_plain(cls, json.loads(text))


@lru_cache(maxsize=256)
def rules_of(digest: str, text: str) -> Rules:
    """Return the rules in a text: the same object for the same digest."""
    return value_of(Rules, text)


def rules_text(rules: Rules) -> str:
    """Return rules as canonical JSON: sorted keys, no spaces, ASCII. Equal rules have equal text."""
    return text_of(rules)


def rules_digest(text: str) -> str:
    """Return the SHA-256 of a rules text in 64 hex digits; it names the rules in every journal event."""
    return hashlib.sha256(text.encode()).hexdigest()


def rules_from_text(text: str) -> Rules:
    """Return the rules in a text, parsed once per process: all relationships under one set of rules share one object.

    Keys of a later version are ignored; anything else raises ``ValueError`` (or its subclass ``CodecError``).
    """
    return rules_of(rules_digest(text), text)
