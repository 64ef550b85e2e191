"""Regions of the associations, with the programs that serve them and their contacts."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.grants import live_grants_of
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.region_contacts import OF_ONE, STANDS, every_contact
from activities.adapters.postgres.reads.rows import Page, Reads, plain
from domain.actors import Role
from domain.visibility import Data, Sight


class RegionReads(Reads):
    """The reads of regions."""

    async def codes(self, sight: Sight) -> tuple[str, ...]:
        """Return the codes of all regions that the reader sees."""
        code = tables.regions.c.code
        async with self._database.one_statement() as connection:
            return tuple(await connection.scalars(select(code).where(sql.region(sight)).order_by(code)))

    async def names(self, sight: Sight) -> dict[str, str]:
        """Return the names of all regions that the reader sees, by code."""
        async with self._database.one_statement() as connection:
            return {row.code: row.name for row in await connection.execute(_names(sight))}

    async def page(self, sight: Sight) -> Page:
        """Return the regions that the reader sees, with their programs and all their contacts, past and present."""
        wanted = select(tables.regions).where(sql.region(sight)).order_by(tables.regions.c.code)
        async with self._database.transaction() as connection:
            found = [
                {**plain(row._mapping), "programs": [], "contacts": []}
                for row in await connection.execute(wanted)
            ]
            by_code = {row["code"]: row for row in found}
            served = tables.program_regions.c
            for row in await connection.execute(
                select(served.region, served.program)
                .where(served.region.in_(by_code))
                .order_by(served.program)
            ):
                by_code[row.region]["programs"].append(row.program)
            for code, contact in await every_contact(sight, connection):
                by_code[code]["contacts"].append(contact)
        return Page(rows=tuple(found))

    async def state_office(self, sight: Sight) -> tuple[Mapping[str, str], ...]:
        """Return name and email of those who coordinate the whole association of the reader now, each once.

        They do what reaches beyond one region, so everybody who works in a region may know them.
        """
        if sight.association is None or not sight.sees(Data.REFERENCE):
            return ()
        async with self._database.transaction() as connection:
            grants = await live_grants_of(connection, sight.association.code)
            holders = {each.person for each in grants if each.role is Role.COORDINATOR and not each.regions}
            found = await connection.execute(
                select(STANDS.c.id, STANDS.c.name, STANDS.c.email)
                .distinct()
                .join_from(tables.people, STANDS, OF_ONE)
                .where(tables.people.c.id.in_(holders))
                .order_by(STANDS.c.name, STANDS.c.id)
            )
            return tuple({"name": row.name, "email": row.email} for row in found)


@lru_cache(maxsize=256)
def _names(sight: Sight) -> Select[Any]:
    region = tables.regions.c
    return select(region.code, region.name).where(sql.region(sight)).order_by(region.name)
