"""Contacts of a region, each for a period."""

from datetime import date

from sqlalchemy import insert

from activities.adapters.postgres import tables
from activities.adapters.postgres.writes.base import Writes
from activities.adapters.postgres.writes.person_entries import changing
from domain.actors import Actor


class RegionContactWrites(Writes):
    """The writes of the contacts of regions."""

    async def add_contact(
        self, region: str, person: str, first: date, last: date | None, *, actor: Actor, command: str
    ) -> None:
        """Name a contact of a region for a period (MASA-3); raise ``Unknown``."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await self._require(connection, tables.regions.c.code, region, "region")
            await self._require(connection, tables.people.c.id, person, "person")
            row = {"region": region, "person": person, "first": first, "last": last}
            async with changing(connection, [person], actor=actor, command=command):
                await connection.execute(insert(tables.region_contacts).values(**row))
            await self._note(
                connection, "RegionContactNamed", {"region": region, "person": person}, actor, command
            )
