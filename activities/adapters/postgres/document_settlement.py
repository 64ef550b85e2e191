"""What happens to the document of a command once the command is answered, in the transaction of the answer.

A document is stored before its command is sent, because the command names it. So the process that stores the answer,
the gateway or housekeeping, does what is left: it deletes the document of a refused command, and adds to the side
stream that there is a text sent with a command that succeeded.
"""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, delete, exists, not_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.journal import append_side
from activities.adapters.postgres.writes.documents import SEALED_FORM
from domain.actors import Actor
from domain.codec import from_plain
from domain.ids import derive
from domain.journal import Document


def document_of(command: str) -> str:
    """Return the id of the document that comes with a command, if one does."""
    return derive("document", command)


def without_document(document: BindParameter[Any]) -> ColumnElement[bool]:
    """Return whether there is no document with this id, so that the success of its command leaves nothing to settle."""
    return not_(exists().where(tables.documents.c.id == document))


async def settle_documents(connection: AsyncConnection, command: str) -> None:
    """Settle the document of an answered command; without an answer the document stays unchanged."""
    row, kept = tables.commands.c, tables.documents.c
    answered = select(row.subject, row.status, row.actor).where(
        row.id == command, row.answered_at.is_not(None)
    )
    found = (await connection.execute(answered)).first()
    if found is None:
        return
    id = document_of(command)
    if found.status >= 400:
        await _forget(connection, id, command, found.subject)
        return
    beside = select(kept.form, kept.privacy, kept.ver, kept.commit).where(
        kept.id == id, kept.form == SEALED_FORM
    )
    document = (await connection.execute(beside)).first()
    if document is not None:
        await append_side(
            connection,
            "SealedRecordAdded",
            {"document": id},
            command=derive("sealed", id),
            actor=from_plain(Actor, found.actor),
            relationship=found.subject,
            decided_at=await office_now(connection),
            docs=(Document(doc=id, **document._mapping),),
        )


async def _forget(connection: AsyncConnection, id: str, command: str, subject: str) -> None:
    """Delete a document that no record names.

    A refusal may arrive for a command that was recorded long ago, if its workflow has ended and its answer was lost.
    """
    event, application = tables.events.c, tables.applications.c
    recorded = exists().where(event.stream == subject, event.command == command)
    named = exists().where(application.special_document == id)
    await connection.execute(
        delete(tables.documents).where(tables.documents.c.id == id, not_(recorded), not_(named))
    )
