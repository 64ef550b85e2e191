"""A term in one region: its deadlines and tasks, monthly records, log checks, surveys of the region."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Page, Reads
from activities.adapters.postgres.reads.search import matches
from activities.adapters.postgres.reads.tasks import late_subjects
from domain.visibility import Sight


class TermRegionReads(Reads):
    """The reads of terms in regions."""

    async def page(
        self,
        sight: Sight,
        *,
        after: str = "",
        limit: int = 50,
        term: str = "",
        region: str = "",
        q: str = "",
        late_at: datetime | None = None,
    ) -> Page:
        """Return terms in regions in the order in which they were opened, each with its name and its next deadline.

        ``late_at`` keeps those with an open task that was due before; ``q`` those whose term or program it finds.
        """
        table, terms = tables.term_regions, tables.terms
        wanted = [sql.of_term(sight, table), matches(q, terms.c.name, table.c.program, table.c.region)]
        for column, value in ((table.c.term, term), (table.c.region, region)):
            if value:
                wanted.append(column == value)
        if late_at is not None:
            wanted.append(table.c.id.in_(late_subjects(sight, late_at)))
        statement = (
            select(table, terms.c.name).join(terms, terms.c.id == table.c.term, isouter=True).where(*wanted)
        )
        return await self._page(statement, table.c.opened_at, table.c.id, after, limit)

    async def one(self, sight: Sight, id: str) -> Mapping[str, Any] | None:
        """Return one term in one region with its tasks; None if it is unknown or the reader may not see it."""
        table, task = tables.term_regions, tables.tasks
        named = select(table, tables.regions.c.name.label("region_name")).join(
            tables.regions, tables.regions.c.code == table.c.region, isouter=True
        )
        found = await self._one(named.where(table.c.id == id, sql.of_term(sight, table)))
        if found is None:
            return None
        todo = select(task).where(task.c.subject == id, sql.task(sight))
        rows = await self._all(todo.order_by(task.c.opened_at, task.c.id))
        return {**found, "tasks": [self._shown(row) for row in rows]}

    async def ids(self, sight: Sight, beginning: str) -> tuple[str, ...]:
        """Return the ids of terms in regions that begin with these digits; two at most."""
        return await self._ids(tables.term_regions.c.id, sql.of_term(sight, tables.term_regions), beginning)

    async def monthly_records(
        self, sight: Sight, *, after: str = "", limit: int = 50, term: str = ""
    ) -> Page:
        """Return monthly records for each mentor and month, by due day; a mentor sees only their own."""
        table = tables.monthly_records
        return await self._of_term(sight, table, table.c.due_at, after, limit, term, table.c.mentor)

    async def log_checks(self, sight: Sight, *, after: str = "", limit: int = 50, term: str = "") -> Page:
        """Return log checks in the order in which they were made."""
        table = tables.log_checks
        return await self._of_term(sight, table, table.c.checked_at, after, limit, term)

    async def surveys(self, sight: Sight, *, after: str = "", limit: int = 50, term: str = "") -> Page:
        """Return surveys of regions, by the day on which they open; a person who is asked sees that survey."""
        table = tables.term_surveys
        return await self._of_term(sight, table, table.c.opens_at, after, limit, term, table.c.owner)

    async def _of_term(
        self,
        sight: Sight,
        table: Table,
        at: ColumnElement[Any],
        after: str,
        limit: int,
        term: str,
        *own: ColumnElement[Any],
    ) -> Page:
        statement = select(table).where(sql.of_term(sight, table, *own))
        if term:
            statement = statement.where(table.c.term == term)
        return await self._page(statement, at, table.c.id, after, limit)
