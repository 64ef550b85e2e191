"""The contacts of a region as people see them: in emails in the order of their names, in the office's list as named."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres.facts.entries_of_one import stands_for
from activities.adapters.postgres.facts.region_contacts import serves_on
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import plain
from activities.adapters.postgres.tables import people, region_contacts, regions
from activities.ports.notices import Person
from domain.visibility import Sight

STANDS: Final = people.alias("stands")
"""The entry that stands for a human who has several: emails go to its address, under its name."""
OF_ONE: Final = STANDS.c.id == stands_for(people)
_GONE: Final = func.least(STANDS.c.left_on, STANDS.c.died_on).label("gone_on")
ADDRESSED: Final = (STANDS.c.name, STANDS.c.email, STANDS.c.phone, STANDS.c.language, _GONE)
"""The columns of a person whom an email addresses or names, beside the id."""
_ADDRESS: Final = ("id", *(column.name for column in ADDRESSED))


async def active_contacts(
    sight: Sight, connection: AsyncConnection, regions: Collection[str], today: date
) -> dict[str, tuple[Person, ...]]:
    """Return the contacts of regions on a day, in the order of their names, each once; a region without any is absent.

    An email to the region goes to them, and the welcome email names them.
    """
    seat = region_contacts.c
    query = (
        select(seat.region, STANDS.c.id, *ADDRESSED)
        .distinct()
        .join_from(region_contacts, people, seat.person == people.c.id)
        .join(STANDS, OF_ONE)
        .where(seat.region.in_(regions), serves_on(today))
        .where(sql.person(sight))
        .order_by(STANDS.c.name, STANDS.c.id)
    )
    found: dict[str, tuple[Person, ...]] = {}
    for region, *values in await connection.execute(query):
        contact = Person(**dict(zip(_ADDRESS, values, strict=True)))
        found[region] = (*found.get(region, ()), contact)
    return found


async def every_contact(
    sight: Sight, connection: AsyncConnection
) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Return the contacts, past and present, of the regions that the reader sees, each with its region's code.

    They are in the order in which they were named.
    """
    seat = region_contacts.c
    rows = await connection.execute(
        select(seat.id.label("record"), seat.region, seat.person, seat.first, seat.last, seat.created_at)
        .join(regions, regions.c.code == seat.region)
        .where(seat.withdrawn_at.is_(None), sql.region(sight))
        .order_by(seat.id)
    )
    named = (plain(row._mapping) for row in rows)
    return tuple((str(entry["region"]), entry) for entry in named)
