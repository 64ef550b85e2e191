"""The newest take-overs of imports of an association, with whose each is."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from domain.actors import Actor
from domain.codec import from_plain


async def taken_over(
    connection: AsyncConnection, association: str, within: timedelta, limit: int
) -> list[Mapping[str, Any]]:
    """Return the operations of imports that expired, or would have, less than some time ago, the newest first."""
    operation, of = tables.operations.c, tables.imports.c
    wanted = (
        select(tables.operations, of.actor, of.expires_at)
        .join_from(tables.operations, tables.imports, of.id == operation["import"])
        .where(of.association == association, of.expires_at >= await office_now(connection) - within)
        .order_by(operation.created_at.desc(), operation.id)
        .limit(limit)
    )
    found = (await connection.execute(wanted)).mappings().all()
    return [{**each, "actor": from_plain(Actor, each["actor"])} for each in found]
