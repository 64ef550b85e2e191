"""Memberships of people: dated, ended, corrected and withdrawn."""

from typing import Any

from fastapi import APIRouter

from api_gateway.http.auth import TokenFirst, Writers
from api_gateway.http.changed_entry import CHANGES, EntryBefore
from api_gateway.http.idempotency import Key, once
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import RecordNumber
from api_gateway.http.record_bodies import MembershipCorrection, MembershipEnd, NewMembership
from api_gateway.services import memberships

router = APIRouter(route_class=TokenFirst, prefix="/people/{person}", tags=["reference"])


@router.post("/memberships", status_code=201, operation_id="people.date_membership")
@once("DateMembership", shown_once=CHANGES)
async def add_membership(
    person: str, body: NewMembership, key: Key, office: Parts, caller: Writers
) -> dict[str, Any]:
    """Add a membership with its dates to a person; its class is one that a program of the person's region knows."""
    before = await EntryBefore.of(office, caller, person)
    await memberships.date_membership(
        before.write(key), body.membership, body.first, body.last, keep_last=body.keeps_last
    )
    return await before.answer()


@router.post("/membership-end", operation_id="people.end_membership")
@once("EndMembership", shown_once=CHANGES)
async def end_membership(
    person: str, body: MembershipEnd, key: Key, office: Parts, caller: Writers
) -> dict[str, Any]:
    """End a person's open memberships, or the one that ``record`` names: it lapses after that day."""
    before = await EntryBefore.of(office, caller, person)
    await memberships.end_membership(before.write(key), body.last, record=body.record)
    return await before.answer()


@router.post("/memberships/{record}/correct", operation_id="people.correct_membership")
@once("CorrectMembership", shown_once=CHANGES)
async def correct_membership(
    person: str, record: RecordNumber, body: MembershipCorrection, key: Key, office: Parts, caller: Writers
) -> dict[str, Any]:
    """Correct the class or a day of a membership that was recorded wrongly; what is left out was right."""
    before = await EntryBefore.of(office, caller, person)
    await memberships.correct_membership(
        before.write(key), record, body.membership, body.first, body.last, keep_last=body.keeps_last
    )
    return await before.answer()


@router.post("/memberships/{record}/withdraw", operation_id="people.withdraw_membership")
@once("WithdrawMembership", shown_once=CHANGES)
async def withdraw_membership(
    person: str, record: RecordNumber, key: Key, office: Parts, caller: Writers
) -> dict[str, Any]:
    """Withdraw a membership that never was; the record of it stays."""
    before = await EntryBefore.of(office, caller, person)
    await memberships.withdraw_membership(before.write(key), record)
    return await before.answer()
