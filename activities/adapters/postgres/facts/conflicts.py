"""What is recorded of conflicts of interest between a mentor and a mentee, and who supervises the mentee."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, FromClause, Row, or_, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.json_array import json_array
from domain.relationship.stages.matching.conflicts import conflicts_between


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
    return conflicts_between(mentor, found.supervisor or "", found.conflicts)
