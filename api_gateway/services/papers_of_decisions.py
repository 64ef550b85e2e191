"""Sealed papers for the one person who decides about them; whoever else asks is refused, and that is recorded."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from activities.adapters.postgres.reads.documents import DocumentReads, NotTheReader
from activities.adapters.postgres.writes.commands import CommandIntake
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from domain.actors import Actor, Role

Reading = Callable[[Actor], Awaitable[Mapping[str, Any] | None]]
"""Read a paper as somebody; the reading is an event."""


async def read_as_decider(
    intake: CommandIntake, caller: Caller, subject: str, kind: str, read: Reading
) -> Mapping[str, Any]:
    """Return a sealed paper to whoever took the matter on; a refusal is recorded as ``kind``. 404 if there is none."""
    reader = caller.acting((Role.COORDINATOR, Role.ADMIN))
    try:
        found = await read(reader)
    except NotTheReader:
        await intake.refuse(
            command=secrets.token_hex(16), kind=kind, code="not_the_decider", actor=reader, subject=subject
        )
        raise Problem(403, "not_the_decider") from None
    if found is None:
        raise Problem(404, "not_found")
    return found


async def read_special_application(
    documents: DocumentReads, intake: CommandIntake, caller: Caller, subject: str
) -> Mapping[str, Any]:
    """Return the text of a special application to whoever took it on; each reading is an event."""
    read = partial(documents.special_application, caller.sight, subject)
    return await read_as_decider(intake, caller, subject, "ReadSpecialApplication", read)
