"""Search in names, addresses and keys: without case, accents and apostrophes, each word of it in any of them."""

import unicodedata
from typing import Final

from sqlalchemy import ColumnElement, FromClause, Text, and_, func, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from domain.visibility import Sight

_WITH_STROKE: Final = ("øłđıħ", "oldih")
"""Letters whose stroke is no accent of its own, and what people type for them."""
_APOSTROPHES: Final = "'’‘`´"
"""What a search and a name are compared without: people type one for the other, or none."""


def matches(q: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    """Return whether each word of a search is in one of the columns."""
    words = _folded_text(q).split()
    return and_(
        true(),
        *(or_(*(_folded(column).contains(word, autoescape=True) for column in columns)) for word in words),
    )


def person_matches(sight: Sight, q: str, people: FromClause) -> ColumnElement[bool]:
    """Return whether a search finds a person whom the reader sees; ``people`` is the table or an alias of it."""
    keys = func.array_to_string(keys_of(sight, people), " ")
    return and_(sql.person(sight, people), matches(q, people.c.name, people.c.email, keys))


def keys_of(sight: Sight, people: FromClause) -> ColumnElement[list[str]]:
    """Return the keys of a person whom the reader sees; ``people`` is the table or an alias of it."""
    key = tables.person_keys.c
    own = select(key.key).where(key.person == people.c.id, sql.person(sight, people)).order_by(key.key)
    return func.array(own.correlate(people).scalar_subquery(), type_=ARRAY(Text))


def _folded(column: ColumnElement[str]) -> ColumnElement[str]:
    apart = func.pg_catalog.normalize(func.lower(column), "NFD")
    letters, plain = _WITH_STROKE
    return func.translate(
        func.regexp_replace(apart, "[\u0300-\u036f]", "", "g"), letters + _APOSTROPHES, plain
    )


def _folded_text(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.lower())
    plain = "".join(letter for letter in apart if not "\u0300" <= letter <= "\u036f")
    return plain.translate(str.maketrans(*_WITH_STROKE, _APOSTROPHES))
