"""What the gateway writes: command rows and refusals. One call, one transaction.

A command row makes a request safe to repeat: the process that holds its claim sends the update; after the claim has
expired another may take over under the same id, and every later request gets the stored answer.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, bindparam, not_, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.document_settlement import document_of, settle_documents, without_document
from activities.adapters.postgres.facts.associations import of_another
from activities.adapters.postgres.journal import append_side
from activities.errors import Unavailable
from domain.actors import Actor
from domain.codec import to_plain
from domain.ids import derive

CLAIM: Final = timedelta(seconds=20)


# Every command needs these, so they are built once: building one takes as long as PostgreSQL takes to answer it.
_COMMAND: Final = tables.commands.c
_CLAIM_NEW: Final = upsert(tables.commands).on_conflict_do_nothing().returning(_COMMAND.id)
_ANSWER: Final = (
    update(tables.commands)
    .where(_COMMAND.id == bindparam("command"), _COMMAND.answered_at.is_(None))
    .returning(_COMMAND.id)
)
_ANSWER_ALONE: Final = _ANSWER.where(without_document(bindparam("document")))
"""The answer to a command that came without a document; it changes no row if there is one."""


class KeyClaim(StrEnum):
    """The result of an attempt to claim a command row."""

    MINE = "mine"
    IN_FLIGHT = "in_flight"
    OTHER_CONTENT = "other_content"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """The result of a claim, and the stored answer, if any."""

    claim: KeyClaim
    status: int = 0
    answer: Any = None


class CommandIntake:
    """The gateway's writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(
        self, id: str, *, kind: str, subject: str, payload: Mapping[str, Any], fingerprint: str, actor: Actor
    ) -> Claimed:
        """Claim the command row of ``id``, or return why not."""
        row = {
            "id": id,
            "kind": kind,
            "subject": subject,
            "payload": dict(payload),
            "fingerprint": fingerprint,
            "actor": to_plain(actor),
        }
        now = datetime.now(UTC)
        commands = tables.commands
        if await self._add({**row, "claimed_until": now + CLAIM}):
            return Claimed(claim=KeyClaim.MINE)
        async with self._database.transaction() as connection:
            stored = (
                await connection.execute(select(commands).where(commands.c.id == id).with_for_update())
            ).one()
            if stored.answered_at is not None:
                await settle_documents(connection, id)
            if stored.fingerprint != fingerprint:
                return Claimed(claim=KeyClaim.OTHER_CONTENT)
            if stored.answered_at is not None:
                return Claimed(claim=KeyClaim.ANSWERED, status=stored.status, answer=stored.answer)
            if stored.claimed_until > now:
                return Claimed(claim=KeyClaim.IN_FLIGHT)
            await connection.execute(
                update(commands).where(commands.c.id == id).values(claimed_until=now + CLAIM)
            )
            return Claimed(claim=KeyClaim.MINE)

    async def _add(self, row: Mapping[str, Any]) -> bool:
        """Add a command row that this request claims; return False if there is one with its id."""
        async with self._database.one_statement() as connection:
            return (await connection.execute(_CLAIM_NEW, row)).first() is not None

    async def knows(self, id: str) -> bool:
        """Return whether a request has claimed this command before."""
        async with self._database.one_statement() as connection:
            return await connection.scalar(select(_COMMAND.id).where(_COMMAND.id == id)) is not None

    async def answer(self, id: str, status: int, answer: Any) -> None:
        """Store the final answer of a command, and settle its document with it; the first answer stays."""
        values = {"command": id, "status": status, "answer": answer, "answered_at": datetime.now(UTC)}
        if status < 400:
            alone = {**values, "document": document_of(id)}
            async with self._database.one_statement() as connection:
                if (await connection.execute(_ANSWER_ALONE, alone)).first() is not None:
                    return
        async with self._database.transaction() as connection:
            await connection.execute(_ANSWER, values)
            await settle_documents(connection, id)

    @asynccontextmanager
    async def renewed(self, id: str) -> AsyncIterator[None]:
        """Renew the claim of a command while its work lasts, so that nobody else begins the same work meanwhile."""
        renewing = asyncio.create_task(self._renew(id))
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.wait([renewing])  # so that it renews nothing after the claim was released

    async def _renew(self, id: str) -> None:
        row = tables.commands.c
        claimed = update(tables.commands).where(row.id == id, row.answered_at.is_(None))
        while True:
            await asyncio.sleep(CLAIM.total_seconds() / 4)
            with suppress(Unavailable):
                async with self._database.one_statement() as connection:
                    await connection.execute(claimed.values(claimed_until=datetime.now(UTC) + CLAIM))

    async def release(self, id: str) -> None:
        """Release a claim at once: nothing was decided, and the same key may try again."""
        commands = tables.commands
        async with self._database.transaction() as connection:
            await connection.execute(
                update(commands)
                .where(commands.c.id == id, commands.c.answered_at.is_(None))
                .values(claimed_until=datetime.now(UTC))
            )

    async def refuse(self, *, command: str, kind: str, code: str, actor: Actor, subject: str) -> None:
        """Record a refused attempt in the side stream of the addressed relationship.

        For an obligation, that is the relationship of its first claim; for an unknown subject, and for one of another
        association than the actor's, the installation.
        """
        async with self._database.transaction() as connection:
            known = await connection.scalar(_relationship_of(subject).where(not_(of_another(actor.id))))
            await append_side(
                connection,
                "CommandRefused",
                {"kind": kind, "code": code},
                command=derive("refused", command, code),
                actor=actor,
                relationship=known or "",
                decided_at=await office_now(connection),
            )


def _relationship_of(subject: str) -> Select[Any]:
    """Return a select for the relationship with this id, else for the first to claim the obligation with this id."""
    own, claims, opened = tables.relationships.c.id, tables.claims.c, tables.relationships.c.opened_at
    return (
        select(own)
        .join(claims.id.table, claims.relationship == own, isouter=True)
        .where(or_(own == subject, claims.obligation == subject))
        .order_by((own == subject).desc(), opened, own)
        .limit(1)
    )
