"""The memberships that people hold on a day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, func, select, union_all
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.entries_of_one import of_one


def memberships_of(
    people: Sequence[str] | BindParameter[Any], day: date | BindParameter[Any]
) -> ColumnElement[dict[str, list[str]] | None]:
    """Return each person's classes of membership on a day as a JSON object of lists; people without one are absent.

    A membership counts for every entry of the same human; the answer names the entry that was asked about.
    """
    table, asked, other = tables.memberships, tables.people.alias("asked"), tables.people.alias("other")
    holds = (table.c.first <= day) & (table.c.last.is_(None) | (table.c.last >= day))
    holds &= table.c.withdrawn_at.is_(None)
    own = select(table.c.person, table.c["class"]).where(table.c.person.in_(people), holds)
    of_others = (
        select(asked.c.id, table.c["class"])
        .join_from(asked, other, of_one(asked, other))
        .join(table, table.c.person == other.c.id)
        .where(asked.c.id.in_(people), other.c.id != asked.c.id, holds)
    )
    every = union_all(own, of_others).subquery("every")
    name = every.c["class"]
    classes = func.jsonb_agg(aggregate_order_by(name.distinct(), name), type_=JSONB)
    held = select(every.c.person, classes.label("held")).group_by(every.c.person).subquery("held")
    by_person = func.jsonb_object_agg(held.c.person, held.c.held, type_=JSONB)
    return select(by_person).scalar_subquery()


def first_of(found: Mapping[str, Sequence[str]] | None) -> dict[str, str]:
    """Return one class of membership of each person."""
    return {person: classes[0] for person, classes in (found or {}).items()}


def several_of(found: Mapping[str, Sequence[str]] | None) -> dict[str, tuple[str, ...]] | None:
    """Return all classes of each person who holds several; None if nobody does."""
    return {person: tuple(classes) for person, classes in (found or {}).items() if len(classes) > 1} or None
