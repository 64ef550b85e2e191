"""Drafts of forms, each only for its writer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads
from activities.adapters.postgres.writes.documents import content_of
from domain.ids import derive
from domain.visibility import Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDraft:
    """What a person has written so far. Version 0 is a draft that was never saved."""

    ver: int = 0
    version: str = ""
    saved_at: datetime | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)


class DraftReads(Reads):
    """The reads of drafts."""

    async def own(self, sight: Sight, relationship: str, form: str) -> FormDraft:
        """Return the reader's draft of a form."""
        table = tables.drafts
        id = derive("draft", relationship, form, sight.person)
        wanted = select(table).where(table.c.id == id, sql.written_by(sight, table.c.person))
        async with self._database.transaction() as connection:
            row = (await connection.execute(wanted)).first()
        if row is None:
            return FormDraft()
        answers = json.loads(bytes(row.payload))
        return FormDraft(ver=row.ver, version=row.version, saved_at=row.saved_at, answers=answers)

    async def withdrawn(self, sight: Sight, document: str) -> Mapping[str, Any]:
        """Return the answers of the reader's own form that staff entered and that went back to the reader."""
        table = tables.documents
        wanted = select(table.c.payload).where(table.c.id == document, sql.written_by(sight, table.c.person))
        async with self._database.transaction() as connection:
            payload = await connection.scalar(wanted)
        return {} if payload is None else content_of(bytes(payload))
