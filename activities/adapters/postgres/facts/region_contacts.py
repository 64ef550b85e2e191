"""The contacts of a region: who they are on a day, and until when they stay."""

from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.json_array import json_array


def serves_on(day: date | BindParameter[Any]) -> ColumnElement[bool]:
    """Return the condition that a contact of a region is active on a day: the first and the last day count."""
    seat = tables.region_contacts.c
    return and_(seat.first <= day, or_(seat.last.is_(None), seat.last >= day), seat.withdrawn_at.is_(None))


def contacts_of(region: str | BindParameter[Any], day: date | BindParameter[Any]) -> ColumnElement[Any]:
    """Return the active contacts of a region on a day, in a fixed order, as a JSON array."""
    table = tables.region_contacts
    found = (
        select(table.c.person)
        .where(table.c.region == region, serves_on(day))
        .order_by(table.c.person)
        .distinct()
    )
    return json_array(found)


async def contacts_on(connection: AsyncConnection, region: str, day: date) -> tuple[str, ...]:
    """Return the active contacts of a region on a day, in a fixed order."""
    return tuple((await connection.scalars(select(contacts_of(region, day)))).one())


async def contacts_until(connection: AsyncConnection, region: str, today: date) -> date | None:
    """Return the latest last day of a region's active contacts; None if one has no last day or there is none."""
    seat = tables.region_contacts.c
    wanted = select(seat.last).where(seat.region == region, serves_on(today))
    days = list(await connection.scalars(wanted))
    return None if not days or None in days else max(days)
