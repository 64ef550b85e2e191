"""Which fields of an entry a row of people may change, and when a row says what is known."""

from typing import Any

from domain.people.identity import is_said_name, one_spelling

COMPARED = ("name", "email", "role_title", "district", "phone", "supervisor", "region")
"""The fields of an entry that a row of people may change."""
_SPELLED = ("name", "district", "phone")
"""Those of them that are texts of people, of which each has one spelling."""


def compared(name: str, value: Any) -> Any:
    """Return the value of a field as it is compared with another: texts of people have one spelling."""
    return one_spelling(value) if name in _SPELLED else value


def is_said(name: str, said: Any, known: Any) -> bool:
    """Return whether a row says of a field what is known; a name may have the last name first."""
    if name == "name":
        return is_said_name(said, known)
    return bool(compared(name, said) == compared(name, known))
