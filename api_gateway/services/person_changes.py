"""Changes of a person's entry by those who write about people: its fields, its region, its language, and its end."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from activities.adapters.postgres.writes.people import MovedLater, TooEarly
from api_gateway.services.entry_write import EntryWrite
from api_gateway.services.own_settings import oneself
from api_gateway.services.problem import Problem
from api_gateway.services.writer import writer_in
from domain.languages import Language


async def change_entry(write: EntryWrite, values: Mapping[str, Any], *, key: str | None) -> None:
    """Change fields of an entry, and add a member number; an empty phone number is kept as no text."""
    actor = await write.actor_of_counting()
    if values.get("supervisor") == write.person:
        raise Problem(409, "own_supervisor")
    kept = {**values, "phone": values["phone"] or ""} if "phone" in values else values
    await write.writes.people.change(write.person, kept, key=key, actor=actor, command=write.command)


async def end_entry(write: EntryWrite, field: str, day: date | None) -> None:
    """Record the day on which a person left (``left_on``) or died (``died_on``); None withdraws it."""
    actor = await write.actor_of_counting()
    try:
        await write.writes.people.end(write.person, field, day, actor=actor, command=write.command)
    except TooEarly:
        raise Problem(409, "day_in_future") from None


async def move_person(write: EntryWrite, region: str, since: date) -> None:
    """Record that a person belongs to another region from a day on; whoever serves only one of them cannot."""
    await write.actor_of_counting()
    actor = writer_in(write.caller, region)
    try:
        await write.writes.people.move(write.person, region, since, actor=actor, command=write.command)
    except TooEarly:
        raise Problem(409, "day_in_future") from None
    except MovedLater:
        raise Problem(409, "moved_later") from None


async def choose_language_of(write: EntryWrite, language: Language) -> None:
    """Set the language in which the office writes to somebody: to oneself, or to a person of one's regions."""
    actor = oneself(write.caller) if write.person == write.caller.person else await write.actor()
    if await write.facts.region_of(write.person) is None:
        raise Problem(404, "unknown_person")
    await write.writes.people.choose_language(
        write.person, language.value, actor=actor, command=write.command
    )
