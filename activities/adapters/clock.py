"""The installation's clock: real now plus an offset that only a demo ever writes."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from activities.adapters.database import Database
from activities.adapters.tables import clock


class SqlClock:
    """Reads ``office.clock``; without its row the offset is nothing, so production has no branch."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def now(self) -> datetime:
        """The present instant of this installation."""
        return datetime.now(UTC) + await self.offset()

    async def offset(self) -> timedelta:
        """How far this installation is ahead of the real time."""
        async with self._database.transaction() as connection:
            seconds = await connection.scalar(select(clock.c.offset_seconds))
        return timedelta(seconds=seconds or 0)

    async def set_offset(self, offset: timedelta) -> None:
        """Write the offset; the demo's clock alone does so."""
        seconds = round(offset.total_seconds())
        written = insert(clock).values(id=1, offset_seconds=seconds)
        moved = written.on_conflict_do_update(index_elements=["id"], set_={"offset_seconds": seconds})
        async with self._database.transaction() as connection:
            await connection.execute(moved)
