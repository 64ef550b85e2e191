"""The record of a mentor, by those who write about people: places, and the days of training, service and credential."""

from collections.abc import Mapping
from datetime import date, datetime

from activities.adapters.postgres.facts.commands import CommandFacts
from api_gateway.services.entry_write import EntryWrite
from api_gateway.services.programs import program_now
from domain.rules.program_file import ProgramFile


async def set_mentor(write: EntryWrite, given: Mapping[str, int | date | None], now: datetime) -> int:
    """Store what is new about a mentor and return the capacity; without a number, it is what the program says."""
    actor = await write.actor_of_counting()
    program = await mentors_program(write.facts, write.person, write.caller.association.code)
    capacity = given.get("capacity")
    usual = capacity if isinstance(capacity, int) else usual_places(program)
    values = {**given, "capacity": usual} if "capacity" in given else given
    return await write.writes.mentors.put_mentor(
        write.person,
        values,
        usual=usual,
        today=program.rules.calendar.local_date(now) if program else now.date(),
        actor=actor,
        command=write.command,
    )


def usual_places(program: ProgramFile | None) -> int:
    """Return how many mentees a mentor takes if nobody says it: what the program says, and without one a single one."""
    return program.mentor_capacity if program else 1


async def mentors_program(facts: CommandFacts, person: str, association: str) -> ProgramFile | None:
    """Return the program of a person's region, which says what a mentor there needs; None without a region."""
    region = await facts.region_of(person)
    program = await facts.program_of(region) if region else None
    return program_now(program, association) if program else None
