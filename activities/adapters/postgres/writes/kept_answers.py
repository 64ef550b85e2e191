"""The answers about columns and codes that are kept for later lists: a newer one has the older one beside it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any


def merged(
    there: Mapping[str, Any] | None, new: Mapping[str, Mapping[str, str]], now: datetime
) -> dict[str, Any]:
    """Return the answers of a row with new ones; one that says the same stays as it was given."""
    found: dict[str, Any] = {}
    if there is not None:
        by, at = there["confirmed_by"], there["confirmed_at"].isoformat()
        found = {
            id: {"value": each, "by": by, "at": at} if isinstance(each, str) else each
            for id, each in there["answers"].items()
        }
    for id, each in new.items():
        old = found.get(id)
        if old is None:
            found[id] = {**each, "at": now.isoformat()}
        elif old["value"] != each["value"]:
            found[id] = {**each, "at": now.isoformat(), "before": old}
    return found
