"""Regions of the associations, with the programs that serve them and their contacts."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Select, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.region_contacts import every_contact
from activities.adapters.postgres.reads.rows import Page, Reads, plain
from domain.visibility import Sight


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


@lru_cache(maxsize=256)
def _names(sight: Sight) -> Select[Any]:
    region = tables.regions.c
    return select(region.code, region.name).where(sql.region(sight)).order_by(region.name)
