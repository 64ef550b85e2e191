"""Grants: which person has which role, in which regions, from which day to which; given, confirmed and ended."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, Response

from api_gateway.http.auth import Admin, Staff, TokenFirst, allowed
from api_gateway.http.fields import Day, Id, RegionCode, StrictBody
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, page_body
from api_gateway.http.path_ids import Subject
from api_gateway.services.caller import Caller
from api_gateway.services.history import history_answer
from api_gateway.services.problem import Problem
from api_gateway.services.roles_given import CONFIRMERS, confirm_role, end_role, give_role
from domain.actors import STAFF_ROLES, Role

router = APIRouter(route_class=TokenFirst, tags=["people"])
StaffRole = StrEnum("StaffRole", {role.name: role.value for role in STAFF_ROLES})  # type: ignore[misc]  # made from a list
Confirmer = Annotated[Caller, Depends(allowed(*CONFIRMERS))]


class NewGrant(StrictBody):
    """A role of a person, from one day to another, both included.

    Without a first day it begins today. ``regions`` are those of a coordinator; none is the whole association.
    """

    example: ClassVar = {"role": "coordinator", "regions": ["north"], "first": None, "last": "2027-06-30"}

    person: Id
    role: StaffRole
    regions: tuple[RegionCode, ...] = ()
    first: Day | None = None
    last: Day | None = None


@router.get("/grants", operation_id="grants.list")
async def grants(
    response: Response, office: Parts, caller: Staff, after: str = "", limit: Limit = 50, person: str = ""
) -> dict[str, Any]:
    """List who has which role, since when, until when, who gave it and who confirmed it; everybody sees their own."""
    now = await office.clock.now()
    page = await office.reads.grants.page(caller.sight, now, after=after, limit=limit, person=person)
    if person and not page.rows and await office.reads.entries.one(caller.sight, person) is None:
        raise Problem(404, "unknown_person")
    return page_body(page, response, "/v1/grants")


@router.get("/grants/{grant}", operation_id="grants.read")
async def grant(grant: Subject, office: Parts, caller: Staff) -> Mapping[str, Any]:
    """Return a grant and what it is now: live, waiting for confirmation, not begun, or over."""
    found = await office.reads.grants.one(caller.sight, grant, await office.clock.now())
    if found is None:
        raise Problem(404, "unknown_grant")
    return found


@router.get("/grants/{grant}/history", operation_id="grants.history")
async def history(grant: Subject, office: Parts, caller: Staff, at: datetime | None = None) -> dict[str, Any]:
    """Return who gave, confirmed and ended a grant, and when; with ``at``, the last of these events by then."""
    return await history_answer(office.clock.now, await office.reads.history.grant(caller.sight, grant), at)


@router.post("/grants", status_code=201, operation_id="grants.give")
@once("GiveRole")
async def give(body: NewGrant, key: Key, office: Parts, caller: Admin) -> dict[str, str]:
    """Give a person a role. A role about money works only after a second person has confirmed it."""
    id = await give_role(
        office.facts,
        office.writes.grants,
        caller,
        body.person,
        Role(body.role.value),
        body.regions,
        first=body.first,
        last=body.last,
        command=command_id(caller, key),
    )
    found = await office.reads.grants.one(caller.sight, id, await office.clock.now())
    return {"grant": id, "person": body.person, "state": found["state"] if found else ""}


@router.post("/grants/{grant}/confirm", operation_id="grants.confirm")
@once("ConfirmGrant")
async def confirm(grant: Subject, key: Key, office: Parts, caller: Confirmer) -> dict[str, str]:
    """Confirm a role about money as a second person: not who gave it, and not who gets it.

    An administrator, the state office or payment staff do so.
    """
    await confirm_role(office.facts, office.writes.grants, caller, grant, command_id(caller, key))
    return {"grant": grant}


@router.post("/grants/{grant}/end", operation_id="grants.end")
@once("EndGrant")
async def end(grant: Subject, key: Key, office: Parts, caller: Admin) -> dict[str, str]:
    """End a role at once: its tokens are refused at the very next request.

    The grant of the association's last administrator does not end.
    """
    await end_role(office.facts, office.writes.grants, caller, grant, command_id(caller, key))
    return {"grant": grant}
