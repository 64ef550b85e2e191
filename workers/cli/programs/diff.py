"""`mentorflow programs diff`: what differs between two programs, files or regions, key by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workers.cli.programs.tables import Chosen, keyed, value_text


def diff(one: Chosen, other: Chosen) -> tuple[str, ...]:
    """Return key by key what differs between two programs, files or regions; nothing if they are equal."""
    return tuple(_different(keyed(one), keyed(other)))


def _different(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(old.keys() | new.keys()):
        if key not in new:
            yield f"{key}: {value_text(old[key], {})} -> not there"
        elif key not in old:
            yield f"{key}: not there -> {value_text(new[key], {})}"
        elif old[key] != new[key]:
            yield f"{key}: {_changed(old[key], new[key])}"


def _changed(old: Any, new: Any) -> str:
    if not (isinstance(old, list) and isinstance(new, list)):
        return f"{value_text(old, {})} -> {value_text(new, {})}"
    less = [f"- {value_text(item, {})}" for item in old if item not in new]
    more = [f"+ {value_text(item, {})}" for item in new if item not in old]
    return ", ".join([*less, *more]) or f"in a different order: {value_text(new, {})}"
