"""The office's time: real time plus the demo's offset. Without the demo's row the offset is zero."""

from datetime import UTC, datetime, timedelta
from math import ceil

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database


async def office_now(connection: AsyncConnection) -> datetime:
    """The present instant of the office, read in the caller's transaction."""
    return datetime.now(UTC) + await _offset(connection)


async def _offset(connection: AsyncConnection) -> timedelta:
    seconds = await connection.scalar(select(tables.clock.c.offset_seconds))
    return timedelta(seconds=seconds or 0)


class SqlClock:
    """The ``Clock`` port on the database's offset row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def now(self) -> datetime:
        """The present instant of the office."""
        async with self._database.transaction() as connection:
            return await office_now(connection)

    async def offset(self) -> timedelta:
        """How far the office is ahead of the real time."""
        async with self._database.transaction() as connection:
            return await _offset(connection)

    async def set_offset(self, offset: timedelta) -> None:
        """Write the offset; the demo's clock alone does so."""
        seconds = ceil(offset.total_seconds())  # never behind the instant that the runs were moved to
        written = insert(tables.clock).values(id=1, offset_seconds=seconds)
        moved = written.on_conflict_do_update(index_elements=["id"], set_={"offset_seconds": seconds})
        async with self._database.transaction() as connection:
            await connection.execute(moved)
