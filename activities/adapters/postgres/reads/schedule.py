"""The schedule of a pair: the plan in its state, and the rules with the district's slots."""

from datetime import datetime

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.facts.states import relationship_state
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads
from domain.relationship.state import Relationship
from domain.rules.program import Rules
from domain.visibility import Sight


class ScheduleReads(Reads):
    """The reads of plans."""

    async def of(self, sight: Sight, id: str) -> tuple[Relationship, Rules, datetime] | None:
        """Return the state with the plan of a pair, the rules with the slots, and the office's time."""
        pair = tables.relationships
        visible = select(pair.c.id).where(pair.c.id == id, sql.relationship(sight))
        async with self._database.transaction() as connection:
            if await connection.scalar(visible) is None:
                return None
            known = await relationship_state(connection, id)
            return None if known is None else (*known, await office_now(connection))
