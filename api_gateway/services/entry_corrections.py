"""What was written about a person by mistake is taken back: a number, a region, what is another human's, an entry."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from activities.adapters.postgres.writes.doubles import TwoAssociations
from activities.adapters.postgres.writes.entry_corrections import PartsOfEntry
from activities.adapters.postgres.writes.people import TooEarly
from api_gateway.services.entry_write import EntryWrite
from api_gateway.services.problem import Problem
from api_gateway.services.writer import writer_about, writer_in
from domain.people.corrections import Mistake


async def with_number(write: EntryWrite, key: str) -> EntryWrite:
    """Return the write about the entry that has a number: an entry that counts for another may have it."""
    await write.actor()
    return replace(write, person=await write.facts.holder_of_number(write.person, key))


async def take_off_number(write: EntryWrite, key: str, reason: Mistake) -> None:
    """Take a member number off a person who got it by mistake, under whichever entry the person has it."""
    write = await with_number(write, key)
    actor = await write.actor()
    await write.writes.entry_corrections.take_off_number(
        write.person, key, reason, actor=actor, command=write.command
    )


async def separate_entry(write: EntryWrite, other: str, parts: PartsOfEntry, reason: Mistake) -> None:
    """Give what belongs to another human to that human's entry, and record that the two are two."""
    if write.person == other:
        raise Problem(409, "double_of_oneself")
    actor = await write.actor()
    await writer_about(write.facts, write.caller, other)
    try:
        await write.writes.entry_corrections.separate(
            write.person, other, parts, reason, actor=actor, command=write.command
        )
    except TwoAssociations:
        raise Problem(409, "two_associations") from None


async def withdraw_entry(write: EntryWrite, reason: Mistake) -> None:
    """Withdraw an entry that was made by mistake."""
    actor = await write.actor()
    await write.writes.entry_corrections.withdraw(write.person, reason, actor=actor, command=write.command)


async def correct_region(
    write: EntryWrite,
    entry: Mapping[str, Any],
    since: date,
    region: str | None,
    day: date | None,
    reason: Mistake,
) -> str:
    """Correct a region of an entry, or the day from which it holds; return the region to which the person belongs now.

    ``entry`` is as its reader sees it; what is None was right.
    """
    actor = await write.actor()
    right = region or _regions(entry).get(since)
    if right is None:
        raise Problem(404, "unknown_record")
    writer_in(write.caller, right)
    with _past_days():
        return await write.writes.entry_corrections.correct_region(
            write.person, since, to=(right, day or since), reason=reason, actor=actor, command=write.command
        )


async def withdraw_region(write: EntryWrite, entry: Mapping[str, Any], since: date, reason: Mistake) -> str:
    """Withdraw a region to which a person never belonged; return the one to which the person belongs now."""
    actor = await write.actor()
    written = _regions(entry)
    others = [day for day in written if day != since]
    if others:
        writer_in(write.caller, written[max(others)])
    return await write.writes.entry_corrections.correct_region(
        write.person, since, to=None, reason=reason, actor=actor, command=write.command
    )


def _regions(entry: Mapping[str, Any]) -> dict[date, str]:
    """Return the regions of an entry by their first days."""
    return {date.fromisoformat(each["since"]): each["region"] for each in entry.get("regions", ())}


@contextmanager
def _past_days() -> Iterator[None]:
    try:
        yield
    except TooEarly:
        raise Problem(409, "day_in_future") from None
