"""The kinds of file and their columns, read from ``columns.toml``, and what a heading may mean."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final


class RosterKind(StrEnum):
    """A kind of file: what its rows are about."""

    PEOPLE = "people"
    MEMBERSHIPS = "memberships"
    MENTORS = "mentors"
    APPLICATIONS = "applications"


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterColumn:
    """One column of a kind of file.

    ``new``: a row about a new person or record must fill it. ``must``: every row must fill it. ``part``: only a part of
    another column. ``clears``: its cells may say ``clear``. ``told``: exports say it, and no list changes it.
    """

    name: str
    what: str
    values: str
    example: str
    reads: str
    synonyms: tuple[str, ...] = ()
    new: bool = False
    must: bool = False
    part: bool = False
    clears: bool = False
    told: bool = False


def _load() -> Mapping[RosterKind, Mapping[str, RosterColumn]]:
    tables: Any = tomllib.loads((Path(__file__).parent / "columns.toml").read_text("utf-8"))
    for columns in tables.values():
        for values in columns.values():
            if like := values.pop("like", ""):
                kind, _, name = like.partition(".")
                values["synonyms"] = [*tables[kind][name]["synonyms"], *values.get("synonyms", ())]
    return {
        RosterKind(kind): {
            name: RosterColumn(name=name, **(values | {"synonyms": tuple(values["synonyms"])}))
            for name, values in columns.items()
        }
        for kind, columns in tables.items()
    }


COLUMNS: Final = _load()
NAME_PARTS: Final = ("given_name", "family_name")
_ENDS: Final = frozenset(("left_on", "died_on"))
"""What a list of people who left says of them."""
_WHOLE_WORDS: Final = {
    "#": "number", "no": "number", "nr": "number", "num": "number",
    "mbr": "member", "mem": "member", "memb": "member", "mbrship": "membership", "emp": "employee",
}  # fmt: skip
"""What short words of a heading stand for, where it has more than one word."""
_NOT_WORD: Final = re.compile(r"[^a-z0-9#]+")


def plain_heading(text: str) -> str:
    """Return a heading without case, accents, outer and double blanks, punctuation, and signs that nobody sees."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return _NOT_WORD.sub(" ", "".join(sign for sign in letters if not unicodedata.combining(sign))).strip()


@cache
def meanings(kind: RosterKind) -> Mapping[str, str]:
    """Return the column that each known heading of a kind of file means, by the plain heading."""
    found: dict[str, str] = {}
    for column in COLUMNS[kind].values():
        for heading in (column.name, *column.synonyms):
            plain = plain_heading(heading)
            for each in (plain, plain.replace(" ", ""), _in_whole_words(plain)):
                found.setdefault(each, column.name)
    return found


def _in_whole_words(plain: str) -> str:
    """Return a plain heading with its short words written out: “mbr no” as “member number”."""
    words = plain.replace("#", " # ").split()
    return " ".join(_WHOLE_WORDS.get(word, word) for word in words) if len(words) > 1 else plain


def is_known(heading: str) -> bool:
    """Return whether some kind of file knows a heading."""
    plain = plain_heading(heading)
    return any(_meaning(kind, plain) for kind in RosterKind)


@cache
def heading_words() -> frozenset[str]:
    """Return the headings of all kinds of file in small letters, as most people write them."""
    return frozenset(heading for kind in RosterKind for heading in meanings(kind))


def is_own(kind: RosterKind, heading: str) -> bool:
    """Return whether a heading is the office's own name of a column."""
    return plain_heading(heading).replace(" ", "_") in COLUMNS[kind]


def meaning(kind: RosterKind, heading: str) -> str:
    """Return the column that a heading means in a kind of file; empty where it means none."""
    return _meaning(kind, plain_heading(heading))


def _meaning(kind: RosterKind, plain: str) -> str:
    known = meanings(kind)
    return known.get(plain) or known.get(plain.replace(" ", "")) or known.get(_in_whole_words(plain), "")


def fits(kind: RosterKind, headings: tuple[str, ...]) -> bool:
    """Return whether a sheet with these headings can be a file of this kind."""
    found = {meaning(kind, heading) for heading in headings} - {""}
    if kind is RosterKind.PEOPLE:
        named = "name" in found or found.issuperset(NAME_PARTS)
        return (
            ("email" in found and (named or "key" in found))
            or (named and len(found & {"role_title", "district", "region"}) > 1)
            or ("key" in found and bool(found & _ENDS))
        )
    if kind is RosterKind.APPLICATIONS and any(
        meaning(RosterKind.PEOPLE, each) in _ENDS for each in headings
    ):
        return False  # the reason is why somebody left
    own = {
        RosterKind.MEMBERSHIPS: {"membership"},
        RosterKind.MENTORS: {"capacity", "trained_on", "serving_since", "credential_until"},
        RosterKind.APPLICATIONS: {"reason", "applied_on", "first_year"},
    }[kind]
    return "key" in found and bool(found & own)


def column_letters(at: int) -> str:
    """Return the letters of a column as a sheet shows them: A for 0, AA for 26."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
