"""Conflicts of interest between a mentor and a mentee: the recorded ones, and that one is the other's supervisor."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, FromClause, Row, or_, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.json_array import json_array

_SUPERVISOR = "supervisor"


def conflict_columns(
    mentee: FromClause, one_side: BindParameter[str], other_side: BindParameter[str]
) -> tuple[ColumnElement[Any], ...]:
    """Return the mentee's supervisor, and the kinds of conflict that are recorded between the two, in either order."""
    conflict = tables.conflicts.c
    recorded = select(conflict.kind).where(
        or_(
            (conflict.person == one_side) & (conflict.other == other_side),
            (conflict.person == other_side) & (conflict.other == one_side),
        ),
        conflict.withdrawn_at.is_(None),
    )
    return mentee.c.supervisor, json_array(recorded).label("conflicts")


def conflicts_in(found: Row[Any], mentor: str) -> tuple[str, ...]:
    """Return the kinds of conflict in a row with these columns, in a fixed order."""
    conflicts = {*found.conflicts, *([_SUPERVISOR] if found.supervisor == mentor else [])}
    return tuple(sorted(conflicts))
