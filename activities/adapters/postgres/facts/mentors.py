"""What a match must know about a mentor: region, training, years of service, credential, and the lowest free place."""

from dataclasses import replace
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, FromClause, Integer, Row, case, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, array

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.entries_of_one import every_entry
from activities.adapters.postgres.facts.json_array import json_array
from domain.relationship.facts import Facts
from domain.relationship.parts.slot import lowest_free


def mentor_columns(
    person: FromClause, record: FromClause, mentor: ColumnElement[str], *, of_humans: bool
) -> tuple[ColumnElement[Any], ...]:
    """Return what is recorded about a mentor: as a person, as a mentor, and which places are taken.

    ``person`` is the entry that stands for the mentor, ``record`` is from ``mentor_record``. ``of_humans`` counts
    also the places that any entry which only may be the same human has taken.
    """
    place, slot = record.c, tables.slots.c
    own = (slot.mentor == mentor) | slot.mentor.in_(every_entry(mentor))
    if of_humans:
        found = func.office.same_as(array([mentor])).table_valued("person", "other", name="places")
        own = own | slot.mentor.in_(select(found.c.other))
    taken = select(slot.number).where(own, slot.released_at.is_(None))
    return (
        (person.c.id.is_not(None) & place.person.is_not(None)).label("mentor_known"),
        person.c.region,
        place.capacity,
        place.trained_on,
        place.serving_since,
        place.serving_until,
        place.credential_until,
        json_array(taken).label("taken"),
    )


def mentor_record(mentor: ColumnElement[str]) -> FromClause:
    """Return what is recorded about a mentor at all entries of the human.

    The number of places is that of the entry that stands for the others, else of another one; days are of all.
    """
    table, other = tables.mentors, tables.people.alias("holder")
    first = (other.c.alias_of.is_not(None), other.c.id != mentor, other.c.id)
    places = func.array_agg(aggregate_order_by(table.c.capacity, *first), type_=ARRAY(Integer))
    serves = func.bool_or(table.c.serving_until.is_(None))
    return (
        select(
            func.min(table.c.person).label("person"),
            places[1].label("capacity"),
            func.max(table.c.trained_on).label("trained_on"),
            func.min(table.c.serving_since).label("serving_since"),
            case((serves, None), else_=func.max(table.c.serving_until)).label("serving_until"),
            func.max(table.c.credential_until).label("credential_until"),
        )
        .join_from(table, other, table.c.person == other.c.id)
        .where(other.c.id.in_(every_entry(mentor)))
        .subquery("record")
    )


def with_mentor(facts: Facts, found: Row[Any]) -> Facts:
    """Return the facts with those about a known mentor, from a row with these columns."""
    return replace(
        facts,
        mentor_known=True,
        mentor_region=found.region,
        mentor_trained=found.trained_on is not None,
        mentor_trained_on=found.trained_on,
        mentor_since=found.serving_since,
        mentor_until=found.serving_until,
        mentor_credential_until=found.credential_until,
        free_slot=lowest_free(found.capacity, found.taken),
    )
