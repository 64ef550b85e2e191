"""A write about a person: who asks for it, about whom, and the command under which it happens once."""

from dataclasses import dataclass

from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.writes import OfficeWrites
from api_gateway.services.caller import Caller
from api_gateway.services.writer import writer_about, writer_of_counting
from domain.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryWrite:
    """What each write about a person needs, whether it comes by the API or by a form."""

    facts: CommandFacts
    writes: OfficeWrites
    caller: Caller
    person: str
    command: str

    async def actor(self) -> Actor:
        """Return who writes about the person; a problem for anybody who may not."""
        return await writer_about(self.facts, self.caller, self.person)

    async def actor_of_counting(self) -> Actor:
        """Return who writes what the entry says; a problem also where another entry counts for the person."""
        return await writer_of_counting(self.facts, self.caller, self.person)
