"""Changes of a person's entry by those who write about people."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.writes import OfficeWrites
from activities.adapters.postgres.writes.people import TooEarly
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from api_gateway.services.writer import writer_of_counting


async def change_entry(
    facts: CommandFacts,
    writes: OfficeWrites,
    caller: Caller,
    person: str,
    values: Mapping[str, Any],
    *,
    key: str | None,
    command: str,
) -> None:
    """Change fields of an entry, and add a member number; an empty phone number is kept as no text."""
    actor = await writer_of_counting(facts, caller, person)
    if values.get("supervisor") == person:
        raise Problem(409, "own_supervisor")
    kept = {**values, "phone": values["phone"] or ""} if "phone" in values else values
    await writes.people.change(person, kept, key=key, actor=actor, command=command)


async def end_entry(
    facts: CommandFacts,
    writes: OfficeWrites,
    caller: Caller,
    person: str,
    field: str,
    day: date | None,
    *,
    command: str,
) -> None:
    """Record the day on which a person left (``left_on``) or died (``died_on``); None withdraws it."""
    actor = await writer_of_counting(facts, caller, person)
    try:
        await writes.people.end(person, field, day, actor=actor, command=command)
    except TooEarly:
        raise Problem(409, "day_in_future") from None
