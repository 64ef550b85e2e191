"""What a change did to an entry, in words for whoever made it: each field as it was and as it is now."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

NONE: Final = "none"
_RECORDS: Final = {"memberships": "membership", "seats": "seat"}
"""The fields whose records have numbers, and what one of them is called."""


def told_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of an entry that differ, each as "old → new".

    A membership or a seat is named with its record. Entries are as the API shows them: what is empty is left out.
    """
    changed: dict[str, str] = {}
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if name in _RECORDS:
            changed.update(_records(_RECORDS[name], old or (), new or ()))
        else:
            changed[name] = f"{_words(old)} → {_words(new)}"
    return changed


def _records(
    kind: str, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> Mapping[str, str]:
    old = {each["record"]: each for each in before}
    new = {each["record"]: each for each in after}
    return {
        f"{kind} {record}": f"{_words(old.get(record))} → {_words(new.get(record))}"
        for record in sorted(old.keys() | new.keys())
        if old.get(record) != new.get(record)
    }


def _words(value: Any) -> str:
    match value:
        case None | "":
            return NONE
        case list() | tuple():
            return ", ".join(map(_words, value)) or NONE
        case {"region": region, "since": since}:
            return f"{region} since {since}"
        case {"first": first}:
            what = value.get("name") or value.get("region")
            return f"{what} from {first}" + (f" to {value['last']}" if value.get("last") else "")
        case Mapping():
            return ", ".join(f"{name.replace('_', ' ')} {_words(each)}" for name, each in value.items())
    return str(value)
