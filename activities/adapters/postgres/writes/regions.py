"""Programs with their associations, and regions: a region belongs to an association, and programs of it serve it."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from activities.adapters.postgres import tables
from activities.adapters.postgres.writes.base import AlreadyThere, Writes
from domain.actors import Actor


class RegionWrites(Writes):
    """The writes of regions."""

    async def keep_programs(self, associations: Mapping[str, str]) -> None:
        """Store the association of each program that the office does not know yet."""
        rows = [{"program": name, "association": code} for name, code in sorted(associations.items())]
        async with self._database.transaction() as connection:
            if rows:
                await connection.execute(upsert(tables.programs).on_conflict_do_nothing(), rows)

    async def add_region(
        self, code: str, name: str, program: str, association: str, *, actor: Actor, command: str
    ) -> None:
        """Add a region to a program, also one that another program of the association serves already.

        Raises:
            AlreadyThere: The program serves it already, or it belongs to another association (``region_exists``).
        """
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await connection.execute(
                upsert(tables.programs)
                .values(program=program, association=association)
                .on_conflict_do_nothing()
            )
            await connection.execute(
                upsert(tables.regions)
                .values(code=code, name=name, program=program, association=association)
                .on_conflict_do_nothing()
            )
            owner = select(tables.regions.c.association).where(tables.regions.c.code == code)
            served = await connection.execute(
                upsert(tables.program_regions)
                .values(program=program, region=code)
                .on_conflict_do_nothing()
                .returning(tables.program_regions.c.region)
            )
            if served.first() is None or await connection.scalar(owner) != association:
                raise AlreadyThere("region_exists")
            await self._note(connection, "RegionAdded", {"region": code}, actor, command)
