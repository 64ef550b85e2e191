"""What rows of a proposal change, on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from domain.people.proposal.words import field_words, said_of_change, value_words

MOST_ROWS: Final = 40
"""The most changed rows that a summary shows."""
MOST_NAMED: Final = 20
"""The most people that a question names, and the most new rows that a summary shows."""
_CHANGING: Final = ("changed", "moved", "same_person", "lapsed")


def changes(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what rows change, and the new ones; of many the first ones."""
    changed, new = _changed_and_new(rows)
    if not new and not changed:
        return
    yield ""
    yield "What changes:"
    for found, most, words in ((changed, MOST_ROWS, "rows"), (new, MOST_NAMED, "new rows")):
        yield from (f"  {row_line(row)}" for row in found[:most])
        if len(found) > most:
            yield f"  and {len(found) - most} more {words}"


def are_all_shown(rows: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether a summary shows each row that changes something."""
    changed, new = _changed_and_new(rows)
    return len(changed) <= MOST_ROWS and len(new) <= MOST_NAMED


def all_changes(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what every row changes, and every new one."""
    changed, new = _changed_and_new(rows)
    yield "All that would change:" if changed or new else "Nothing would change."
    yield from (f"  {row_line(row)}" for row in (*changed, *new))


def _changed_and_new(
    rows: Iterable[Mapping[str, Any]],
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    rows = tuple(rows)
    changed = [row for row in rows if row["changes"] and _becomes(row) in _CHANGING]
    return changed, [row for row in rows if _becomes(row) == "new"]


def _becomes(row: Mapping[str, Any]) -> str:
    """Return what a row comes to, or would come to if the proposed answers are right."""
    return str(row.get("would") or row["outcome"])


def row_line(row: Mapping[str, Any]) -> str:
    """Return what becomes of one row, and what it changes."""
    place = f"{row['file']}, row {row['row']}" if row["row"] else row["file"]
    new = _becomes(row) == "new"
    begins = [
        each["field"] for each in row["changes"] if each["after"] is not None and _is_first(each["field"])
    ]
    changes = "; ".join(
        _membership(change) if begins and not new else _change(change, new=new) for change in row["changes"]
    )
    name = f" {row['name']}" if row["name"] else ""
    becomes = _becomes(row).replace("_", " ")
    outcome = f"would be {becomes}" if row.get("would") else becomes
    return f"{place}{name} ({outcome}): {changes or 'as the list says'}"


def _is_first(field: str) -> bool:
    return field.startswith("membership ") and field.endswith(" from")


def _membership(change: Mapping[str, Any]) -> str:
    """Return what a row that adds a membership does to one: the new one, or one that ends or never was."""
    field, after = change["field"], change["after"]
    name = field.removeprefix("membership ").rpartition(" ")[0]
    if field == "until":
        return f"until {after}"
    if not _is_first(field):
        return f"ended: {name}, on {after}"
    return f"withdrawn: {name} from {change['before']}" if after is None else f"new: {name} from {after}"


def _change(change: Mapping[str, Any], *, new: bool) -> str:
    field = change["field"]
    if new:
        return f"{field_words(field)} {value_words(field, change.get('after'))}"
    return said_of_change(field, change.get("before"), change.get("after"))
