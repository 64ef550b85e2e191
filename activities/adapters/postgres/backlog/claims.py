"""Claims, and withdrawals of claims, that no obligation has accepted, and the record that one did."""

from datetime import timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select
from sqlalchemy.dialects.postgresql import insert

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog.part import BacklogPart
from activities.ports.workflows import ClaimWithdrawal

DELIVERED: Final = "deliver"
WITHDRAWN: Final = "withdraw"


class ClaimBacklog(BacklogPart):
    """Claims that were not delivered."""

    async def undelivered(self, limit: int) -> tuple[str, ...]:
        """Return running relationships with a claim, or a withdrawal, that no obligation has accepted."""
        async with self._database.one_statement() as connection:
            return tuple((await connection.scalars(undelivered().limit(limit))).all())

    async def undelivered_withdrawals(self, limit: int) -> tuple[ClaimWithdrawal, ...]:
        """Return withdrawals that no obligation has accepted, of relationships that have ended."""
        claim, ended_at = tables.claims.c, tables.relationships.c.ended_at
        # Wait a few minutes: the relationship's own effect may still be running.
        now = await self._clock.now()
        wanted = (
            select(claim.id, claim.relationship, claim.obligation)
            .join(tables.relationships, tables.relationships.c.id == claim.relationship)
            .where(claim.withdrawn, not_(_delivered(WITHDRAWN)), ended_at < now - timedelta(minutes=5))
            .limit(limit)
        )
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted)).all()
        return tuple(
            ClaimWithdrawal(claim=row.id, relationship=row.relationship, obligation=row.obligation)
            for row in found
        )

    async def withdrawn(self, claim: str) -> bool:
        """Return whether the relationship has withdrawn the claim."""
        row = tables.claims.c
        async with self._database.one_statement() as connection:
            return bool(await connection.scalar(select(row.withdrawn).where(row.id == claim)))

    async def standing(self, obligation: str) -> str:
        """Return the last state of an obligation in the words for a relationship; an empty text if there was none."""
        row = tables.obligations.c
        async with self._database.one_statement() as connection:
            return await connection.scalar(select(row.standing).where(row.id == obligation)) or ""

    async def delivered(self, claim: str, act: str) -> None:
        """Record that an obligation has accepted a claim, or its withdrawal."""
        now = await self._clock.now()
        noted = insert(tables.deliveries).values(claim=claim, act=act, delivered_at=now)
        async with self._database.one_statement() as connection:
            await connection.execute(noted.on_conflict_do_nothing())


@cache
def undelivered() -> Select[Any]:
    """Return a select for the running relationships with a claim, or a withdrawal, that no obligation has accepted.

    It is built once: a demo's clock asks it many times in a second.
    """
    claim = tables.claims.c
    claimed = and_(not_(claim.withdrawn), claim.heard == "claimed", not_(_delivered(DELIVERED)))
    return (
        select(claim.relationship)
        .join(tables.relationships, tables.relationships.c.id == claim.relationship)
        .where(
            or_(claimed, and_(claim.withdrawn, not_(_delivered(WITHDRAWN)))),
            tables.relationships.c.ended_at.is_(None),
        )
        .distinct()
    )


def _delivered(act: str) -> ColumnElement[bool]:
    """Return whether an obligation has accepted a claim, or its withdrawal."""
    delivered = tables.deliveries.c
    return exists().where(delivered.claim == tables.claims.c.id, delivered.act == act)
