"""An answer of the API in lines for a person: names in words, instants and yes or no as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.]*(Z|[+-]\d\d:\d\d)")
_STEP: Final = "  "
_LABELS: Final = {"keys": "member numbers", "alias_of": "same person as", "seats": "contact of a region"}
"""What people call a field whose name says something else."""
_NAMES_IN_LIST: Final[Mapping[str, Mapping[str, str]]] = {"memberships": {"name": "membership class"}}
"""What a value of a list is called in lines, where its name alone would say too little."""


def lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield an answer in lines; of a list each row with an empty line after it."""
    rows = answer.get("data")
    if not isinstance(rows, list):
        yield from _named(answer)
        return
    for row in rows:
        yield from _named(row) if isinstance(row, Mapping) else (value_text(row),)
        yield ""
    yield f"{len(rows)} found" if rows else "nothing found"
    if after := answer.get("next"):
        yield f"There is more: add after={after} to the path, after a question mark or &."
    yield from _named({key: value for key, value in answer.items() if key not in ("data", "next")})


def value_text(value: Any) -> str:
    """Return one value as people write it."""
    match value:
        case None | "":
            return "none"
        case bool():
            return "yes" if value else "no"
        case str() if _INSTANT.fullmatch(value):
            return f"{datetime.fromisoformat(value).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return str(value)


def _named(row: Mapping[str, Any]) -> Iterator[str]:
    for name, value in row.items():
        label = _LABELS.get(name, name).replace("_", " ")
        if isinstance(value, (Mapping, list)):
            yield f"{label}:" if value else f"{label}: none"
            yield from (_STEP + line for line in _inside(_labelled(name, value)))
        elif isinstance(value, str) and "\n" in value:
            yield f"{label}:"
            yield from (_STEP + line for line in value.splitlines())
        else:
            yield f"{label}: {value_text(value)}"


def _labelled(name: str, value: Any) -> Any:
    """Return a list with the labels of its values."""
    labels = _NAMES_IN_LIST.get(name)
    if labels is None or not isinstance(value, list):
        return value
    return [{labels.get(key, key): each for key, each in row.items()} for row in value]


def _inside(value: Any) -> Iterator[str]:
    """Yield what stands under a name: the values of a mapping, or each item of a list with a dash."""
    if isinstance(value, Mapping):
        yield from _named(value)
        return
    for item in value:
        found = list(_inside(item)) if isinstance(item, (Mapping, list)) else [value_text(item)]
        yield from (("- " if number == 0 else _STEP) + line for number, line in enumerate(found))
