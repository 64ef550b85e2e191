"""The entries that count as one human: answered "same", or alike and not answered, whatever lies between."""

from typing import Any

from sqlalchemy import ARRAY, BindParameter, ColumnElement, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by


def same_as(people: BindParameter[Any]) -> ColumnElement[dict[str, list[str]] | None]:
    """Return for each person the other entries that count as one, as a JSON object; who has none is absent.

    It is one expression, so that a statement about a pair or an order can also answer this. ``people`` is a parameter
    from ``humans``.
    """
    found = func.office.same_as(people).table_valued("person", "other", name="same")
    others = func.jsonb_agg(aggregate_order_by(found.c.other, found.c.other))
    by_person = select(found.c.person, others.label("others")).group_by(found.c.person).subquery("by_person")
    return select(
        func.jsonb_object_agg(by_person.c.person, by_person.c.others, type_=JSONB)
    ).scalar_subquery()


def humans(name: str) -> BindParameter[Any]:
    """Return a parameter for the ids of people, as the function of the database takes them."""
    return bindparam(name, type_=ARRAY(Text))
