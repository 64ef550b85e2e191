"""What the pages of logs share: who sees them, what their addresses ask for, and the way between their lists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, Final

from fastapi import Depends

from api_gateway.http.sessions import Visitor, visitor_with
from api_gateway.pages import links
from api_gateway.pages.logs.lists import CHECKS, GROUPS, RECORDS, lists_of
from api_gateway.pages.words import Say
from api_gateway.services.caller import Caller
from domain.actors import Role

LogVisitor = Annotated[Visitor, Depends(visitor_with(Role.COORDINATOR, Role.ADMIN, Role.AUDITOR))]
"""Those who see logs; what each of them sees, the reads decide."""
LogWriter = Annotated[Visitor, Depends(visitor_with(Role.COORDINATOR))]
"""Those who enter logs for the pairs of their regions."""
_WORDS: Final = {GROUPS: "logs.groups", CHECKS: "logs.checks", RECORDS: "logs.records"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLogs:
    """What the address of a list of logs asks for; a list has more of its own."""

    q: str = ""
    region: str = ""

    @property
    def path(self) -> str:
        """The address of the list without anything asked."""
        raise NotImplementedError

    def link(self, **changed: Any) -> str:
        """Return the address of the list with something changed; the first page of it."""
        asked = {each.name: getattr(self, each.name) for each in fields(self)} | changed
        return links.with_query(asked.pop("path", self.path), **asked)

    @property
    def filtered(self) -> bool:
        """Whether the list leaves anything out."""
        return any(getattr(self, each.name) for each in fields(self))


def tabs(caller: Caller, present: str, say: Say) -> Iterator[Mapping[str, Any]]:
    """Yield the way to each list that the association has; the present one is marked."""
    for path in lists_of(caller):
        yield {"href": path, "text": say(_WORDS[path]), "now": path == present}
