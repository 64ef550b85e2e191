"""What is recorded of conflicts of interest between a mentor and a mentee, and who supervises the mentee."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, case, exists, or_, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.entries_of_one import every_entry
from activities.adapters.postgres.facts.json_array import json_array
from domain.relationship.stages.matching.conflicts import conflicts_between


def conflict_columns(
    mentee: FromClause, one_side: ColumnElement[str], other_side: ColumnElement[str]
) -> tuple[ColumnElement[Any], ...]:
    """Return the mentee's supervisor, and the kinds of conflict that are recorded between the two, in either order.

    What is recorded at any entry of a human counts; ``one_side`` is the supervisor if one of its entries is.
    """
    conflict, entry = tables.conflicts.c, tables.people.alias("entry_of_mentee")
    one, other = every_entry(one_side), every_entry(other_side)
    recorded = (
        select(conflict.kind)
        .where(
            or_(
                conflict.person.in_(one) & conflict.other.in_(other),
                conflict.person.in_(other) & conflict.other.in_(one),
            ),
            conflict.withdrawn_at.is_(None),
        )
        .distinct()
    )
    supervises = exists().where(entry.c.id.in_(other), entry.c.supervisor.in_(one))
    supervisor = case((supervises, one_side), else_=mentee.c.supervisor).label("supervisor")
    return supervisor, json_array(recorded).label("conflicts")


def conflicts_in(found: Row[Any], mentor: str) -> tuple[str, ...]:
    """Return the kinds of conflict in a row with these columns, in a fixed order."""
    return conflicts_between(mentor, found.supervisor or "", found.conflicts)
