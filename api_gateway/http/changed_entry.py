"""The answer to a change of an entry: what the entry said before, and what it says now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from api_gateway.office import Office
from api_gateway.services.caller import Caller
from domain.people.told_changes import told_changes

CHANGES: Final = ("changes",)
"""The part of an answer that is shown once and not stored: it says what the office knows about a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryBefore:
    """An entry as its reader saw it before a change."""

    office: Office
    caller: Caller
    person: str
    entry: Mapping[str, Any]

    @classmethod
    async def of(cls, office: Office, caller: Caller, person: str) -> Self:
        """Return an entry as it is now."""
        found = await office.reads.entries.one(caller.sight, person) or {}
        return cls(office=office, caller=caller, person=person, entry=found)

    async def answer(self, **more: str) -> dict[str, Any]:
        """Return the answer after the change: the person, each changed field as it was and is, and ``more``."""
        now = await self.office.reads.entries.one(self.caller.sight, self.person) or {}
        return {"person": self.person, **more, "changes": told_changes(self.entry, now)}
