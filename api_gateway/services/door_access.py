"""The end of all ways in of a mentor or mentee, by those who may change what the office has about the person."""

from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.writes.door_access import DoorAccessWrites
from api_gateway.services.caller import Caller
from api_gateway.services.writer import writer_about


async def end_access(
    facts: CommandFacts, writes: DoorAccessWrites, caller: Caller, person: str, command: str
) -> None:
    """End all links and sessions of a person at once; 404 for somebody whom the caller does not see."""
    await writes.end(person, await writer_about(facts, caller, person), command)
