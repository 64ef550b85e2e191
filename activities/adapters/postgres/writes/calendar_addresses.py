"""Calendar addresses: made by a person for that person's own calendar, and revoked. Each is an event."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.writes.base import Unknown, Writes
from domain.actors import Actor


class CalendarAddressWrites(Writes):
    """The writes of calendar addresses."""

    async def make(self, actor: Actor, command: str, id: str, hash: str) -> None:
        """Make the actor's calendar address with the hash of its secret, which is stored nowhere.

        An address that the actor has is revoked. So is one that the same command made, because its secret is lost.
        """
        table = tables.calendar_addresses
        async with self._database.transaction() as connection:
            if await connection.scalar(select(table.c.id).where(table.c.id == id)) is not None:
                return
            now = await office_now(connection)
            await self._end(connection, actor.id, now)
            row = {"id": id, "hash": hash, "person": actor.id}
            await connection.execute(insert(table).values(**row))
            await self._note(connection, "CalendarAddressMade", {"person": actor.id}, actor, command)

    async def revoke(self, actor: Actor, command: str) -> None:
        """Revoke the actor's calendar address from now on; raise ``Unknown`` if there is none."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            now = await office_now(connection)
            if not await self._end(connection, actor.id, now):
                raise Unknown("calendar_address")
            await self._note(connection, "CalendarAddressRevoked", {"person": actor.id}, actor, command)

    @staticmethod
    async def _end(connection: AsyncConnection, person: str, now: datetime) -> bool:
        """Revoke the address of a person, if there is one."""
        table = tables.calendar_addresses
        live = table.c.person == person, table.c.revoked_at.is_(None)
        ended = await connection.execute(
            table.update().where(*live).values(revoked_at=now).returning(table.c.id)
        )
        return ended.first() is not None
