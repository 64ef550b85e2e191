"""Entries of people as a whole, for committing to them and for comparing people. They are never for a reader."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ARRAY, ColumnElement, Select, Text, bindparam, case, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from domain.people.entry import Entry, read_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEntry:
    """An entry with the salt of its commitments."""

    entry: Entry
    salt: str


async def entries_of(connection: AsyncConnection, people: Collection[str]) -> dict[str, KeptEntry]:
    """Return the entries of people as they are now; an unknown id is absent."""
    if not people:
        return {}
    found = await connection.execute(_ENTRIES, {"people": sorted(people)})
    names = tuple(found.keys())
    rows = (dict(zip(names, row, strict=True)) for row in found)
    return {row["id"]: KeptEntry(entry=read_entry(row), salt=row["salt"]) for row in rows}


def one_of(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether a column is one of the ids in the parameter ``people``, however many these are."""
    return column == func.any(bindparam("people", type_=ARRAY(Text)))


def _entries() -> Any:
    """Return the statement that reads entries, each list of an entry as a list of lists in the order of its fields."""
    person = tables.people.c
    key, region, membership = tables.person_keys.c, tables.person_regions.c, tables.memberships.c
    mentor, conflict, seat = tables.mentors.c, tables.conflicts.c, tables.region_contacts.c
    other = case((conflict.person == person.id, conflict.other), else_=conflict.person)
    return select(
        person.id,
        person.association,
        person.name,
        person.email,
        person.role_title,
        person.district,
        person.region,
        person.supervisor,
        person.phone,
        person.language,
        person.left_on,
        person.died_on,
        person.alias_of,
        person.withdrawn_on,
        person.salt,
        select(func.jsonb_agg(key.key, type_=JSONB))
        .where(key.person == person.id)
        .scalar_subquery()
        .label("keys"),
        _lists(region.region, region.since, order=region.since)
        .where(region.person == person.id, region.withdrawn_at.is_(None))
        .scalar_subquery()
        .label("regions"),
        _lists(membership.id, membership["class"], membership.first, membership.last, order=membership.id)
        .where(membership.person == person.id, membership.withdrawn_at.is_(None))
        .scalar_subquery()
        .label("memberships"),
        select(
            func.jsonb_build_array(
                mentor.capacity,
                mentor.trained_on,
                mentor.serving_since,
                mentor.serving_until,
                mentor.credential_until,
                type_=JSONB,
            )
        )
        .where(mentor.person == person.id)
        .scalar_subquery()
        .label("mentor"),
        _lists(other, conflict.kind)
        .where(
            or_(conflict.person == person.id, conflict.other == person.id), conflict.withdrawn_at.is_(None)
        )
        .scalar_subquery()
        .label("conflicts"),
        _lists(seat.id, seat.region, seat.first, seat.last, order=seat.id)
        .where(seat.person == person.id, seat.withdrawn_at.is_(None))
        .scalar_subquery()
        .label("seats"),
    ).where(one_of(person.id))


def _lists(*columns: ColumnElement[Any], order: ColumnElement[Any] | None = None) -> Select[Any]:
    """Return a select of one JSON value: for each row the list of its columns."""
    row = func.jsonb_build_array(*columns)
    return select(func.jsonb_agg(row if order is None else aggregate_order_by(row, order), type_=JSONB))


_ENTRIES: Final = _entries()
