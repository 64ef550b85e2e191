"""Reads of complaints: who may see a case is decided by whoever asks for it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads.lists import plain


async def complaints(connection: AsyncConnection, relationship: str) -> tuple[Mapping[str, Any], ...]:
    """All cases of a relationship, the oldest first."""
    table = tables.complaints
    statement = (
        select(table).where(table.c.relationship == relationship).order_by(table.c.opened_at, table.c.id)
    )
    return tuple(plain(row._mapping) for row in await connection.execute(statement))


async def complaint(connection: AsyncConnection, relationship: str, id: str) -> Mapping[str, Any] | None:
    """One case of a relationship."""
    return next((case for case in await complaints(connection, relationship) if case["id"] == id), None)
