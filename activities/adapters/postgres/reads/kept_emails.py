"""The words of emails as they were sent, for readers who may read them. Each reading is an event first.

It is in the side stream of the relationship that an email is about, else in the installation's.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.keyring import Keyring
from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import append_side
from activities.adapters.postgres.kept_emails import open_email
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import plain_value
from activities.adapters.shown_ids import Ids
from domain.actors import Actor
from domain.ids import derive
from domain.visibility import Sight

_DIGEST: Final = "digest"
"""What the event of a reading calls a digest; of another email it names the kind of notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentEmail:
    """An email that its reader may read: the kind and status of its row, and each sending, the newest first.

    A sending has the words and headers as sent, with ``sent_at``.
    """

    id: str
    kind: str
    status: str
    sendings: tuple[Mapping[str, str], ...]


class KeptEmailReads:
    """The reads of kept emails. Each takes the reader's actor, which the event of the reading contains."""

    def __init__(self, database: Database, keyring: Keyring, ids: Ids) -> None:
        self._database = database
        self._keyring = keyring
        self._names = ids

    async def notice(self, sight: Sight, id: str, reader: Actor) -> SentEmail | None:
        """Return the email of a notice; None if there is none, or if the reader may not read it."""
        row, pair, email = tables.notices.c, tables.relationships.c, self._names.inner(id)
        wanted = (
            select(row.kind, row.status, pair.id.label("relationship"))
            .join_from(tables.notices, tables.relationships, pair.id == row.subject, isouter=True)
            .where(row.id == email, sql.words_of_notice(sight))
        )
        async with self._database.transaction() as connection:
            found = (await connection.execute(wanted)).first()
            if found is None:
                return None
            sendings = await self._opened(connection, email, found.kind, reader, found.relationship or "")
        return SentEmail(id=id, kind=found.kind, status=found.status, sendings=sendings)

    async def digest(self, sight: Sight, id: str, reader: Actor) -> SentEmail | None:
        """Return a digest; None if there is none, or if it was for somebody else."""
        row, email = tables.digests.c, self._names.inner(id)
        wanted = select(row.status).where(row.id == email, sql.own_digest(sight))
        async with self._database.transaction() as connection:
            status = await connection.scalar(wanted)
            if status is None:
                return None
            sendings = await self._opened(connection, email, _DIGEST, reader, "")
        return SentEmail(id=id, kind=_DIGEST, status=status, sendings=sendings)

    async def _opened(
        self, connection: AsyncConnection, email: str, kind: str, reader: Actor, relationship: str
    ) -> tuple[Mapping[str, str], ...]:
        """Return each sending of an email, the newest first, and record that it was read if there is one."""
        table = tables.kept_emails
        wanted = select(table).where(table.c.email == email).order_by(table.c.sent_at.desc(), table.c.id)
        rows = (await connection.execute(wanted)).all()
        if rows:
            await _reading(connection, email, kind, reader, relationship)
        return tuple({**open_email(self._keyring, row), "sent_at": plain_value(row.sent_at)} for row in rows)


async def _reading(
    connection: AsyncConnection, email: str, kind: str, reader: Actor, relationship: str
) -> None:
    await append_side(
        connection,
        "EmailRead",
        {"email": email, "kind": kind},
        command=derive("read", email, secrets.token_hex(16)),
        actor=reader,
        relationship=relationship,
        decided_at=await office_now(connection),
    )
