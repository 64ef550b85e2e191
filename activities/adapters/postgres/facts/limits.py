"""Which limits per human a pair is beyond, since entries count as one: of two that break one, the later is asked."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, exists, func, select, tuple_
from sqlalchemy.dialects.postgresql import array

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.mentors import mentor_record


def with_limits(statement: Select[Any], *, of_mentor: bool) -> Select[Any]:
    """Return a statement about a pair that also tells which limits per human are broken."""
    columns = [_applied_before().label("applied_before")]
    if of_mentor:
        columns.append(_beyond_places().label("beyond_places"))
    return statement.add_columns(*columns)


def _applied_before() -> ColumnElement[bool]:
    """Return whether another entry of the mentee has an earlier application for the term that was not refused."""
    own, other = tables.relationships.alias("own").c, tables.relationships.alias("other").c
    same = func.office.same_as(array([bindparam("mentee")])).table_valued(
        "person", "other", name="applicants"
    )
    return exists().where(
        own.id == bindparam("relationship"),
        own.outcome != "refused",
        other.term == bindparam("term"),
        other.mentee.in_(select(same.c.other)),
        other.outcome != "refused",
        tuple_(other.opened_at, other.id) < tuple_(own.opened_at, own.id),
    )


def _beyond_places() -> ColumnElement[bool]:
    """Return whether the mentor's entries took as many places before this pair as the mentor has."""
    own, slot = tables.slots.alias("own_place").c, tables.slots.alias("taken_place").c
    mentor: BindParameter[str] = bindparam("mentor")
    same = func.office.same_as(array([mentor])).table_valued("person", "other", name="holders")
    before = (
        select(func.count())
        .where(
            own.relationship == bindparam("relationship"),
            own.released_at.is_(None),
            slot.released_at.is_(None),
            (slot.mentor == mentor) | slot.mentor.in_(select(same.c.other)),
            tuple_(slot.taken_at, slot.id) < tuple_(own.taken_at, own.id),
        )
        .scalar_subquery()
    )
    capacity = select(mentor_record(mentor).c.capacity).scalar_subquery()
    # Only entries that count as one break the limit: the places of one entry alone are checked when they are taken.
    return and_(before >= capacity, exists(select(same.c.other)))
