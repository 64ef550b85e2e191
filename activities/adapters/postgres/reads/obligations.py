"""Money owed: lists of obligations, and one with its orders, claims and tasks."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Page, Reads, plain
from domain.visibility import Sight


class ObligationReads(Reads):
    """The reads of obligations."""

    async def page(self, sight: Sight, *, after: str = "", limit: int = 50, state: str = "") -> Page:
        """Return obligations in the order in which they fall due."""
        table = tables.obligations
        statement = select(table).where(sql.obligation(sight))
        if state:
            statement = statement.where(table.c.state == state)
        return await self._page(statement, table.c.due_at, table.c.id, after, limit)

    async def one(self, sight: Sight, id: str) -> Mapping[str, Any] | None:
        """Return an obligation with orders, claims and tasks; None if it is unknown or the reader may not see it."""
        table = tables.obligations
        async with self._database.transaction() as connection:
            found = (
                await connection.execute(select(table).where(table.c.id == id, sql.obligation(sight)))
            ).first()
            if found is None:
                return None
            parts = {
                "orders": select(tables.orders)
                .where(tables.orders.c.obligation == id)
                .order_by(tables.orders.c.attempt),
                "claims": select(tables.claims)
                .where(tables.claims.c.obligation == id)
                .order_by(tables.claims.c.id),
                "tasks": select(tables.tasks)
                .where(tables.tasks.c.subject == id, sql.task(sight))
                .order_by(tables.tasks.c.opened_at, tables.tasks.c.id),
            }
            whole: dict[str, Any] = plain(found._mapping)
            for name, statement in parts.items():
                whole[name] = [plain(row._mapping) for row in await connection.execute(statement)]
            return whole

    async def ids(self, sight: Sight, beginning: str) -> tuple[str, ...]:
        """Return the ids of obligations that begin with these digits; two at most."""
        return await self._ids(tables.obligations.c.id, sql.obligation(sight), beginning)
