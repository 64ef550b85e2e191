"""The membership that says most about a person today: one in force, else the one that lapsed last, else one ahead."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, func, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.entries_of_one import of_one
from activities.adapters.postgres.reads import visibility as sql
from domain.visibility import Sight


def newest_membership(sight: Sight, people: FromClause, today: date) -> ColumnElement[Any]:
    """Return the class and the days of that membership as a JSON object, and whether it has ``lapsed`` or is ``ahead``.

    ``classes`` are those of all memberships that are in force today, the one that began first before the others.
    It is null for a person without one, and for whoever does not see the person. A membership counts for every entry of
    the same human; ``people`` is the table or an alias of it.
    """
    held, holder = tables.memberships.c, tables.people.alias("holder")
    over, ahead = func.coalesce(held.last < today, False), held.first > today
    shown = func.jsonb_build_object(
        "class", held["class"], "first", held.first, "last", held.last, "lapsed", over, "ahead", ahead,
        "classes", _in_force(people, today), type_=JSONB,
    )  # fmt: skip
    return (
        select(shown)
        .join_from(tables.memberships, holder, held.person == holder.c.id)
        .where(of_one(people, holder), held.withdrawn_at.is_(None), sql.person(sight, people))
        .order_by(
            case((over, 1), (ahead, 2), else_=0), held.last.desc().nulls_first(), held.first.desc(), held.id
        )
        .limit(1)
        .correlate(people)
        .scalar_subquery()
        .label("membership")
    )


def _in_force(people: FromClause, today: date) -> ColumnElement[Any]:
    """Return the classes of the memberships of a human that are in force on a day, as a JSON array."""
    table, holder = tables.memberships.alias("in_force"), tables.people.alias("holder_in_force")
    held = table.c
    classes = func.jsonb_agg(aggregate_order_by(held["class"], held.first, held.id), type_=JSONB)
    return (
        select(func.coalesce(classes, func.jsonb_build_array()))
        .join_from(table, holder, held.person == holder.c.id)
        .where(
            of_one(people, holder),
            held.withdrawn_at.is_(None),
            held.first <= today,
            func.coalesce(held.last >= today, True),
        )
        .correlate(people)
        .scalar_subquery()
    )
