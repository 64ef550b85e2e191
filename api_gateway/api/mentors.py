"""Mentors: how many mentees each can take, and since when each has been trained and serving."""

from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Response
from pydantic import Field, Strict

from api_gateway.http.auth import Staff, TokenFirst, Writers
from api_gateway.http.fields import Day, Id, StrictBody
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, Search, page_body
from api_gateway.office import Office
from api_gateway.services.caller import Caller
from api_gateway.services.known_codes import demand_region
from api_gateway.services.programs import program_now
from api_gateway.services.writer import writer_of_counting
from domain.rules.program_file import ProgramFile

router = APIRouter(route_class=TokenFirst, tags=["reference"])


class NewMentor(StrictBody):
    """A mentor: how many mentees, trained and serving since when, and until when the credential is valid.

    What is left out stays as it is; null clears a day, and sets the capacity to what the program says.
    """

    example: ClassVar = {"capacity": 2, "serving_until": None, "credential_until": "2029-06-30"}

    person: Id
    capacity: Annotated[int, Strict(), Field(ge=0, le=50)] | None = None
    trained_on: Day | None = None
    serving_since: Day | None = None
    serving_until: Day | None = None
    credential_until: Day | None = None


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
    """List mentors with their capacity and the places taken; ``q`` finds name, address or key."""
    await demand_region(office.reads.regions, caller, region)
    page = await office.reads.people.mentors(caller.sight, after=after, limit=limit, q=q, region=region)
    return page_body(page, response, "/v1/mentors")


@router.post("/mentors", status_code=201, operation_id="mentors.set")
@once("SetMentor")
async def put_mentor(body: NewMentor, key: Key, office: Parts, caller: Writers) -> dict[str, Any]:
    """Record that a person can mentor, how many mentees at a time, and since when trained; no training lies ahead."""
    actor = await writer_of_counting(office.facts, caller, body.person)
    program = await _program(office, caller, body.person)
    usual = body.capacity if body.capacity is not None else program.mentor_capacity if program else 1
    values = body.model_dump(exclude={"person"}, exclude_unset=True)
    if "capacity" in values:
        values["capacity"] = usual
    now = await office.clock.now()
    capacity = await office.writes.mentors.put_mentor(
        body.person,
        values,
        usual=usual,
        today=program.rules.calendar.local_date(now) if program else now.date(),
        actor=actor,
        command=command_id(caller, key),
    )
    return {"person": body.person, "capacity": capacity}


async def _program(office: Office, caller: Caller, person: str) -> ProgramFile | None:
    """Return the program of a person's region, which says how many mentees a mentor takes if nobody does."""
    region = await office.facts.region_of(person)
    program = await office.facts.program_of(region) if region else None
    return program_now(program, caller.association.code) if program else None
