"""Complaint cases, each with what its reader may see."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads, plain
from domain.visibility import Sight, visible_case


class ComplaintReads(Reads):
    """The reads of complaints."""

    async def of(self, sight: Sight, relationship: str) -> tuple[Mapping[str, Any], ...]:
        """Return the cases of a relationship, the oldest first: complete, or only the status of the reader's own."""
        pairs, cases = tables.relationships, tables.complaints
        visible = select(pairs).where(pairs.c.id == relationship, sql.relationship(sight))
        wanted = select(cases).where(cases.c.relationship == relationship)
        async with self._database.transaction() as connection:
            pair = (await connection.execute(visible)).first()
            if pair is None:
                return ()
            found = list(await connection.execute(wanted.order_by(cases.c.opened_at, cases.c.id)))
        shown = (visible_case(sight, plain(pair._mapping), plain(case._mapping)) for case in found)
        return tuple(case for case in shown if case is not None)
