"""The memberships that people hold on a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, func, or_, select
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
    held = (
        select(asked.c.id.label("person"), func.min(table.c["class"]).label("held"))
        .join_from(asked, other, of_one(asked, other))
        .join(table, table.c.person == other.c.id)
        .where(asked.c.id.in_(people), table.c.first <= day)
        .where(or_(table.c.last.is_(None), table.c.last >= day), table.c.withdrawn_at.is_(None))
        .group_by(asked.c.id)
        .subquery("held")
    )
    by_person = func.jsonb_object_agg(held.c.person, held.c.held, type_=JSONB)
    return select(by_person).scalar_subquery()
