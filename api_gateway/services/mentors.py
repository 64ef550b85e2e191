"""The record of a mentor, by those who write about people: places, and the days of training, service and credential."""

from collections.abc import Mapping
from datetime import date, datetime

from api_gateway.services.entry_write import EntryWrite
from api_gateway.services.programs import program_now
from domain.rules.program_file import ProgramFile


async def set_mentor(write: EntryWrite, given: Mapping[str, int | date | None], now: datetime) -> int:
    """Store what is new about a mentor and return the capacity; without a number, it is what the program says."""
    actor = await write.actor_of_counting()
    program = await _program(write)
    capacity = given.get("capacity")
    usual = capacity if isinstance(capacity, int) else program.mentor_capacity if program else 1
    values = {**given, "capacity": usual} if "capacity" in given else given
    return await write.writes.mentors.put_mentor(
        write.person,
        values,
        usual=usual,
        today=program.rules.calendar.local_date(now) if program else now.date(),
        actor=actor,
        command=write.command,
    )


async def _program(write: EntryWrite) -> ProgramFile | None:
    """Return the program of a person's region, which says how many mentees a mentor takes if nobody does."""
    region = await write.facts.region_of(write.person)
    program = await write.facts.program_of(region) if region else None
    return program_now(program, write.caller.association.code) if program else None
