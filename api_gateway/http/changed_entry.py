"""The answer to a change of an entry: what the entry said before, and what it says now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from api_gateway.http.idempotency import command_id
from api_gateway.office import Office
from api_gateway.services.caller import Caller
from api_gateway.services.entry_write import EntryWrite
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

    def write(self, key: str) -> EntryWrite:
        """Return the write about this person under an idempotency key."""
        return entry_write(self.office, self.caller, self.person, command_id(self.caller, key))

    async def answer(self, **more: str) -> dict[str, Any]:
        """Return the answer after the change: the person, each changed field as it was and is, and ``more``."""
        now = await self.office.reads.entries.one(self.caller.sight, self.person) or {}
        return {"person": self.person, **more, "changes": told_changes(self.entry, now)}


def entry_write(office: Office, caller: Caller, person: str, command: str) -> EntryWrite:
    """Return a write about a person."""
    return EntryWrite(facts=office.facts, writes=office.writes, caller=caller, person=person, command=command)
