"""Memberships of people: dated, ended, corrected and withdrawn."""

from typing import Annotated, Any, ClassVar

from fastapi import APIRouter
from pydantic import Field, Strict

from activities.adapters.postgres.writes.memberships import BeforeItBegan
from api_gateway.http.auth import TokenFirst, Writers
from api_gateway.http.changed_entry import CHANGES, EntryBefore
from api_gateway.http.fields import Code, Day, Days, StrictBody
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import RecordNumber
from api_gateway.services.member_codes import demand_membership_class
from api_gateway.services.problem import Problem
from api_gateway.services.writer import writer_about, writer_of_counting

router = APIRouter(route_class=TokenFirst, prefix="/people/{person}", tags=["reference"])


class NewMembership(Days):
    """A membership from one day to another; null is no last day, and a known one keeps what is left out."""

    example: ClassVar = {"membership": "@eligibility.mentee_classes", "last": None}

    membership: Code


class MembershipEnd(StrictBody):
    """The last day of an open membership, or of the one with the number ``record``."""

    example: ClassVar = {"record": None}

    last: Day
    record: Annotated[int, Strict(), Field(ge=1, le=2**62)] | None = None


@router.post("/memberships", status_code=201, operation_id="people.date_membership")
@once("DateMembership", shown_once=CHANGES)
async def add_membership(
    person: str, body: NewMembership, key: Key, office: Parts, caller: Writers
) -> dict[str, Any]:
    """Add a membership with its dates to a person; its class is one that a program of the person's region knows."""
    actor = await writer_of_counting(office.facts, caller, person)
    before = await EntryBefore.of(office, caller, person)
    await demand_membership_class(office.facts, person, body.membership)
    await office.writes.memberships.add_membership(
        person,
        body.membership,
        body.first,
        body.last,
        keep_last=body.keeps_last,
        actor=actor,
        command=command_id(caller, key),
    )
    return await before.answer()


@router.post("/membership-end", operation_id="people.end_membership")
@once("EndMembership", shown_once=CHANGES)
async def end_membership(
    person: str, body: MembershipEnd, key: Key, office: Parts, caller: Writers
) -> dict[str, Any]:
    """End a person's open memberships, or the one that ``record`` names: it lapses after that day."""
    actor = await writer_about(office.facts, caller, person)
    before = await EntryBefore.of(office, caller, person)
    try:
        await office.writes.memberships.end_membership(
            person, body.last, record=body.record, actor=actor, command=command_id(caller, key)
        )
    except BeforeItBegan:
        raise Problem(409, "membership_ends_before_it_begins") from None
    return await before.answer()


@router.post("/memberships/{record}/correct", operation_id="people.correct_membership")
@once("CorrectMembership", shown_once=CHANGES)
async def correct_membership(
    person: str, record: RecordNumber, body: NewMembership, key: Key, office: Parts, caller: Writers
) -> dict[str, Any]:
    """Correct the class and the days of a membership that was recorded wrongly."""
    actor = await writer_about(office.facts, caller, person)
    before = await EntryBefore.of(office, caller, person)
    await demand_membership_class(office.facts, person, body.membership)
    try:
        await office.writes.memberships.correct_membership(
            person,
            record,
            body.membership,
            body.first,
            body.last,
            keep_last=body.keeps_last,
            actor=actor,
            command=command_id(caller, key),
        )
    except BeforeItBegan:
        raise Problem(409, "membership_ends_before_it_begins") from None
    return await before.answer()


@router.post("/memberships/{record}/withdraw", operation_id="people.withdraw_membership")
@once("WithdrawMembership", shown_once=CHANGES)
async def withdraw_membership(
    person: str, record: RecordNumber, key: Key, office: Parts, caller: Writers
) -> dict[str, Any]:
    """Withdraw a membership that never was; the record of it stays."""
    actor = await writer_about(office.facts, caller, person)
    before = await EntryBefore.of(office, caller, person)
    await office.writes.memberships.withdraw_membership(
        person, record, actor=actor, command=command_id(caller, key)
    )
    return await before.answer()
