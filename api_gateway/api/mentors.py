"""Mentors: how many mentees each can take, and since when each has been trained and serving."""

from typing import Any

from fastapi import APIRouter, Response

from api_gateway.http.auth import Staff, TokenFirst, Writers
from api_gateway.http.changed_entry import entry_write
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, Search, page_body
from api_gateway.http.record_bodies import NewMentor
from api_gateway.services.known_codes import demand_region
from api_gateway.services.mentors import set_mentor
from api_gateway.services.programs import today_in

router = APIRouter(route_class=TokenFirst, tags=["reference"])


@router.get("/mentors", operation_id="mentors.list")
async def mentors(
    response: Response,
    office: Parts,
    caller: Staff,
    after: str = "",
    limit: Limit = 50,
    q: Search = "",
    region: str = "",
) -> dict[str, Any]:
    """List mentors with their capacity, the places taken and the membership; ``q`` finds name, address or key."""
    await demand_region(office.reads.regions, caller, region)
    today = today_in(caller.association.code, await office.clock.now())
    page = await office.reads.people.mentors(
        caller.sight, after=after, limit=limit, q=q, region=region, today=today
    )
    return page_body(page, response, "/v1/mentors")


@router.post("/mentors", status_code=201, operation_id="mentors.set")
@once("SetMentor")
async def put_mentor(body: NewMentor, key: Key, office: Parts, caller: Writers) -> dict[str, Any]:
    """Record that a person can mentor, how many mentees at a time, and since when trained; no training lies ahead."""
    write = entry_write(office, caller, body.person, command_id(caller, key))
    given = body.model_dump(exclude={"person"}, exclude_unset=True)
    capacity = await set_mentor(write, given, await office.clock.now())
    return {"person": body.person, "capacity": capacity}
