"""Money owed: lists of obligations, and one with its orders, claims and tasks."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, select, true

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import LIMIT, Page, Reads, plain
from activities.adapters.postgres.reads.search import person_matches
from domain.visibility import Sight


class ObligationReads(Reads):
    """The reads of obligations."""

    async def page(
        self,
        sight: Sight,
        *,
        after: str = "",
        limit: int = 50,
        state: str = "",
        region: str = "",
        q: str = "",
        late_at: datetime | None = None,
    ) -> Page:
        """Return obligations in the order in which they fall due, with the names of the payee and of the mentor.

        ``late_at`` keeps those that were due before and are not finished; ``q`` those whose mentor it finds.
        """
        table, mentor = tables.obligations, tables.people
        statement = _named().where(sql.obligation(sight))
        if state:
            statement = statement.where(table.c.state == state)
        if region:
            statement = statement.where(table.c.region == region)
        if q:
            statement = statement.where(person_matches(sight, q, mentor))
        if late_at is not None:
            statement = statement.where(table.c.due_at < late_at, table.c.finished_at.is_(None))
        return await self._page(statement, table.c.due_at, table.c.id, after, limit)

    async def one(self, sight: Sight, id: str) -> Mapping[str, Any] | None:
        """Return an obligation with orders, claims and tasks; None if it is unknown or the reader may not see it.

        Each claim has the facts of its pair that an order is paid on: stage, agreement, meetings.
        """
        table, pair, seen = tables.obligations, tables.relationships, sql.relationship(sight)
        async with self._database.transaction() as connection:
            found = (
                await connection.execute(_named().where(table.c.id == id, sql.obligation(sight)))
            ).first()
            if found is None:
                return None
            parts = {
                "orders": select(tables.orders)
                .where(tables.orders.c.obligation == id)
                .order_by(tables.orders.c.attempt),
                "claims": select(tables.claims, *_evidence())
                .join(pair, and_(pair.c.id == tables.claims.c.relationship, seen), isouter=True)
                .where(tables.claims.c.obligation == id)
                .order_by(tables.claims.c.id),
                "tasks": select(tables.tasks)
                .where(tables.tasks.c.subject == id, sql.task(sight))
                .order_by(tables.tasks.c.opened_at, tables.tasks.c.id),
            }
            whole: dict[str, Any] = plain(found._mapping)
            for name, statement in parts.items():
                whole[name] = [plain(row._mapping) for row in await connection.execute(statement)]
            return {**whole, "tasks": [self._shown(task) for task in whole["tasks"]]}

    async def of_pair(self, sight: Sight, relationship: str) -> tuple[Mapping[str, Any], ...]:
        """Return the money that a relationship has claims on, each with the newest order of it, if there is one."""
        async with self._database.one_statement() as connection:
            found = await connection.execute(_of_pair(sight), {"of": relationship})
            return tuple(plain(row._mapping) for row in found)

    async def like(
        self, sight: Sight, id: str, region: str, amount_minor: int, currency: str
    ) -> tuple[Mapping[str, Any], ...]:
        """Return other money of one amount that is owed to a region and not finished, with the mentor's name."""
        owed = tables.obligations.c
        wanted = _named().where(
            owed.id != id,
            owed.region == region,
            owed.amount_minor == amount_minor,
            owed.currency == currency,
            owed.finished_at.is_(None),
            sql.obligation(sight),
        )
        return await self._all(wanted.order_by(owed.due_at, owed.id).limit(LIMIT))

    async def ids(self, sight: Sight, beginning: str) -> tuple[str, ...]:
        """Return the ids of obligations that begin with these digits; two at most."""
        return await self._ids(tables.obligations.c.id, sql.obligation(sight), beginning)


def _named() -> Select[Any]:
    """Return obligations with the names of the region that is paid and of the mentor for whom."""
    owed, mentor, payee = tables.obligations, tables.people, tables.regions
    return (
        select(owed, mentor.c.name.label("mentor_name"), payee.c.name.label("payee_name"))
        .join(mentor, mentor.c.id == owed.c.mentor, isouter=True)
        .join(payee, payee.c.code == owed.c.region, isouter=True)
    )


def _evidence() -> tuple[ColumnElement[Any], ...]:
    pair = tables.relationships.c
    return (pair.stage, pair.agreement_version, pair.meetings_logged)


@lru_cache(maxsize=256)
def _of_pair(sight: Sight) -> Select[Any]:
    """Return the statement of the money of a relationship, built once for a reader."""
    owed, claim, order = tables.obligations.c, tables.claims.c, tables.orders
    newest = (
        select(
            order.c.state,
            order.c.reference,
            order.c.approved_at,
            order.c.sent_at,
            order.c.settled_at,
            order.c.sender,
            order.c.confirmer,
        )
        .where(order.c.obligation == owed.id)
        .order_by(order.c.attempt.desc())
        .limit(1)
        .lateral("newest")
    )
    of_order = [column.label(f"order_{column.name}") for column in newest.c]
    sender, confirmer = (tables.people.alias(name) for name in ("sender", "confirmer"))
    # Whoever sees money sees who acted on its orders, as on the page of payments.
    by = [each.c.name.label(f"{each.name}_name") for each in (sender, confirmer)]
    return (
        _named()
        .add_columns(*of_order, *by)
        .join(newest, true(), isouter=True)
        .join(sender, sender.c.id == newest.c.sender, isouter=True)
        .join(confirmer, confirmer.c.id == newest.c.confirmer, isouter=True)
        .where(owed.id.in_(select(claim.obligation).where(claim.relationship == bindparam("of"))))
        .where(sql.obligation(sight))
        .order_by(owed.due_at, owed.id)
    )
