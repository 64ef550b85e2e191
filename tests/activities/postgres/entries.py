"""Entries of people for tests of what is written about them: rows, and an office with one region."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.writes import OfficeWrites
from domain.actors import Actor, Role
from domain.ids import derive
from tests.conftest import FreshDatabase

ADMIN = Actor(id=derive("admin"), role=Role.ADMIN)


def row(id: str, **changed: Any) -> dict[str, Any]:
    """Return the values of a new entry in the region ``north``."""
    return {
        "id": id,
        "name": f"N {id[:6]}",
        "email": f"{id[:6]}@post.example",
        "role_title": "principal",
        "district": "Lake",
        "region": "north",
        "supervisor": None,
        **changed,
    }


@asynccontextmanager
async def with_north(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    """Yield the gateway's pool of a fresh database that has the region ``north``."""
    async with fresh_database() as settings:
        pool = Database(settings.database_url("gateway"), size=4)
        writes = OfficeWrites(pool)
        await writes.regions.add_region("north", "North", "p", "one", actor=ADMIN, command=derive("r"))
        yield pool
        await pool.close()
