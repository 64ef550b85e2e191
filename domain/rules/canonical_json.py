"""Rules as canonical text and back. A text is read once for each digest, so thousands of runs share one value."""

import hashlib
from functools import lru_cache

from domain.codec import text_of, value_of
from domain.rules.program import Rules


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
