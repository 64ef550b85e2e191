"""People, and each person's own data: name, email language, calendar."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from activities.adapters.mail.icalendar import CONTENT_TYPE
from api_gateway.http.auth import Anybody, Readers, TokenFirst, Writers
from api_gateway.http.changed_entry import entry_write
from api_gateway.http.fields import Moment, StrictBody
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, Search, page_body
from api_gateway.http.path_ids import Subject
from api_gateway.http.person_bodies import ChosenLanguage, NewPerson
from api_gateway.services import new_people
from api_gateway.services.calendar_feed import Agenda
from api_gateway.services.history import history_answer
from api_gateway.services.known_codes import demand_region, demand_role
from api_gateway.services.own_settings import choose_own_digest
from api_gateway.services.person_changes import choose_language_of
from api_gateway.services.problem import Problem
from api_gateway.services.programs import today_in
from domain.digests import DigestRhythm
from domain.ids import derive

router = APIRouter(route_class=TokenFirst)
ME = "me"
Someone = Annotated[str, Path(pattern=r"^(me|[0-9a-f]{32})$")]


class ChosenRhythm(StrictBody):
    """How often a person wants the list of what waits by email."""

    rhythm: DigestRhythm


@router.get("/people", operation_id="people.list", tags=["reference"])
async def people(
    response: Response,
    office: Parts,
    caller: Readers,
    after: str = "",
    limit: Limit = 50,
    q: Search = "",
    region: str = "",
    role: str = "",
) -> dict[str, Any]:
    """List the people of the caller's regions; ``q`` finds name, address or key, ``role`` is a role title.

    ``membership`` is one that is in force, else the one that lapsed last, else one that is still to begin; its
    ``classes`` are those of all that are in force.
    """
    await demand_region(office.reads.regions, caller, region)
    await demand_role(office.reads.people, caller, role)
    today = today_in(caller.association.code, await office.clock.now())
    page = await office.reads.people.page(
        caller.sight, after=after, limit=limit, q=q, region=region, role_title=role, today=today
    )
    return page_body(page, response, "/v1/people")


@router.get("/people/me", operation_id="people.me", tags=["people"])
async def me(office: Parts, caller: Anybody) -> Mapping[str, Any]:
    """Return what the office knows about the caller: name, addresses, region, email language, rhythm of the digest."""
    found = await office.reads.people.oneself(caller.sight)
    if found is None:
        raise Problem(404, "unknown_person")
    return {**found, "digest": await office.reads.digests.rhythm(caller.sight)}


@router.get("/people/{person}/history", operation_id="people.history", tags=["people"])
async def history(
    person: Subject, office: Parts, caller: Readers, at: Moment | None = None
) -> dict[str, Any]:
    """Return who changed which fields of a person's entry when, without any value; with ``at``, the last one then."""
    return await history_answer(office.clock.now, await office.reads.history.person(caller.sight, person), at)


@router.post("/people/{person}/language", operation_id="people.choose_language", tags=["people"])
@once("ChooseLanguage")
async def choose_language(
    person: Someone, body: ChosenLanguage, key: Key, office: Parts, caller: Anybody
) -> dict[str, str]:
    """Choose the language of your own emails (``me``); the office may do so for people of its regions.

    A program that does not offer this language still writes in its first language.
    """
    own = caller.person if person == ME else person
    write = entry_write(office, caller, own, command_id(caller, key))
    await choose_language_of(write, body.language)
    return {"person": own, "language": body.language.value}


@router.post("/people/me/digest", operation_id="people.choose_digest", tags=["people"])
@once("ChooseDigest")
async def choose_digest(body: ChosenRhythm, key: Key, office: Parts, caller: Anybody) -> dict[str, str]:
    """Choose how often the office sends you the list of what waits for you: every day that has news, or on Mondays.

    What cannot wait is sent at once in either case.
    """
    await choose_own_digest(office.facts, office.writes, caller, body.rhythm, command_id(caller, key))
    return {"person": caller.person, "rhythm": body.rhythm.value}


@router.get(
    "/people/me/calendar",
    operation_id="people.calendar",
    tags=["people"],
    response_class=Response,
    responses={200: {"content": {CONTENT_TYPE: {}}, "description": "An iCalendar object (RFC 5545)"}},
)
async def calendar(office: Parts, caller: Anybody) -> Response:
    """Return the caller's open deadlines or dated tasks, and the term's breaks and holidays, for a calendar program."""
    agenda = Agenda(office.reads, caller, now=await office.clock.now(), office=office.settings.public_url)
    headers = {"Content-Disposition": 'inline; filename="mentorflow.ics"'}
    return Response(await agenda.text(), media_type=f"{CONTENT_TYPE}; charset=utf-8", headers=headers)


@router.post("/people", status_code=201, operation_id="people.create", tags=["reference"])
@once("AddPerson")
async def add_person(body: NewPerson, key: Key, office: Parts, caller: Writers) -> dict[str, str]:
    """Add a person."""
    command = command_id(caller, key)
    write = entry_write(office, caller, derive("person", command), command)
    await new_people.add_person(write, office.reads.regions, body.model_dump())
    return {"person": write.person}
