"""The contacts of a region: who they are on a day, and until when they stay."""

from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.json_array import json_array


def contacts_of(region: str | BindParameter[Any], day: date | BindParameter[Any]) -> ColumnElement[Any]:
    """Return the active contacts of a region on a day, in a fixed order, as a JSON array."""
    table = tables.region_contacts
    found = (
        select(table.c.person)
        .where(table.c.region == region, table.c.first <= day)
        .where(or_(table.c.last.is_(None), table.c.last >= day), table.c.withdrawn_at.is_(None))
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
    active = (
        seat.region == region,
        seat.first <= today,
        or_(seat.last.is_(None), seat.last >= today),
        seat.withdrawn_at.is_(None),
    )
    days = list(await connection.scalars(select(seat.last).where(*active)))
    return None if not days or None in days else max(days)
