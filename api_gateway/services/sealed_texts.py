"""Texts that a person writes for one reader: kept sealed beside a command, and in no event."""

from activities.adapters.postgres.writes.documents import SEALED, SEALED_FORM, Documents
from api_gateway.services.form_answers import Submission
from domain.ids import derive
from domain.journal import Document


async def seal(documents: Documents, name: str, text: str, sent: Submission) -> Document:
    """Keep a command's own text as a sealed document; the code that reads it says who may open it."""
    return await documents.keep(
        {name: text},
        id=derive("document", sent.command),
        scope=sent.subject,
        person=sent.caller.person,
        form=name,
        privacy=SEALED[0],
    )


async def keep_aside(documents: Documents, name: str, text: str, sent: Submission) -> None:
    """Keep a text beside a command, sealed for its writer. Events say only that there is one.

    It is kept before the command is sent, so that it is not lost with this process. The gateway or housekeeping,
    whichever stores the answer, notes it in the side stream, or removes it if the command was refused.
    """
    await documents.keep(
        {name: text},
        id=derive("document", sent.command),
        scope=derive(name, sent.subject),
        person=sent.caller.person,
        form=SEALED_FORM,
        privacy=SEALED[0],
    )
