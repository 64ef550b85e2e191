"""Claims, and withdrawals of claims, that no obligation has accepted, and the record that one did."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, DateTime, Select, and_, bindparam, exists, not_, or_, select
from sqlalchemy.dialects.postgresql import insert

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog.part import BacklogPart
from activities.ports.workflows import ClaimWithdrawal

DELIVERED: Final = "deliver"
WITHDRAWN: Final = "withdraw"
OVER: Final = bindparam("over", type_=DateTime(timezone=True))
"""The instant by which the relationship of a withdrawal has ended."""


class ClaimBacklog(BacklogPart):
    """Claims that were not delivered."""

    async def undelivered(self, limit: int) -> tuple[str, ...]:
        """Return running relationships with a claim, or a withdrawal, that no obligation has accepted."""
        async with self._database.one_statement() as connection:
            return tuple((await connection.scalars(undelivered().limit(limit))).all())

    async def undelivered_withdrawals(self, limit: int) -> tuple[ClaimWithdrawal, ...]:
        """Return withdrawals that no obligation has accepted, of relationships that have ended."""
        over = {OVER.key: over_by(await self._clock.now())}
        async with self._database.one_statement() as connection:
            found = (await connection.execute(undelivered_withdrawals().limit(limit), over)).all()
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


@cache
def undelivered_withdrawals() -> Select[Any]:
    """Return a select for withdrawals that no obligation has accepted, of relationships that had ended by ``OVER``."""
    claim, ended_at = tables.claims.c, tables.relationships.c.ended_at
    return (
        select(claim.id, claim.relationship, claim.obligation)
        .join(tables.relationships, tables.relationships.c.id == claim.relationship)
        .where(claim.withdrawn, not_(_delivered(WITHDRAWN)), ended_at < OVER)
    )


def over_by(now: datetime) -> datetime:
    """Return the instant by which a relationship must have ended: a later one's own effect may still be running."""
    return now - timedelta(minutes=5)


def _delivered(act: str) -> ColumnElement[bool]:
    """Return whether an obligation has accepted a claim, or its withdrawal."""
    delivered = tables.deliveries.c
    return exists().where(delivered.claim == tables.claims.c.id, delivered.act == act)
