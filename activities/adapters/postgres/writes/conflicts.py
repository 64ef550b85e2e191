"""Conflicts of interest between two people."""

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.writes.base import Unknown, Writes
from activities.adapters.postgres.writes.corrections import DECLARED, withdrawal
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
            await self._note(connection, DECLARED, {"kind": kind}, actor, command)

    async def withdraw_conflict(
        self, person: str, other: str, kind: str, *, actor: Actor, command: str
    ) -> None:
        """Withdraw a conflict of interest, whoever of the two it was declared for; raise ``Unknown``.

        Its row stays and counts no more.
        """
        table = tables.conflicts
        either = or_(
            and_(table.c.person == person, table.c.other == other),
            and_(table.c.person == other, table.c.other == person),
        )
        meant = (either, table.c.kind == kind, table.c.withdrawn_at.is_(None))
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            if await connection.scalar(select(table.c.kind).where(*meant).limit(1)) is None:
                raise Unknown("record")
            now = await office_now(connection)
            told = await withdrawal(connection, person, other, kind)
            async with changing(connection, [person, other], actor=actor, command=command, event=told):
                await connection.execute(update(table).where(*meant).values(withdrawn_at=now))
            await self._note(connection, "ConflictWithdrawn", {"kind": kind}, actor, command)
