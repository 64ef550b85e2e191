"""The languages of the office: each has a text for every notice, and each program says which it offers."""

from collections.abc import Sequence
from enum import StrEnum


class Language(StrEnum):
    """A language by its code (ISO 639-1)."""

    EN = "en"
    ES = "es"


def language_for(reads: str, offered: Sequence[Language]) -> Language:
    """Return the language in which a program writes to a person: the one that the person reads, else its first."""
    return next((each for each in offered if each.value == reads), offered[0])
