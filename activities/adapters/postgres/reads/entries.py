"""The entry of a person with all dated records and their numbers, by which a correction names them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.entries import entries_of
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads
from domain.codec import to_plain
from domain.people.entry import Entry
from domain.visibility import Sight


class EntryReads(Reads):
    """The reads of whole entries."""

    async def one(self, sight: Sight, person: str) -> Mapping[str, Any] | None:
        """Return a person's entry; None if it is unknown or the reader does not see it by office.

        Other entries of the same person that the reader sees, and that count no more, stand under ``same_person``.
        """
        seen = select(tables.people.c.id).where(tables.people.c.id == person, sql.colleague(sight))
        async with self._database.transaction() as connection:
            if await connection.scalar(seen) is None:
                return None
            kept = await entries_of(connection, [person])
            people = tables.people.c
            aliases = select(people.id).where(people.alias_of == person, sql.colleague(sight))
            others = await entries_of(connection, list(await connection.scalars(aliases)))
        found: dict[str, Any] = to_plain(kept[person].entry)
        if others:
            found["same_person"] = [_other(each.entry) for _, each in sorted(others.items())]
        return found


def _other(entry: Entry) -> dict[str, Any]:
    """Return what an entry that counts no more says beside the one that counts."""
    shown = ("id", "keys", "name", "email", "region", "phone")
    return {name: value for name, value in to_plain(entry).items() if name in shown}
