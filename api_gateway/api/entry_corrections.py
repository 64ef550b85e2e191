"""What was written about a person by mistake: a number, a region, what is another human's, a whole entry."""

from typing import Any

from fastapi import APIRouter

from activities.adapters.postgres.writes.entry_corrections import PartsOfEntry
from api_gateway.http.auth import TokenFirst, Writers
from api_gateway.http.changed_entry import CHANGES, EntryBefore, entry_write
from api_gateway.http.fields import Day
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.http.person_bodies import EntrySeparation, NumberTakenOff, RegionCorrection, Withdrawal
from api_gateway.services import entry_corrections as corrections

router = APIRouter(route_class=TokenFirst, prefix="/people/{person}", tags=["people"])


@router.post("/take-off-number", operation_id="people.take_off_number")
@once("TakeOffNumber", shown_once=CHANGES)
async def take_off_number(
    person: Subject, body: NumberTakenOff, key: Key, office: Parts, caller: Writers
) -> dict[str, Any]:
    """Take a member number off a person who got it by mistake; it may belong to somebody else from now on.

    The answer names the entry that had it: the one in the path, or another one that is the same person.
    """
    asked = entry_write(office, caller, person, command_id(caller, key))
    before = await EntryBefore.of(office, caller, (await corrections.with_number(asked, body.key)).person)
    await corrections.take_off_number(before.write(key), body.key, body.reason)
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
    before = await EntryBefore.of(office, caller, person)
    parts = PartsOfEntry(
        keys=tuple(dict.fromkeys(body.keys)),
        memberships=tuple(dict.fromkeys(body.memberships)),
        mentor=body.mentor,
    )
    await corrections.separate_entry(before.write(key), body.other, parts, body.reason)
    return await before.answer(other=body.other, reason=body.reason.value)


@router.post("/withdraw", operation_id="people.withdraw")
@once("WithdrawEntry", shown_once=CHANGES)
async def withdraw(
    person: Subject, body: Withdrawal, key: Key, office: Parts, caller: Writers
) -> dict[str, Any]:
    """Withdraw an entry that was made by mistake. Its numbers are free, no list shows it, and nobody changes it."""
    before = await EntryBefore.of(office, caller, person)
    await corrections.withdraw_entry(before.write(key), body.reason)
    return await before.answer(reason=body.reason.value)


@router.post("/regions/{since}/correct", operation_id="people.correct_region")
@once("CorrectRegion", shown_once=CHANGES)
async def correct_region(
    person: Subject, since: Day, body: RegionCorrection, key: Key, office: Parts, caller: Writers
) -> dict[str, Any]:
    """Correct a region that was written wrongly, or the day from which a person belonged to it.

    ``since`` in the path is the day as the entry has it now. Relationships stay where they were decided.
    """
    before = await EntryBefore.of(office, caller, person)
    region = await corrections.correct_region(
        before.write(key), before.entry, since, body.region, body.since, body.reason
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
    before = await EntryBefore.of(office, caller, person)
    region = await corrections.withdraw_region(before.write(key), before.entry, since, body.reason)
    return await before.answer(region=region)
