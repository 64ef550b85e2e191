"""The entry of a person: all that the office keeps, and its changes, moves and ends."""

import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from fastapi import APIRouter

from api_gateway.http.auth import Readers, TokenFirst, Writers
from api_gateway.http.changed_entry import CHANGES, EntryBefore
from api_gateway.http.entry_checks import demand_sure
from api_gateway.http.idempotency import Key, once
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.http.person_bodies import EntryFields, LastDay, Move
from api_gateway.office import Office
from api_gateway.services.caller import Caller
from api_gateway.services.person_changes import change_entry, end_entry, move_person
from api_gateway.services.problem import Problem
from api_gateway.services.writer import writer_of_counting

TAKE_OFF: Final = (
    "it replaces none of the numbers that the person had. Take a wrong one off with "
    "`mentorflow send people/ID/take-off-number`"
)

router = APIRouter(route_class=TokenFirst, prefix="/people/{person}", tags=["people"])


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
    ``confirmed``. The answer says what each field was before and is now. A member number replaces none: ``number`` says
    whether it is the first one or is next to others.
    """
    await writer_of_counting(office.facts, caller, person)  # before anything is asked about the entry
    if not body.confirmed:
        await demand_sure(office, caller, person, email=body.email, title=body.role_title)
    values = body.model_dump(exclude={"key", "confirmed"}, exclude_unset=True)
    before = await EntryBefore.of(office, caller, person)
    await change_entry(before.write(key), values, key=body.key)
    return await before.answer(**_number(body.key, before.entry.get("keys") or ()))


def _number(given: str | None, before: Collection[str]) -> dict[str, str]:
    """Return what became of a member number that was given: it never replaces another one."""
    if given is None:
        return {}
    if given in before:
        return {"number": "the person had it already"}
    return {"number": f"added; {TAKE_OFF}" if before else "the first number of the person"}


@router.post("/move", operation_id="people.move")
@once("MovePerson", shown_once=CHANGES)
async def move(person: Subject, body: Move, key: Key, office: Parts, caller: Writers) -> dict[str, Any]:
    """Record that a person moved to another region of the association; running relationships stay where they are.

    Whoever serves only one of the two regions leaves it to the state office.
    """
    before = await EntryBefore.of(office, caller, person)
    await move_person(before.write(key), body.region, body.since)
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
    before = await EntryBefore.of(office, caller, person)
    await end_entry(before.write(key), field, body.day)
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
