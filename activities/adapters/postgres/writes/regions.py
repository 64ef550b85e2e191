"""Regions of a program, added one at a time."""

from sqlalchemy.dialects.postgresql import insert as upsert

from activities.adapters.postgres import tables
from activities.adapters.postgres.writes.base import AlreadyThere, Writes
from domain.actors import Actor


class RegionWrites(Writes):
    """The writes of regions."""

    async def add_region(self, code: str, name: str, program: str, *, actor: Actor, command: str) -> None:
        """Add a region; raise ``AlreadyThere``."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            made = await connection.execute(
                upsert(tables.regions)
                .values(code=code, name=name, program=program)
                .on_conflict_do_nothing()
                .returning(tables.regions.c.code)
            )
            if made.first() is None:
                raise AlreadyThere("region")
            await self._note(connection, "RegionAdded", {"region": code}, actor, command)
