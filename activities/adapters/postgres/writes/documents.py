"""Documents at the gateway: stored with a salted commitment, and sealed if their class requires it."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.keyring import Keyring
from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import append_side
from domain.actors import Actor
from domain.ids import derive
from domain.journal import Document

SEALED: Final = ("c2s",)
"""Privacy classes that are encrypted; the others are stored in clear and protected by roles."""
SEALED_FORM: Final = "sealed"
"""The one form of all sealed records, so that the type in clear reveals nothing (AUDIT 4.4)."""
SALT_BYTES: Final = 32
_PREFIX: Final = b"mentorflow/doc/v1\n"


class OtherContent(ValueError):
    """Another document has this id: the same command was sent before with other content."""


def commitment(salt: bytes, content: bytes) -> str:
    """Return what the journal says of a document: nobody can guess the content from it without the salt."""
    return hashlib.sha256(_PREFIX + salt + content).hexdigest()


def content_of(payload: bytes) -> Mapping[str, Any]:
    """Return the content in the stored bytes of a document, which begin with its salt."""
    content: Mapping[str, Any] = json.loads(payload[SALT_BYTES:])
    return content


class Documents:
    """The writes of documents."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    async def keep(
        self,
        content: Mapping[str, Any],
        *,
        id: str,
        scope: str,
        person: str,
        form: str,
        privacy: str,
        ver: int = 1,
    ) -> Document:
        """Store a document under a derived id; to store the same again changes nothing.

        Raises:
            OtherContent: Another document has this id.
        """
        async with self._database.transaction() as connection:
            return await self.keep_in(
                connection, content, id=id, scope=scope, person=person, form=form, privacy=privacy, ver=ver
            )

    async def keep_in(
        self,
        connection: AsyncConnection,
        content: Mapping[str, Any],
        *,
        id: str,
        scope: str,
        person: str,
        form: str,
        privacy: str,
        ver: int = 1,
    ) -> Document:
        """Store a document as ``keep`` does, in the caller's transaction."""
        table = tables.documents
        stored = (await connection.execute(select(table).where(table.c.id == id))).first()
        if stored is not None:
            self._demand_same(stored, content, scope, person)
            return Document(doc=id, form=form, privacy=privacy, ver=stored.ver, commit=stored.commit)
        salt = secrets.token_bytes(SALT_BYTES)
        encoded = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        commit = commitment(salt, encoded)
        sealed = privacy in SEALED
        payload = salt + encoded
        if sealed:
            payload = self._keyring.seal(payload, scope=scope, privacy=privacy, record=id)
        await connection.execute(
            insert(table).values(
                id=id,
                scope=scope,
                person=person,
                form=form,
                privacy=privacy,
                ver=ver,
                salt=b"" if sealed else salt,
                payload=payload,
                commit=commit,
                key_name=self._keyring.current if sealed else "",
            )
        )
        return Document(doc=id, form=form, privacy=privacy, ver=ver, commit=commit)

    def _demand_same(self, stored: Row[Any], content: Mapping[str, Any], scope: str, person: str) -> None:
        same = (stored.scope, stored.person) == (scope, person)
        if not same or open_document(self._keyring, stored) != dict(content):
            raise OtherContent(stored.id)

    async def kept(self, id: str) -> Document | None:
        """Return what the journal would say of a stored document; None for an unknown one."""
        table = tables.documents
        columns = (table.c.form, table.c.privacy, table.c.ver, table.c.commit)
        async with self._database.transaction() as connection:
            row = (await connection.execute(select(*columns).where(table.c.id == id))).first()
        if row is None:
            return None
        return Document(doc=id, form=row.form, privacy=row.privacy, ver=row.ver, commit=row.commit)

    async def in_scope(self, id: str, scope: str) -> bool:
        """Return whether a scope has a document with this id."""
        table = tables.documents.c
        async with self._database.transaction() as connection:
            found = await connection.scalar(select(table.id).where(table.id == id, table.scope == scope))
        return found is not None

    async def holds(self, id: str, content: Mapping[str, Any]) -> bool:
        """Return whether a document that is stored in clear has exactly this content."""
        table = tables.documents
        async with self._database.transaction() as connection:
            columns = (table.c.payload, table.c.privacy)
            row = (await connection.execute(select(*columns).where(table.c.id == id))).first()
        return (
            row is not None
            and row.privacy not in SEALED
            and open_document(self._keyring, row) == dict(content)
        )

    async def add_sealed(
        self, content: Mapping[str, Any], *, id: str, scope: str, writer: Actor, relationship: str
    ) -> None:
        """Store a sealed record for a relationship, whose side stream says that there is one but not its kind.

        The same record again changes nothing.

        Raises:
            OtherContent: Another record has this id.
        """
        async with self._database.transaction() as connection:
            document = await self.keep_in(
                connection,
                content,
                id=id,
                scope=scope,
                person=writer.id,
                form=SEALED_FORM,
                privacy=SEALED[0],
            )
            await append_side(
                connection,
                "SealedRecordAdded",
                {"document": id},
                command=derive("sealed", id),
                actor=writer,
                relationship=relationship,
                decided_at=await office_now(connection),
                docs=(document,),
            )


def open_document(keyring: Keyring, row: Any) -> Mapping[str, Any]:
    """Return the content of a stored document; open it if it is sealed."""
    if row.privacy not in SEALED:
        return content_of(bytes(row.payload))
    payload = keyring.open(
        bytes(row.payload), key_name=row.key_name, scope=row.scope, privacy=row.privacy, record=row.id
    )
    return content_of(payload)
