"""Conflicts of interest between two people."""

from sqlalchemy.dialects.postgresql import insert as upsert

from activities.adapters.postgres import tables
from activities.adapters.postgres.writes.base import Writes
from activities.adapters.postgres.writes.person_entries import changing
from domain.actors import Actor


class ConflictWrites(Writes):
    """The writes of conflicts of interest."""

    async def add_conflict(self, person: str, other: str, kind: str, *, actor: Actor, command: str) -> None:
        """Declare a conflict of interest between two people (MASA-27); raise ``Unknown``."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            for one in (person, other):
                await self._require(connection, tables.people.c.id, one, "person")
            row = {"person": person, "other": other, "kind": kind}
            declared = upsert(tables.conflicts).values(**row)
            again = declared.on_conflict_do_update(
                index_elements=["person", "other", "kind"], set_={"withdrawn_at": None}
            )
            async with changing(connection, [person, other], actor=actor, command=command):
                await connection.execute(again)
            await self._note(connection, "ConflictDeclared", {"kind": kind}, actor, command)
