"""What a match must know about a mentor: region, training, years of service, credential, and the lowest free place."""

from dataclasses import replace
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, FromClause, Row, func, select
from sqlalchemy.dialects.postgresql import array

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.json_array import json_array
from domain.relationship.facts import Facts
from domain.relationship.parts.slot import lowest_free


def mentor_columns(
    person: FromClause, mentor: BindParameter[str], *, of_humans: bool
) -> tuple[ColumnElement[Any], ...]:
    """Return what is recorded about a mentor: as a person, as a mentor, and which places are taken.

    ``of_humans`` counts the places that any entry of the same human has taken.
    """
    place, slot = tables.mentors.c, tables.slots.c
    own = slot.mentor == mentor
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
