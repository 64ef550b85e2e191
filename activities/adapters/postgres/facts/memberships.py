"""The memberships that people hold on a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, func, select, union_all
from sqlalchemy.dialects.postgresql import JSONB

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.entries_of_one import of_one


def memberships_of(
    people: Sequence[str] | BindParameter[Any], day: date | BindParameter[Any]
) -> ColumnElement[dict[str, str] | None]:
    """Return each person's class of membership on a day as a JSON object; people without one are absent.

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
    held = (
        select(every.c.person, func.min(every.c["class"]).label("held"))
        .group_by(every.c.person)
        .subquery("held")
    )
    by_person = func.jsonb_object_agg(held.c.person, held.c.held, type_=JSONB)
    return select(by_person).scalar_subquery()
