"""The memberships that people hold on a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from activities.adapters.postgres import tables


def memberships_of(
    people: Sequence[str] | BindParameter[Any], day: date | BindParameter[Any]
) -> ColumnElement[dict[str, str] | None]:
    """Return each person's class of membership on a day as a JSON object; people without one are absent."""
    table = tables.memberships
    held = (
        select(table.c.person, func.min(table.c["class"]).label("held"))
        .where(table.c.person.in_(people), table.c.first <= day)
        .where(or_(table.c.last.is_(None), table.c.last >= day), table.c.withdrawn_at.is_(None))
        .group_by(table.c.person)
        .subquery("held")
    )
    by_person = func.jsonb_object_agg(held.c.person, held.c.held, type_=JSONB)
    return select(by_person).scalar_subquery()
