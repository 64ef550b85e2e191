"""Conflicts of interest between two people, declared and withdrawn by those who write about them."""

from api_gateway.services.entry_write import EntryWrite
from api_gateway.services.member_codes import demand_conflict_kind
from api_gateway.services.problem import Problem
from api_gateway.services.writer import declarer_of_conflict, withdrawer_of_conflict


async def declare_conflict(write: EntryWrite, other: str, kind: str) -> None:
    """Declare a conflict of interest with another person, who may be of another region."""
    actor = await declarer_of_conflict(write.facts, write.caller, write.person, other)
    if write.person == other:
        raise Problem(409, "conflict_with_oneself")
    await demand_conflict_kind(write.facts, write.person, kind)
    await write.writes.conflicts.add_conflict(write.person, other, kind, actor=actor, command=write.command)


async def withdraw_conflict(write: EntryWrite, other: str, kind: str) -> None:
    """Withdraw a conflict of interest that is over or never was; the record of it stays."""
    actor = await withdrawer_of_conflict(write.facts, write.caller, write.person, other)
    await write.writes.conflicts.withdraw_conflict(
        write.person, other, kind, actor=actor, command=write.command
    )
