"""Who holds which role at this moment: every check of a right asks here."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ARRAY, ColumnElement, Text, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from domain.actors import Role
from domain.people.grants import Grant, GrantState

_GRANT: Final = tables.grants.c
_READ: Final = (
    _GRANT.id,
    _GRANT.person,
    _GRANT.role,
    _GRANT.regions,
    _GRANT.first,
    _GRANT.last,
    _GRANT.zone,
    _GRANT.given_by,
    _GRANT.confirmed_by,
    _GRANT.ended_at,
)
AS_JSON: Final = func.jsonb_build_object(
    *(part for column in _READ for part in (literal(column.key, Text), column)), type_=JSONB
)
"""A grant as one value, so that a statement about something else can bring it along."""


def grant_of(row: Mapping[str, Any]) -> Grant:
    """Return a grant from its columns, or from ``AS_JSON``."""
    return Grant(
        id=row["id"],
        person=row["person"],
        role=Role(row["role"]),
        regions=tuple(filter(None, row["regions"].split(","))),
        first=date.fromisoformat(row["first"]),
        last=None if row["last"] is None else date.fromisoformat(row["last"]),
        zone=row["zone"],
        given_by=row["given_by"],
        confirmed_by=row["confirmed_by"],
        ended_at=None if row["ended_at"] is None else datetime.fromisoformat(row["ended_at"]),
    )


async def grants_where(connection: AsyncConnection, *conditions: ColumnElement[bool]) -> tuple[Grant, ...]:
    """Return the grants that meet conditions, in the order in which they were given."""
    wanted = select(AS_JSON).where(*conditions).order_by(_GRANT.created_at, _GRANT.id)
    return tuple(map(grant_of, await connection.scalars(wanted)))


async def live_grants(
    connection: AsyncConnection, people: Collection[str] | None = None
) -> tuple[Grant, ...]:
    """Return the grants that are live now: of some entries of people, or all of the office."""
    return await _live(connection, *(() if people is None else (_GRANT.person.in_(people),)))


async def live_grants_of(connection: AsyncConnection, association: str) -> tuple[Grant, ...]:
    """Return the grants that are live now of an association's people."""
    people = tables.people.c
    return await _live(
        connection, _GRANT.person.in_(select(people.id).where(people.association == association))
    )


async def _live(connection: AsyncConnection, *conditions: ColumnElement[bool]) -> tuple[Grant, ...]:
    now = await office_now(connection)
    found = await grants_where(connection, _GRANT.ended_at.is_(None), *conditions)
    return tuple(grant for grant in found if grant.state(now) is GrantState.LIVE)


async def counts_as(connection: AsyncConnection, person: str) -> frozenset[str]:
    """Return all ids that count as one human with a person, as limits count them."""
    same = func.office.same_as(literal([person], ARRAY(Text))).table_valued("person", "other")
    return frozenset((person, *await connection.scalars(select(same.c.other))))


async def entries_of_human(connection: AsyncConnection, person: str) -> tuple[str, ...]:
    """Return the ids of all entries that are one human by an answer, the one that stands first."""
    people = tables.people.c
    stands = await connection.scalar(select(people.alias_of).where(people.id == person)) or person
    ids = select(people.id).where(or_(people.id == stands, people.alias_of == stands))
    others = sorted(set(await connection.scalars(ids)) - {stands})
    return (stands, *others)
