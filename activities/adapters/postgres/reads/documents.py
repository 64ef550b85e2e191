"""The content of documents, for readers who may read it. A reading by another person than the writer is an event first.

The events of readings are in the side stream of the relationship and say nothing about the content (AUDIT 4).
"""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.keyring import Keyring
from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import append_side
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import plain
from activities.adapters.postgres.writes.documents import SEALED, SEALED_FORM, open_document
from domain.actors import Actor
from domain.ids import derive
from domain.relationship.any_stage.ending import EndRelationship
from domain.visibility import Data, Record, Sight, Who, of_case, of_form, of_pair


class NotTheReader(Exception):
    """The document exists, but this person is not its reader."""


class DocumentReads:
    """The reads of documents. Each takes the reader's actor, which the event of the reading contains."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    async def answers(
        self, sight: Sight, relationship: str, document: str, reader: Actor, *, counted: bool
    ) -> Mapping[str, Any] | None:
        """Return the answers in a form; None if there is no such form or the reader may not open it.

        ``counted`` means that other people than the writer see its answers only in results.
        """
        form, kept = tables.forms.c, tables.documents.c
        async with self._database.transaction() as connection:
            pair = await _pair(sight, connection, relationship)
            wanted = select(form.person).where(form.id == document, form.relationship == relationship)
            writer = await connection.scalar(wanted)
            if pair is None or writer is None:
                return None
            record = of_form(pair, writer, counted=counted)
            columns = select(kept.payload, kept.privacy).where(kept.id == document)
            found = (await connection.execute(columns)).first()
            if not sight.opens(record) or found is None or found.privacy in SEALED:
                return None
            if not sight.sees(Data.OWN_WRITING, record):
                await _reading(connection, "DocumentRead", document, reader, relationship)
            return open_document(self._keyring, found)

    async def monthly_record(self, sight: Sight, id: str, reader: Actor) -> Mapping[str, Any] | None:
        """Return the answers of a mentor's record of a month, as far as the reader may see each.

        None if there is no such record yet, or if the reader may not open it.
        """
        record, kept = tables.monthly_records, tables.documents
        wanted = select(record).where(record.c.id == id, sql.of_term(sight, record, record.c.mentor))
        async with self._database.transaction() as connection:
            row = (await connection.execute(wanted)).first()
            if row is None or not row.document:
                return None
            of_mentor = Record(region=row.region, people={Who.WRITER: (row.mentor,)})
            columns = select(kept.c.payload, kept.c.privacy).where(kept.c.id == row.document)
            found = (await connection.execute(columns)).first()
            if not sight.opens(of_mentor) or found is None or found.privacy in SEALED:
                return None
            if not sight.sees(Data.OWN_WRITING, of_mentor):
                await _reading(connection, "DocumentRead", row.document, reader, "")
            return open_document(self._keyring, found)

    async def statement(
        self, sight: Sight, relationship: str, case: str, reader: Actor
    ) -> Mapping[str, Any] | None:
        """Return the sealed statement of a case; None if there is none, or if the case is about the reader.

        Raises:
            NotTheReader: Another person has taken the case, or nobody has yet.
        """
        table = tables.complaints
        wanted = select(table).where(table.c.relationship == relationship, table.c.id == case)
        async with self._database.transaction() as connection:
            pair = await _pair(sight, connection, relationship)
            found = (await connection.execute(wanted)).first()
            if pair is None or found is None or not found.document:
                return None
            record = of_case(pair, plain(found._mapping))
            if sight.closed(Data.DECISION_PAPERS, record):
                return None
            if not sight.sees(Data.DECISION_PAPERS, record):
                raise NotTheReader
            return await self._sealed(connection, found.document, reader, relationship)

    async def special_application(
        self, sight: Sight, relationship: str, reader: Actor
    ) -> Mapping[str, Any] | None:
        """Return the sealed text of a special application; None if there is none.

        Raises:
            NotTheReader: Another person has taken the application, or nobody has yet.
        """
        async with self._database.transaction() as connection:
            pair = await _pair(sight, connection, relationship)
            if pair is None or not pair["special_document"]:
                return None
            if not sight.sees(Data.DECISION_PAPERS, of_pair(pair)):
                raise NotTheReader
            return await self._sealed(connection, pair["special_document"], reader, relationship)

    async def private_reason(
        self, sight: Sight, relationship: str, reader: Actor
    ) -> Mapping[str, Any] | None:
        """Return the private reason that the reader gave when ending a relationship; None if there is none."""
        async with self._database.transaction() as connection:
            if await _pair(sight, connection, relationship) is None:
                return None
            written = await self._sealed_in(connection, derive(EndRelationship.aside, relationship))
            own = [
                id
                for id, person in written
                if sight.sees(Data.OWN_WRITING, Record(people={Who.WRITER: (person,)}))
            ]
            return await self._sealed(connection, own[-1], reader, relationship) if own else None

    async def scan(
        self, sight: Sight, relationship: str, scope: str, scan: str, reader: Actor
    ) -> Mapping[str, Any] | None:
        """Return the scan of a signed paper; None if there is none or the reader may not see the agreement."""
        table = tables.documents.c
        async with self._database.transaction() as connection:
            pair = await _pair(sight, connection, relationship)
            if pair is None or not sight.sees(Data.AGREEMENT, of_pair(pair)):
                return None
            known = await connection.scalar(select(table.id).where(table.id == scan, table.scope == scope))
            return None if known is None else await self._sealed(connection, scan, reader, relationship)

    async def notes(
        self, sight: Sight, relationship: str, reader: Actor
    ) -> tuple[Mapping[str, Any], ...] | None:
        """Return the notes of the staff about a pair, the oldest first; None for a reader who may not see them."""
        note, kept, writer = tables.notes.c, tables.documents.c, tables.people
        async with self._database.transaction() as connection:
            pair = await _pair(sight, connection, relationship)
            if pair is None or not sight.sees(Data.ANSWERS, of_pair(pair)):
                return None
            wanted = (
                select(note.id.label("note"), note.person.label("writer"), note.written_at, note.look_on)
                .add_columns(sql.name(sight, writer).label("written_by"), note.document, tables.documents)
                .join(tables.documents, kept.id == note.document)
                .join(writer, writer.c.id == note.person, isouter=True)
                .where(note.relationship == relationship)
                .order_by(note.written_at, note.id)
            )
            found = (await connection.execute(wanted)).all()
            for row in found:
                if not sight.sees(Data.OWN_WRITING, Record(people={Who.WRITER: (row.writer,)})):
                    await _reading(connection, "SealedRecordRead", row.document, reader, relationship)
            return tuple(
                {
                    "id": row.note,
                    **plain({name: row._mapping[name] for name in ("written_by", "written_at", "look_on")}),
                    **open_document(self._keyring, row),
                }
                for row in found
            )

    async def disclosures(
        self, sight: Sight, relationship: str, reader: Actor
    ) -> tuple[tuple[str, Mapping[str, Any]], ...] | None:
        """Return the disclosures that were recorded, each with its id; None for a reader who may not see them."""
        async with self._database.transaction() as connection:
            pair = await _pair(sight, connection, relationship)
            if pair is None or not sight.sees(Data.DISCLOSURES, of_pair(pair)):
                return None
            written = await self._sealed_in(connection, derive("disclosures", relationship))
            return tuple(
                [(id, await self._sealed(connection, id, reader, relationship)) for id, _ in written]
            )

    async def _sealed(
        self, connection: AsyncConnection, document: str, reader: Actor, relationship: str
    ) -> Mapping[str, Any]:
        table = tables.documents
        row = (await connection.execute(select(table).where(table.c.id == document))).one()
        await _reading(connection, "SealedRecordRead", document, reader, relationship)
        return open_document(self._keyring, row)

    async def _sealed_in(self, connection: AsyncConnection, scope: str) -> tuple[tuple[str, str], ...]:
        """Return ids and writers of the sealed records of a scope, the oldest first."""
        table = tables.documents.c
        wanted = select(table.id, table.person).where(table.scope == scope, table.form == SEALED_FORM)
        found = await connection.execute(wanted.order_by(table.created_at, table.id))
        return tuple((row.id, row.person or "") for row in found)


async def _pair(sight: Sight, connection: AsyncConnection, id: str) -> Mapping[str, Any] | None:
    table = tables.relationships
    visible = select(table).where(table.c.id == id, sql.relationship(sight))
    row = (await connection.execute(visible)).first()
    return None if row is None else plain(row._mapping)


async def _reading(
    connection: AsyncConnection, kind: str, document: str, reader: Actor, relationship: str
) -> None:
    await append_side(
        connection,
        kind,
        {"document": document},
        command=derive("read", document, secrets.token_hex(16)),
        actor=reader,
        relationship=relationship,
        decided_at=await office_now(connection),
    )
