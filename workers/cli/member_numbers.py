"""A person who is named by a member number where the API expects the id of an entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import typer

from domain.ids import is_id
from domain.people.identity import plain_key
from workers.cli.request import request

_OWN: Final = ("me", "doubles")
"""What stands after ``people`` in a path and is no person."""
_FIELDS: Final = ("other", "person", "mentor", "supervisor", "against")
"""What holds the id of a person in the contents of a command."""


def with_id(path: str, token: str, url: str) -> str:
    """Return a path with the id of the person whom it names by a member number."""
    route, mark, query = path.partition("?")
    parts = route.strip("/").split("/")
    if len(parts) > 1 and parts[0] == "people" and parts[1] not in _OWN:
        parts[1] = _id_of(parts[1], token, url)
        return "/".join(parts) + mark + query
    return path


def contents_with_ids(sent: Any, token: str, url: str) -> Any:
    """Return the contents of a command with the ids of the people whom they name by a member number."""
    if not isinstance(sent, dict):
        return sent
    return {
        name: _id_of(value, token, url) if name in _FIELDS and isinstance(value, str) and value else value
        for name, value in sent.items()
    }


def _id_of(number: str, token: str, url: str) -> str:
    """Return the id of the person with a member number; an id stays as it is.

    Raises:
        typer.BadParameter: Nobody whom the token covers has it, or people of several associations.
    """
    if is_id(number):
        return number
    if person := person_with_number(number, token, url):
        return person
    raise typer.BadParameter(
        f"nobody whom you may see has the member number {number}. The last column of this list has the ids of people: "
        f"mentorflow list people {number}"
    )


def person_with_number(number: str, token: str, url: str) -> str:
    """Return the id of the person with a member number; empty where nobody whom the token covers has it.

    Raises:
        typer.BadParameter: People of several associations have it.
    """
    path, params = "/v1/people", {"q": number, "limit": "100"}
    rows = request("GET", path, token, url, params=params, or_nothing=(403, 404)).get("data", ())
    found = [row for row in rows if plain_key(number) in map(plain_key, row.get("keys") or ())]
    stand = [row for row in found if not row.get("alias_of")] or found
    if len(stand) < 2:
        return str(stand[0]["id"]) if stand else ""
    who = "; ".join(f"{row.get('name')} {row['id']}" for row in stand)
    raise typer.BadParameter(f"several people have the member number {number}: {who}. Write the id instead")


def said_of_two(answer: Mapping[str, Any], token: str, url: str) -> str:
    """Return in words what an answer about two entries has done: who is one person now, and which entry stands."""
    one, other = (
        request("GET", f"/v1/people/{answer[name]}", token, url, or_nothing=(403, 404))
        for name in ("person", "other")
    )
    both = f"{_named(one, answer['person'])} and {_named(other, answer['other'])}"
    if answer.get("answer") != "same":
        return f"{both} count as two people."
    stands, second = (one, other) if answer.get("stands") == answer["person"] else (other, one)
    number = _number(second)
    beside = f", {number} is a second number" if number and _number(stands) not in ("", number) else ""
    entry = _number(stands) or f"the entry {answer.get('stands')}"
    return f"{both} are now one person; {entry} is the entry that counts{beside}."


def _named(person: Mapping[str, Any], id: str) -> str:
    return f"{person['name']} ({_number(person) or id})" if person.get("name") else id


def _number(person: Mapping[str, Any]) -> str:
    """Return the first number of an entry itself: one that stands for others has theirs too, after its own."""
    return str(next(iter(person.get("keys") or ()), ""))
