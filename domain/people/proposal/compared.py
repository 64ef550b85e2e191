"""Which fields of an entry a row of people may change, and when a row says what is known."""

from dataclasses import replace
from typing import Any

from domain.people.entry import Entry
from domain.people.identity import (
    first_name_first,
    is_said_name,
    is_somebody_else,
    name_said,
    phone_said,
    plain_name,
    plain_text,
    same_said,
)
from domain.people.proposal.known import features_of
from domain.people.proposal.lists import ListRow

COMPARED = ("name", "email", "role_title", "district", "phone", "supervisor", "region")
"""The fields of an entry that a row of people may change."""
_SPELLED = {
    "name": name_said,
    "email": str.casefold,
    "district": lambda text: same_said(text).casefold(),
    "phone": phone_said,
}
"""Those of them that are texts of people, and what is compared of each: spelling and punctuation do not count.

Nor does upper and lower case.
"""


def compared(name: str, value: Any) -> Any:
    """Return the value of a field as it is compared with another: texts of people have one spelling."""
    return _SPELLED[name](value) if name in _SPELLED else value


def is_said(name: str, said: Any, known: Any) -> bool:
    """Return whether a row says of a field what is known; a name may have the last name first."""
    if said == known:
        return True
    if name == "name":
        return is_said_name(said, known)
    return bool(compared(name, said) == compared(name, known))


def is_other_case(name: str, said: str, known: str) -> bool:
    """Return whether what is known of a field is written otherwise in upper and lower case alone."""
    if said == known or not is_said(name, said, known):
        return False
    spellings = (said, first_name_first(said)) if name == "name" else (said,)
    return same_said(known) not in map(same_said, spellings)


def is_like(row: ListRow, entry: Entry) -> bool:
    """Return whether a row has the name or the address of an entry."""
    name, email = (str(row.values.get(each, "")) for each in ("name", "email"))
    return bool(
        (name and plain_name(name) == plain_name(entry.name))
        or (email and plain_text(email) == plain_text(entry.email))
    )


def renames(row: ListRow, entry: Entry) -> bool:
    """Return whether a row has another name or another address than an entry."""
    name, email = row.values.get("name", entry.name), row.values.get("email", entry.email)
    return bool(
        (name != entry.name and plain_name(name) != plain_name(entry.name))
        or (email != entry.email and plain_text(email) != plain_text(entry.email))
    )


def is_other(row: ListRow, entry: Entry) -> bool:
    """Return whether both name and address of a row differ from the entry under its number."""
    name, email = row.values.get("name"), row.values.get("email")
    if name is None or email is None:
        return False
    known = features_of(entry)
    return is_somebody_else(known, replace(known, name=name, email=email))
