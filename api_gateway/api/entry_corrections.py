"""What was written about a person by mistake: a number, a region, what is another human's, a whole entry."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any, ClassVar, Final

from fastapi import APIRouter
from pydantic import Field, Strict, model_validator

from activities.adapters.postgres.writes.doubles import TwoAssociations
from activities.adapters.postgres.writes.entry_corrections import PartsOfEntry
from activities.adapters.postgres.writes.people import TooEarly
from api_gateway.http.auth import TokenFirst, Writers
from api_gateway.http.changed_entry import CHANGES, EntryBefore
from api_gateway.http.fields import Day, Id, MemberNumber, RegionCode, StrictBody
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.services.problem import Problem
from api_gateway.services.writer import writer_about, writer_in
from domain.people.corrections import Mistake

router = APIRouter(route_class=TokenFirst, prefix="/people/{person}", tags=["people"])
_MOST: Final = 50
Record = Annotated[int, Strict(), Field(ge=1, le=2**62)]


class NumberTakenOff(StrictBody):
    """The member number that is taken off a person, and why."""

    example: ClassVar = {"key": "00712"}

    key: MemberNumber
    reason: Mistake = Mistake.MISTYPED


class EntrySeparation(StrictBody):
    """What of an entry belongs to ``other``: member numbers, memberships by their records, the mentor's record."""

    example: ClassVar = {"other": "c4d1" * 8, "keys": ["00712"], "memberships": []}

    other: Id
    keys: Annotated[list[MemberNumber], Field(default_factory=list, max_length=_MOST)]
    memberships: Annotated[list[Record], Field(default_factory=list, max_length=_MOST)]
    mentor: Annotated[bool, Strict()] = False
    reason: Mistake = Mistake.OTHER_PERSON


class Withdrawal(StrictBody):
    """Why an entry, or a region, is withdrawn."""

    reason: Mistake = Mistake.NEVER_WAS


class RegionCorrection(StrictBody):
    """The region to which a person belonged from that day on, or the day; what is left out was right."""

    example: ClassVar = {"region": "north"}

    region: RegionCode | None = None
    since: Day | None = None
    reason: Mistake = Mistake.MISTYPED

    @model_validator(mode="after")
    def says_something(self) -> "RegionCorrection":
        """Refuse a correction that says neither a region nor a day."""
        if self.region is None and self.since is None:
            raise ValueError("Write the right region, the right day as since, or both.")
        return self


@router.post("/take-off-number", operation_id="people.take_off_number")
@once("TakeOffNumber", shown_once=CHANGES)
async def take_off_number(
    person: Subject, body: NumberTakenOff, key: Key, office: Parts, caller: Writers
) -> dict[str, Any]:
    """Take a member number off a person who got it by mistake; it may belong to somebody else from now on."""
    actor = await writer_about(office.facts, caller, person)
    before = await EntryBefore.of(office, caller, person)
    await office.writes.entry_corrections.take_off_number(
        person, body.key, body.reason, actor=actor, command=command_id(caller, key)
    )
    return await before.answer(reason=body.reason.value)


@router.post("/separate", operation_id="people.separate")
@once("SeparateEntry", shown_once=CHANGES)
async def separate(
    person: Subject, body: EntrySeparation, key: Key, office: Parts, caller: Writers
) -> dict[str, Any]:
    """Give what belongs to another human to that human's entry, and record that the two are two humans.

    Relationships, applications and money stay with the entry under which they were decided. For somebody without an
    entry, make one first, without the number.
    """
    if person == body.other:
        raise Problem(409, "double_of_oneself")
    actor = await writer_about(office.facts, caller, person)
    before = await EntryBefore.of(office, caller, person)
    await writer_about(office.facts, caller, body.other)
    parts = PartsOfEntry(
        keys=tuple(dict.fromkeys(body.keys)),
        memberships=tuple(dict.fromkeys(body.memberships)),
        mentor=body.mentor,
    )
    try:
        await office.writes.entry_corrections.separate(
            person, body.other, parts, body.reason, actor=actor, command=command_id(caller, key)
        )
    except TwoAssociations:
        raise Problem(409, "two_associations") from None
    return await before.answer(other=body.other, reason=body.reason.value)


@router.post("/withdraw", operation_id="people.withdraw")
@once("WithdrawEntry", shown_once=CHANGES)
async def withdraw(
    person: Subject, body: Withdrawal, key: Key, office: Parts, caller: Writers
) -> dict[str, Any]:
    """Withdraw an entry that was made by mistake. Its numbers are free, no list shows it, and nobody changes it."""
    actor = await writer_about(office.facts, caller, person)
    before = await EntryBefore.of(office, caller, person)
    await office.writes.entry_corrections.withdraw(
        person, body.reason, actor=actor, command=command_id(caller, key)
    )
    return await before.answer(reason=body.reason.value)


@router.post("/regions/{since}/correct", operation_id="people.correct_region")
@once("CorrectRegion", shown_once=CHANGES)
async def correct_region(
    person: Subject, since: Day, body: RegionCorrection, key: Key, office: Parts, caller: Writers
) -> dict[str, Any]:
    """Correct a region that was written wrongly, or the day from which a person belonged to it.

    ``since`` in the path is the day as the entry has it now. Relationships stay where they were decided.
    """
    actor = await writer_about(office.facts, caller, person)
    before = await EntryBefore.of(office, caller, person)
    written = _regions(before.entry)
    right = body.region or written.get(since)
    if right is None:
        raise Problem(404, "unknown_record")
    writer_in(caller, right)
    with _past_days():
        region = await office.writes.entry_corrections.correct_region(
            person,
            since,
            to=(right, body.since or since),
            reason=body.reason,
            actor=actor,
            command=command_id(caller, key),
        )
    return await before.answer(region=region)


@router.post("/regions/{since}/withdraw", operation_id="people.withdraw_region")
@once("WithdrawRegion", shown_once=CHANGES)
async def withdraw_region(
    person: Subject, since: Day, body: Withdrawal, key: Key, office: Parts, caller: Writers
) -> dict[str, Any]:
    """Withdraw a region to which a person never belonged, such as a move that was not one.

    The person belongs to the region before it again. ``since`` in the path is the day as the entry has it.
    """
    actor = await writer_about(office.facts, caller, person)
    before = await EntryBefore.of(office, caller, person)
    written = _regions(before.entry)
    others = [day for day in written if day != since]
    if others:
        writer_in(caller, written[max(others)])
    region = await office.writes.entry_corrections.correct_region(
        person, since, to=None, reason=body.reason, actor=actor, command=command_id(caller, key)
    )
    return await before.answer(region=region)


def _regions(entry: Mapping[str, Any]) -> dict[date, str]:
    """Return the regions of an entry by their first days."""
    return {date.fromisoformat(each["since"]): each["region"] for each in entry.get("regions", ())}


@contextmanager
def _past_days() -> Iterator[None]:
    try:
        yield
    except TooEarly:
        raise Problem(409, "day_in_future") from None
