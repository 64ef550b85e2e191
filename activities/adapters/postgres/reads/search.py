"""Search in names, addresses and keys: without case and without accents, each word of the search in any of them."""

import unicodedata
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, true

_WITH_STROKE: Final = ("øłđıħ", "oldih")
"""Letters whose stroke is no accent of its own, and what people type for them."""


def matches(q: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    """Return whether each word of a search is in one of the columns."""
    words = _folded_text(q).split()
    return and_(
        true(),
        *(or_(*(_folded(column).contains(word, autoescape=True) for column in columns)) for word in words),
    )


def _folded(column: ColumnElement[str]) -> ColumnElement[str]:
    apart = func.pg_catalog.normalize(func.lower(column), "NFD")
    return func.translate(func.regexp_replace(apart, "[\u0300-\u036f]", "", "g"), *_WITH_STROKE)


def _folded_text(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.lower())
    plain = "".join(letter for letter in apart if not "\u0300" <= letter <= "\u036f")
    return plain.translate(str.maketrans(*_WITH_STROKE))
