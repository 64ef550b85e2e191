"""People of the office, and the language in which it writes to each."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.writes.base import AlreadyThere, Unknown, Writes
from activities.adapters.postgres.writes.person_entries import changing
from domain.actors import Actor

_MANY: Final = 500


class PeopleWrites(Writes):
    """The writes of people."""

    async def add_people(self, rows: Sequence[Mapping[str, Any]], *, actor: Actor, command: str) -> None:
        """Add people; raise ``Unknown`` for a region or a supervisor, or ``AlreadyThere`` (``person_exists``)."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            associations = await _associations(connection, {row["region"] for row in rows})
            own = {row["id"] for row in rows}
            for boss in sorted({row["supervisor"] for row in rows if row.get("supervisor")} - own):
                await self._require(connection, tables.people.c.id, boss, "supervisor")
            table = tables.people
            taken = await connection.scalar(
                select(table.c.id).where(table.c.id.in_([row["id"] for row in rows])).limit(1)
            )
            if taken is not None:
                raise AlreadyThere("person_exists")
            today = (await office_now(connection)).date()
            async with changing(connection, own, actor=actor, command=command):
                for start in range(0, len(rows), _MANY):
                    some = rows[start : start + _MANY]
                    await connection.execute(
                        insert(table),
                        [{**row, "association": associations[row["region"]]} for row in some],
                    )
                    await connection.execute(
                        insert(tables.person_regions),
                        [{"person": row["id"], "region": row["region"], "since": today} for row in some],
                    )
            await self._note(connection, "PeopleAdded", {"count": len(rows)}, actor, command)

    async def choose_language(self, person: str, language: str, *, actor: Actor, command: str) -> None:
        """Set the language for writing to a person; raise ``Unknown``. The event does not say which language."""
        table = tables.people
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await self._require(connection, table.c.id, person, "person")
            async with changing(connection, [person], actor=actor, command=command):
                await connection.execute(table.update().where(table.c.id == person).values(language=language))
            await self._note(connection, "LanguageChosen", {"person": person}, actor, command)


async def _associations(connection: AsyncConnection, regions: Collection[str]) -> Mapping[str, str]:
    """Return the association of each region; raise ``Unknown``."""
    region = tables.regions.c
    wanted = select(region.code, region.association).where(region.code.in_(sorted(regions)))
    found = {row.code: row.association for row in await connection.execute(wanted)}
    if found.keys() != {*regions}:
        raise Unknown("region")
    return found
