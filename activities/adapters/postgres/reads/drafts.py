"""Drafts of forms, each only for its writer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, LargeBinary, Row, String, null, select, union_all

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Connection
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads
from activities.adapters.postgres.writes.documents import content_of
from domain.ids import derive
from domain.relationship.parts.forms import FormStanding
from domain.visibility import Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDraft:
    """What a person has written so far. Version 0 is a draft that was never saved."""

    ver: int = 0
    version: str = ""
    saved_at: datetime | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """The newest form of a kind that the reader has handed in; ``withdrawn`` if staff took it back."""

    document: str
    at: datetime
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWriting:
    """What the reader has written for a relationship: drafts, and what was handed in last, each by form and entry."""

    begun: Mapping[tuple[str, str], FormDraft] = field(default_factory=dict)
    handed_in: Mapping[tuple[str, str], HandedIn] = field(default_factory=dict)

    def of(self, form: str, person: str) -> tuple[FormDraft, HandedIn | None]:
        """Return the draft of a form by one entry of the reader, and what was handed in of it last."""
        return self.begun.get((form, person), FormDraft()), self.handed_in.get((form, person))


class DraftReads(Reads):
    """The reads of drafts."""

    async def own(self, sight: Sight, relationship: str, form: str) -> FormDraft:
        """Return the reader's draft of a form."""
        table = tables.drafts
        id = derive("draft", relationship, form, sight.person)
        wanted = select(table).where(table.c.id == id, sql.written_by(sight, table.c.person))
        async with self._database.selects() as connection:
            row = (await connection.execute(wanted)).first()
        return FormDraft() if row is None else _draft(row)

    async def writing(self, sight: Sight, relationship: str) -> OwnWriting:
        """Return what the reader has written for a relationship."""
        async with self._database.selects() as connection:
            return await own_writing(sight, connection, relationship)

    async def withdrawn(self, sight: Sight, document: str) -> Mapping[str, Any]:
        """Return the answers of the reader's own form that staff entered and that went back to the reader."""
        async with self._database.selects() as connection:
            return await own_answers(sight, connection, document)


async def own_answers(sight: Sight, connection: Connection, document: str) -> Mapping[str, Any]:
    """Return the answers of a form that the reader handed in; none of anybody else's."""
    table = tables.documents
    wanted = select(table.c.payload).where(table.c.id == document, sql.written_by(sight, table.c.person))
    payload = await connection.scalar(wanted)
    return {} if payload is None else content_of(bytes(payload))


async def own_writing(sight: Sight, connection: Connection, relationship: str) -> OwnWriting:
    """Return what the reader has written for a relationship, in one statement."""
    draft, filed = tables.drafts.c, tables.forms.c
    none, text = null(), String()
    drafts = select(
        draft.form, draft.person, draft.saved_at, draft.ver, draft.version, draft.payload,
        none.cast(text).label("document"), none.cast(text).label("standing"),
    ).where(draft.relationship == relationship, sql.written_by(sight, draft.person))  # fmt: skip
    handed_in = select(
        filed.form, filed.person, filed.submitted_at, none.cast(Integer), none.cast(text), none.cast(LargeBinary),
        filed.id, filed.standing,
    ).where(filed.relationship == relationship, sql.written_by(sight, filed.person))  # fmt: skip
    rows = (await connection.execute(union_all(drafts, handed_in).order_by("saved_at", "document"))).all()
    return OwnWriting(
        begun={(row.form, row.person): _draft(row) for row in rows if row.document is None},
        handed_in={
            (row.form, row.person): HandedIn(
                document=row.document,
                at=row.saved_at,
                withdrawn=row.standing == FormStanding.WITHDRAWN.value,
            )
            for row in rows
            if row.document is not None
        },
    )


def _draft(row: Row[Any]) -> FormDraft:
    answers = json.loads(bytes(row.payload))
    return FormDraft(ver=row.ver, version=row.version, saved_at=row.saved_at, answers=answers)
