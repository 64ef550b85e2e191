"""People of the office, and the language in which it writes to each."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import insert, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.writes.base import AlreadyThere, Writes
from domain.actors import Actor

_MANY: Final = 500


class PeopleWrites(Writes):
    """The writes of people."""

    async def add_people(self, rows: Sequence[Mapping[str, Any]], *, actor: Actor, command: str) -> None:
        """Add people; raise ``Unknown`` for a region or a supervisor, or ``AlreadyThere``."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            for region in sorted({row["region"] for row in rows}):
                await self._require(connection, tables.regions.c.code, region, "region")
            own = {row["id"] for row in rows}
            for boss in sorted({row["supervisor"] for row in rows if row.get("supervisor")} - own):
                await self._require(connection, tables.people.c.id, boss, "supervisor")
            table = tables.people
            taken = await connection.scalar(
                select(table.c.id).where(table.c.id.in_([row["id"] for row in rows])).limit(1)
            )
            if taken is not None:
                raise AlreadyThere("person")
            for start in range(0, len(rows), _MANY):
                await connection.execute(insert(table), [dict(row) for row in rows[start : start + _MANY]])
            await self._note(connection, "PeopleAdded", {"count": len(rows)}, actor, command)

    async def choose_language(self, person: str, language: str, *, actor: Actor, command: str) -> None:
        """Set the language for writing to a person; raise ``Unknown``. The event does not say which language."""
        table = tables.people
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await self._require(connection, table.c.id, person, "person")
            await connection.execute(table.update().where(table.c.id == person).values(language=language))
            await self._note(connection, "LanguageChosen", {"person": person}, actor, command)
