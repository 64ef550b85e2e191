"""The entry of a person with all dated records and their numbers, by which a correction names them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.entries import entries_of
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads
from domain.codec import to_plain
from domain.visibility import Sight


class EntryReads(Reads):
    """The reads of whole entries."""

    async def one(self, sight: Sight, person: str) -> Mapping[str, Any] | None:
        """Return a person's entry; None if it is unknown or the reader does not see it by office."""
        seen = select(tables.people.c.id).where(tables.people.c.id == person, sql.colleague(sight))
        async with self._database.transaction() as connection:
            if await connection.scalar(seen) is None:
                return None
            kept = await entries_of(connection, [person])
        found: Mapping[str, Any] = to_plain(kept[person].entry)
        return found
