"""What the gateway writes: command rows, tokens, refusals. One call, one transaction.

A command row makes a request safe to repeat: the process that holds its claim sends the update; after the claim has
expired another may take over under the same id, and every later request gets the stored answer.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import OFFSET, now_with_offset, office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.document_settlement import document_of, settle_documents, without_document
from activities.adapters.postgres.journal import append_side
from activities.adapters.postgres.writes.tokens import PREFIX, hashed
from activities.errors import Unavailable
from domain.actors import Actor, Role
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
_PERSON, _ALIAS = tables.people.c, tables.people.alias("alias").c
_STANDS: Final = func.coalesce(_PERSON.alias_of, tables.tokens.c.person)
"""The entry that stands for the human to whom a token belongs."""
_TOKEN: Final = (
    select(
        tables.tokens,
        OFFSET.label("offset"),
        _STANDS.label("stands"),
        func.array(select(_ALIAS.id).where(_ALIAS.alias_of == _STANDS).scalar_subquery()).label("aliases"),
    )
    .join_from(tables.tokens, tables.people, tables.tokens.c.person == _PERSON.id, isouter=True)
    .where(tables.tokens.c.id == bindparam("token"))
)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenHolder:
    """The owner of a token: a person with roles and regions (none = whole association).

    ``person`` is the entry that stands for the human, ``aliases`` are the human's other entries.
    """

    person: str
    roles: tuple[Role, ...]
    regions: tuple[str, ...]
    aliases: tuple[str, ...] = ()


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
        async with self._database.one_statement() as connection:
            made = await connection.execute(_CLAIM_NEW, {**row, "claimed_until": now + CLAIM})
            if made.first() is not None:
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

        For an obligation, that is the relationship of its first claim; for an unknown subject, the installation.
        """
        async with self._database.transaction() as connection:
            known = await connection.scalar(_relationship_of(subject))
            await append_side(
                connection,
                "CommandRefused",
                {"kind": kind, "code": code},
                command=derive("refused", command, code),
                actor=actor,
                relationship=known or "",
                decided_at=await office_now(connection),
            )

    async def holder(self, token: str) -> TokenHolder | None:
        """Return the owner of a token; None for one that is unknown, expired or revoked."""
        prefix, _, rest = token.partition("_")
        id, _, secret = rest.partition("_")
        if prefix != PREFIX or not secret:
            return None
        async with self._database.one_statement() as connection:
            row = (await connection.execute(_TOKEN, {"token": id})).first()
        if row is None or not secrets.compare_digest(row.hash, hashed(secret)):
            return None
        if row.revoked_at is not None or row.expires_at <= now_with_offset(row.offset):
            return None
        regions = tuple(row.regions.split(",")) if row.regions else ()
        return TokenHolder(
            person=row.stands,
            roles=tuple(Role(role) for role in row.roles.split(",")),
            regions=regions,
            aliases=tuple(sorted(row.aliases)),
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
