"""Memberships of people, by those who write about them: dated, ended, corrected and withdrawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from activities.adapters.postgres.writes.memberships import BeforeItBegan
from api_gateway.services.entry_write import EntryWrite
from api_gateway.services.member_codes import demand_membership_class
from api_gateway.services.problem import Problem


async def date_membership(
    write: EntryWrite, name: str, first: date, last: date | None, *, keep_last: bool
) -> None:
    """Add a membership with its days; with ``keep_last`` one that is known keeps its last day."""
    actor = await write.actor_of_counting()
    await demand_membership_class(write.facts, write.person, name)
    await write.writes.memberships.add_membership(
        write.person, name, first, last, keep_last=keep_last, actor=actor, command=write.command
    )


async def end_membership(write: EntryWrite, last: date, *, record: int | None) -> None:
    """End a person's open memberships, or the one with a number."""
    actor = await write.actor()
    with _in_order():
        await write.writes.memberships.end_membership(
            write.person, last, record=record, actor=actor, command=write.command
        )


async def correct_membership(
    write: EntryWrite,
    record: int,
    name: str | None,
    first: date | None,
    last: date | None,
    *,
    keep_last: bool,
) -> None:
    """Correct the class and the days of a membership; None was right, and with ``keep_last`` so was the last day."""
    actor = await write.actor()
    if name is not None:
        await demand_membership_class(write.facts, write.person, name)
    with _in_order():
        await write.writes.memberships.correct_membership(
            write.person, record, name, first, last, keep_last=keep_last, actor=actor, command=write.command
        )


async def withdraw_membership(write: EntryWrite, record: int) -> None:
    """Withdraw a membership that never was; the record of it stays."""
    actor = await write.actor()
    await write.writes.memberships.withdraw_membership(
        write.person, record, actor=actor, command=write.command
    )


@contextmanager
def _in_order() -> Iterator[None]:
    try:
        yield
    except BeforeItBegan:
        raise Problem(409, "membership_ends_before_it_begins") from None
