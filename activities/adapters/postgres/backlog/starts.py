"""Relationships and terms whose workflow was never started."""

from functools import cache
from typing import Any

from sqlalchemy import Select, func, select, text, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog.part import BacklogPart
from activities.adapters.postgres.facts.starts import relationship_starts
from activities.adapters.postgres.facts.terms import unstarted_terms
from domain.workflow_contracts import RelationshipStart, TermStart


class StartBacklog(BacklogPart):
    """Applications and terms without a workflow."""

    async def unstarted(self, limit: int) -> tuple[RelationshipStart, ...]:
        """Return applications that were not started within a minute; unreadable ones are left to a person."""
        row = tables.applications.c
        wanted = unstarted().order_by(row.created_at, row.id).limit(limit)
        async with self._database.transaction() as connection:
            ids = (await connection.scalars(wanted)).all()
            found = await relationship_starts(connection, ids)
        return tuple(found[id] for id in ids if id in found)

    async def unstarted_terms(self, limit: int) -> tuple[TermStart, ...]:
        """Return terms in regions that have no row yet; to start one that has just begun changes nothing."""
        now = await self._clock.now()
        async with self._database.transaction() as connection:
            return await unstarted_terms(connection, now, limit)

    async def started(self, relationship: str) -> None:
        """Record that a relationship was started."""
        row = tables.applications.c
        now = await self._clock.now()
        noted = update(tables.applications).where(row.relationship == relationship).values(started_at=now)
        async with self._database.one_statement() as connection:
            await connection.execute(noted)


@cache
def unstarted() -> Select[Any]:
    """Return a select for the applications that were not started within a minute."""
    row = tables.applications.c
    return select(row.id).where(
        row.started_at.is_(None), row.created_at < func.now() - text("interval '1 minute'")
    )
