"""Tasks for staff: all of them, and those with a date."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import LIMIT, Page, Reads
from domain.visibility import Sight


def late_subjects(sight: Sight, at: datetime) -> Select[tuple[str]]:
    """Return the subjects of open tasks that were due before a moment, of those tasks that the reader sees."""
    table = tables.tasks
    return select(table.c.subject).where(sql.task(sight), table.c.closed_at.is_(None), table.c.due_at < at)


class TaskReads(Reads):
    """The reads of tasks."""

    async def page(self, sight: Sight, *, after: str = "", limit: int = 50, open: bool = True) -> Page:
        """Return the tasks that the reader sees by office, the oldest first."""
        table, work = tables.tasks, tables.task_work
        statement = (
            select(table, work.c.claimed_by, work.c.claimed_at, work.c.snoozed_until)
            .join(work, work.c.task == table.c.id, isouter=True)
            .where(sql.work(sight))
        )
        if open:
            statement = statement.where(table.c.closed_at.is_(None))
        return await self._page(statement, table.c.opened_at, table.c.id, after, limit)

    async def dated(self, sight: Sight) -> tuple[Mapping[str, Any], ...]:
        """Return the open tasks with a date for the reader's roles; only the most urgent ones."""
        table = tables.tasks
        query = (
            select(table)
            .where(sql.work(sight), table.c.role.in_(sight.roles))
            .where(table.c.closed_at.is_(None), table.c.due_at.is_not(None))
            .order_by(table.c.due_at, table.c.id)
            .limit(5 * LIMIT)
        )
        return await self._all(query)
