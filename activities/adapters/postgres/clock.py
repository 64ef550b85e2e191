"""The office's time: real time plus the demo's offset. Without the row of the demo the offset is zero."""

from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database

OFFSET: Final = select(tables.clock.c.offset_seconds).scalar_subquery()
"""The offset as a column of another statement."""


def now_with_offset(seconds: int | None) -> datetime:
    """Return the office's present instant for an offset that was read; None is no offset."""
    return datetime.now(UTC) + timedelta(seconds=seconds or 0)


async def office_now(connection: AsyncConnection) -> datetime:
    """Return the present instant of the office, read in the caller's transaction."""
    return now_with_offset(await connection.scalar(select(OFFSET)))


class SqlClock:
    """The ``Clock`` port on the database's offset row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def now(self) -> datetime:
        """Return the present instant of the office."""
        async with self._database.one_statement() as connection:
            return await office_now(connection)

    async def offset(self) -> timedelta:
        """Return how far the office is ahead of real time."""
        async with self._database.one_statement() as connection:
            return timedelta(seconds=await connection.scalar(select(OFFSET)) or 0)

    async def set_offset(self, offset: timedelta) -> None:
        """Write the offset; only the demo's clock does so."""
        seconds = ceil(offset.total_seconds())  # never behind the instant that the runs were moved to
        written = insert(tables.clock).values(id=1, offset_seconds=seconds)
        moved = written.on_conflict_do_update(index_elements=["id"], set_={"offset_seconds": seconds})
        async with self._database.transaction() as connection:
            await connection.execute(moved)
