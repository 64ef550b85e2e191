"""The words for what is wrong with the shape of any file: an unknown key, a missing value, a value of the wrong type.

Program files, form files and everything else that the codec reads share them. What a program must not say is worded by
its check in `domain/rules/checks`.
"""

import difflib
import types
import typing
from collections.abc import Collection, Iterator
from datetime import date, datetime, time
from enum import Enum
from typing import Any, Final

UNKNOWN_KEY: Final = "unknown key; remove it"
NO_OBJECT: Final = "write a table of fields"
NO_TABLE: Final = "write a table"
_LONGEST: Final = 64
"""Characters of a key that is compared with others."""
_NEAR: Final = 0.65
"""How alike two words must be, of 1; two letters of three that changed places leave more."""
_MOST: Final = 20
"""Unknown keys of one table that are compared; more are no slips of the hand."""


def unknown_keys(
    unknown: Collection[str], known: Collection[str], problem: str = "unknown key"
) -> Iterator[tuple[str, str]]:
    """Yield each unknown key with the words for it: the key that was probably meant, or to remove it.

    ``known`` are the keys that could be meant because they are not there yet.
    """
    for key in unknown:
        meant = did_you_mean(key, known) if len(unknown) <= _MOST else ""
        yield key, f"{problem}; {meant}remove it"


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Return the question whether the nearest of the known words was meant; empty if none is near."""
    near = difflib.get_close_matches(word, sorted(known), 1, _NEAR) if len(word) <= _LONGEST else []
    return f"did you mean {near[0]}? If not, " if near else ""


def missing(kind: Any) -> str:
    """Return the words for a value that is not there."""
    return f"missing; write {_wanted(kind)}"


def wrong(kind: Any) -> str:
    """Return the words for a value that is not of its type."""
    return f"write {_wanted(kind)}"


def _wanted(kind: Any) -> str:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _wanted(next(arg for arg in args if arg is not type(None)))
    if origin is tuple:
        return f"a list, each item {_wanted(args[0])}"
    if origin is not None:
        return "a table"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "one of " + ", ".join(str(member.value) for member in kind)
    words = {str: "text", int: "a whole number", bool: "true or false", date: "a date (YYYY-MM-DD)"}
    words |= {datetime: "an instant with its offset", time: "a time (HH:MM)"}
    return words.get(kind, "a table of fields")
