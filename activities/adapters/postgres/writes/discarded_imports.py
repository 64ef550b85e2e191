"""Imports that nobody waits for any longer: one that is discarded, and others of the same files as one taken over."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import cast, func, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables

CONTENT: Final = "content"
"""The setting of an import that is the same for the same files with the same settings."""
TAKEN_OVER: Final = "taken_over"
"""The setting of an import of which another one of the same files is taken over."""
_NOTHING: Final[Mapping[str, Any]] = {"state": "expired", "files": {}, "proposal": {}, "answers": {}}


async def discard(connection: AsyncConnection, id: str) -> bool:
    """Discard an import; return False if it is no longer a proposal."""
    row = tables.imports.c
    gone = update(tables.imports).where(row.id == id, row.state == "proposed").values(_NOTHING)
    return (await connection.execute(gone.returning(row.id))).first() is not None


async def mark_others(connection: AsyncConnection, id: str, maker: str, content: str) -> None:
    """Mark somebody's other proposals of the same files: one of them is taken over, so the others wait for nobody."""
    row = tables.imports.c
    marked = func.jsonb_set(row.files, ["settings", TAKEN_OVER], cast(True, JSONB))
    await connection.execute(
        update(tables.imports)
        .where(row.id != id, row.state == "proposed", row.actor["id"].astext == maker)
        .where(row.files["settings"][CONTENT].astext == content)
        .values(files=marked)
    )
