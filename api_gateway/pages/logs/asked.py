"""What the pages of logs share: who sees them, what their addresses ask for, and the way between their lists."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from fastapi import Depends

from api_gateway.http.sessions import Visitor, visitor_with
from api_gateway.pages.logs.lists import CHECKS, GROUPS, RECORDS, SEEN_BY, lists_of
from api_gateway.pages.parts import Link
from api_gateway.pages.words import Say
from api_gateway.services.caller import Caller
from domain.actors import Role

LogVisitor = Annotated[Visitor, Depends(visitor_with(*SEEN_BY[GROUPS]))]
"""Those who see logs; what each of them sees, the reads decide."""
EvidenceVisitor = Annotated[Visitor, Depends(visitor_with(*SEEN_BY[CHECKS]))]
"""Those who see checks of logs and monthly records."""
LogWriter = Annotated[Visitor, Depends(visitor_with(Role.COORDINATOR))]
"""Those who enter logs for the pairs of their regions."""
_WORDS: Final = {GROUPS: "logs.groups", CHECKS: "logs.checks", RECORDS: "logs.records"}


def tabs(caller: Caller, present: str, say: Say) -> Iterator[Mapping[str, Any]]:
    """Yield the way to each list that the association has; the present one is marked."""
    for path in lists_of(caller):
        yield {"href": path, "text": say(_WORDS[path]), "now": path == present}


def evidence(caller: Caller, say: Say) -> list[Link]:
    """Return the ways from payments to the lists that are evidence for them, for those who see no other logs."""
    if set(caller.roles) & set(SEEN_BY[GROUPS]):
        return []
    return [Link(path, say(_WORDS[path])) for path in lists_of(caller)]
