"""The sealed text of a special application, for the one person who took it on; a refused reading is recorded."""

import secrets
from collections.abc import Mapping
from typing import Any

from activities.adapters.postgres.reads.documents import DocumentReads, NotTheReader
from activities.adapters.postgres.writes.commands import CommandIntake
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from domain.actors import Role


async def read_special_application(
    documents: DocumentReads, intake: CommandIntake, caller: Caller, subject: str
) -> Mapping[str, Any]:
    """Return the text to whoever took the application on; each reading is an event. 404 if there is none."""
    reader = caller.acting((Role.COORDINATOR, Role.ADMIN))
    try:
        found = await documents.special_application(caller.sight, subject, reader)
    except NotTheReader:
        await intake.refuse(
            command=secrets.token_hex(16),
            kind="ReadSpecialApplication",
            code="not_the_decider",
            actor=reader,
            subject=subject,
        )
        raise Problem(403, "not_the_decider") from None
    if found is None:
        raise Problem(404, "not_found")
    return found
