"""Command rows that one process leaves to another: the door writes what its person asks, the gateway carries it out.

A row that is left has no claim, so the gateway takes it at once. If that gateway stops, another one takes it once the
claim has expired.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.writes.commands import CLAIM
from domain.actors import Actor
from domain.codec import from_plain, to_plain

OWN_KINDS: Final = (
    "OwnLanguage",
    "OwnDigest",
    "OwnContact",
    "OwnCalendarAddress",
    "OwnCalendarRevoked",
    "OwnApplication",
)
"""What is left to the gateway; no workflow accepts a command of such a kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftCommand:
    """A command that was left: its id and kind, what it says, and who asks for it."""

    id: str
    kind: str
    values: Mapping[str, Any]
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAnswer:
    """The answer to a command that was left."""

    status: int
    body: Any


class LeftCommands:
    """The rows of commands that one process leaves to another."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def leave(self, id: str, kind: str, values: Mapping[str, Any], actor: Actor) -> None:
        """Leave a command; the same id again changes nothing."""
        row = {"id": id, "kind": kind, "subject": "", "payload": dict(values), "fingerprint": ""}
        row |= {"actor": to_plain(actor), "claimed_until": datetime.now(UTC)}
        async with self._database.transaction() as connection:
            await connection.execute(upsert(tables.commands).values(row).on_conflict_do_nothing())

    async def answer(self, id: str) -> LeftAnswer | None:
        """Return the answer to a command that was left; None while there is none."""
        row = tables.commands.c
        wanted = select(row.status, row.answer).where(row.id == id, row.answered_at.is_not(None))
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted)).first()
        return None if found is None else LeftAnswer(status=found.status, body=found.answer)

    async def next(self, kinds: Collection[str] = OWN_KINDS) -> LeftCommand | None:
        """Claim the command that has waited longest; None if none waits."""
        row = tables.commands.c
        wanted = (
            select(row.id)
            .where(row.kind.in_(kinds), row.answered_at.is_(None), row.claimed_until <= datetime.now(UTC))
            .order_by(row.claimed_until, row.created_at, row.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        claimed = (
            update(tables.commands)
            .where(row.id == wanted)
            .values(claimed_until=datetime.now(UTC) + CLAIM)
            .returning(row.id, row.kind, row.payload, row.actor)
        )
        async with self._database.transaction() as connection:
            found = (await connection.execute(claimed)).first()
        if found is None:
            return None
        return LeftCommand(
            id=found.id, kind=found.kind, values=found.payload, actor=from_plain(Actor, found.actor)
        )
