"""The entry of a person: all that the office keeps, and its changes, moves and ends."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter
from pydantic import Strict, field_validator

from activities.adapters.postgres.writes.people import MovedLater, TooEarly
from api_gateway.http.auth import Readers, TokenFirst, Writers
from api_gateway.http.changed_entry import CHANGES, EntryBefore
from api_gateway.http.entry_checks import demand_sure
from api_gateway.http.fields import (
    Day,
    EmailAddress,
    Id,
    MemberNumber,
    Name,
    Phone,
    RegionCode,
    RoleTitle,
    StrictBody,
)
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.office import Office
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from api_gateway.services.writer import writer_in, writer_of_counting

router = APIRouter(route_class=TokenFirst, prefix="/people/{person}", tags=["people"])


class EntryFields(StrictBody):
    """What changes in an entry; a field that is left out stays as it is. ``key`` adds a member number.

    Null clears the supervisor or the phone number; the other fields cannot be empty. ``confirmed`` says that an
    address which another human has, or a role title which nobody has yet, is right.
    """

    example: ClassVar = {
        "phone": "555 0100",
        "role_title": "principal",
        "email": "ann@example.org",
        "key": "00712",
        "confirmed": False,
    }
    elsewhere: ClassVar = {
        "region": "Somebody moves on a day: mentorflow send people/PERSON/move --body "
        """'{"region": "CODE", "since": "YEAR-MONTH-DAY"}'""",
        "language": "The language of the emails: mentorflow send people/PERSON/language --body "
        """'{"language": "es"}'""",
        "left_on": 'Somebody left: mentorflow send people/PERSON/left --body \'{"day": "YEAR-MONTH-DAY"}\'',
        "died_on": 'Somebody died: mentorflow send people/PERSON/died --body \'{"day": "YEAR-MONTH-DAY"}\'',
    }

    key: MemberNumber | None = None
    name: Name | None = None
    email: EmailAddress | None = None
    role_title: RoleTitle | None = None
    district: Name | None = None
    supervisor: Id | None = None
    phone: Phone | None = None
    confirmed: Annotated[bool, Strict()] = False

    @field_validator("key", "name", "email", "role_title", "district")
    @classmethod
    def filled(cls, value: str | None) -> str:
        """Refuse null for what each entry has."""
        if value is None:
            raise ValueError(
                "This field cannot be empty. Write a value, or leave the field out to keep the old one."
            )
        return value


class Move(StrictBody):
    """The region to which a person belongs from a day on."""

    example: ClassVar = {"region": "north"}

    region: RegionCode
    since: Day


class LastDay(StrictBody):
    """The day on which a person left or died; null withdraws a day that was recorded wrongly."""

    day: Day | None


@router.get("", operation_id="people.get")
async def entry(person: Subject, office: Parts, caller: Readers) -> Mapping[str, Any]:
    """Return a person's entry with all dated records and their numbers, for a reader who sees the person by office."""
    found = await office.reads.entries.one(caller.sight, person)
    if found is None:
        raise Problem(404, "unknown_person")
    return found


@router.post("/change", operation_id="people.change")
@once("ChangePerson", shown_once=CHANGES)
async def change(
    person: Subject, body: EntryFields, key: Key, office: Parts, caller: Writers
) -> dict[str, Any]:
    """Change fields of an entry; who changed which of them, and when, is in the person's history.

    An address that another human has, and a role title that nobody has yet, are asked about: send the same again with
    ``confirmed``. The answer says what each field was before and is now.
    """
    actor = await writer_of_counting(office.facts, caller, person)
    if body.supervisor == person:
        raise Problem(409, "own_supervisor")
    if not body.confirmed:
        await demand_sure(office, caller, person, email=body.email, title=body.role_title)
    values = body.model_dump(exclude={"key", "confirmed"}, exclude_unset=True)
    if "phone" in values:
        values["phone"] = body.phone or ""
    before = await EntryBefore.of(office, caller, person)
    await office.writes.people.change(
        person, values, key=body.key, actor=actor, command=command_id(caller, key)
    )
    return await before.answer()


@router.post("/move", operation_id="people.move")
@once("MovePerson", shown_once=CHANGES)
async def move(person: Subject, body: Move, key: Key, office: Parts, caller: Writers) -> dict[str, Any]:
    """Record that a person moved to another region of the association; running relationships stay where they are.

    Whoever serves only one of the two regions leaves it to the state office.
    """
    await writer_of_counting(office.facts, caller, person)
    actor = writer_in(caller, body.region)
    before = await EntryBefore.of(office, caller, person)
    try:
        await office.writes.people.move(
            person, body.region, body.since, actor=actor, command=command_id(caller, key)
        )
    except TooEarly:
        raise Problem(409, "day_in_future") from None
    except MovedLater:
        raise Problem(409, "moved_later") from None
    return await before.answer(region=body.region)


@router.post("/left", operation_id="people.left")
@once("PersonLeft", shown_once=CHANGES)
async def left(person: Subject, body: LastDay, key: Key, office: Parts, caller: Writers) -> dict[str, Any]:
    """Record the day on which a person left the association; the answer says if memberships go on."""
    return await _end(office, caller, person, "left_on", body, key)


@router.post("/died", operation_id="people.died")
@once("PersonDied", shown_once=CHANGES)
async def died(person: Subject, body: LastDay, key: Key, office: Parts, caller: Writers) -> dict[str, Any]:
    """Record the day on which a person died; the answer says if memberships go on."""
    return await _end(office, caller, person, "died_on", body, key)


async def _end(
    office: Office, caller: Caller, person: str, field: str, body: LastDay, key: str
) -> dict[str, Any]:
    actor = await writer_of_counting(office.facts, caller, person)
    before = await EntryBefore.of(office, caller, person)
    try:
        await office.writes.people.end(person, field, body.day, actor=actor, command=command_id(caller, key))
    except TooEarly:
        raise Problem(409, "day_in_future") from None
    entry = await office.reads.entries.one(caller.sight, person) or {}
    go_on = [each for each in entry.get("memberships", ()) if not body.day or _goes_on(each, body.day)]
    if body.day is None or not go_on:
        return await before.answer()
    several = f"{len(go_on)} memberships of this person go on after that day. To end them"
    words = "A membership of this person goes on after that day. To end it" if len(go_on) == 1 else several
    last = json.dumps({"last": body.day.isoformat()})
    command = f"mentorflow send people/{person}/membership-end --body '{last}'"
    return await before.answer(memberships=f"{words}: {command}")


def _goes_on(membership: Mapping[str, Any], day: date) -> bool:
    """Return whether a membership goes on after a day."""
    last = membership.get("last")
    return last is None or last > day.isoformat()
