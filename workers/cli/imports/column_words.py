"""What the columns of lists are called in words, beside their codes: the same words as on the pages."""

from __future__ import annotations

import re
from typing import Final

COLUMN_WORDS: Final = {
    "key": "member number",
    "name": "full name",
    "given_name": "first name",
    "family_name": "last name",
    "email": "email address",
    "role_title": "position",
    "district": "district or school",
    "region": "region",
    "supervisor": "supervisor",
    "phone": "phone",
    "language": "language",
    "left_on": "left on",
    "died_on": "died on",
    "other_numbers": "other member numbers",
    "membership": "membership",
    "first": "first day",
    "last": "last day",
    "capacity": "places of the mentor",
    "trained_on": "trained on",
    "serving_since": "serving since",
    "serving_until": "serving until",
    "credential_until": "credential until",
    "reason": "reason for applying",
    "first_year": "first year in the position",
    "applied_on": "applied on",
    "areas": "areas",
    "nothing": "not read",
}
_READ_AS: Final = re.compile(r"(?<=” as )[a-z_]+\b")


def named(column: str) -> str:
    """Return the code of a column with what it is called: “key (member number)”."""
    words = COLUMN_WORDS.get(column, "")
    return f"{column} ({words})" if words and words != column else column


def with_words(problem: str) -> str:
    """Return a question about headings with words beside the codes as which they are read."""
    return _READ_AS.sub(lambda found: named(found[0]), problem)
