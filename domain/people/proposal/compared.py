"""Which fields of an entry a row of people may change, and when a row says what is known."""

from typing import Any

from domain.people.identity import is_said_name, phone_said, same_said

COMPARED = ("name", "email", "role_title", "district", "phone", "supervisor", "region")
"""The fields of an entry that a row of people may change."""
_SPELLED = {"name": same_said, "district": same_said, "phone": phone_said}
"""Those of them that are texts of people, and what is compared of each: spelling and punctuation do not count."""


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
