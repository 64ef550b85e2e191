"""Applications: stored with their documents, then started. The sealed text is read by the deciding person alone."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, Strict

from activities.adapters.postgres.facts.starts import relationship_start
from activities.adapters.postgres.writes.reference import AlreadyThere, NewApplication, Unknown
from activities.errors import Unavailable
from api_gateway.api import Key, Parts, command_id
from api_gateway.api.commands import Subject
from api_gateway.api.lists import visible
from api_gateway.http.auth import Anybody, Caller, Office
from api_gateway.http.command_bodies import Day
from api_gateway.http.idempotency import once
from api_gateway.http.problems import Problem
from domain.actors import Role
from domain.forms.model import LONGEST_LONG_TEXT, text_code
from domain.ids import derive

router = APIRouter()
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Code = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")]


class Application(BaseModel):
    """A mentee's application. ``circumstances`` makes it a special application; the text is sealed at once."""

    model_config = ConfigDict(extra="forbid")

    person: Id
    term: Id
    reason: Code
    first_year: Annotated[bool, Strict()] = True
    applied_on: Day
    areas: Annotated[list[Code], Field(max_length=20)] = []
    circumstances: Annotated[str, Field(max_length=4000)] = ""


@router.post("/applications", status_code=201, operation_id="applications.create", tags=["applications"])
@once("Apply", lambda made: f"/v1/relationships/{made['relationship']}")
async def apply(body: Application, key: Key, office: Parts, caller: Anybody) -> dict[str, str]:
    """Apply for a term, for oneself or, as a coordinator of the person's region, for a member."""
    command = command_id(caller, key)
    actor = caller.acting((Role.COORDINATOR, Role.ADMIN, Role.PARTICIPANT))
    if actor.role is Role.PARTICIPANT and body.person != caller.person:
        raise Problem(403, "not_your_application")
    person = await office.views.person(body.person)
    term = await office.views.term(body.term)
    if person is None or not actor.covers(person["region"]):
        raise Problem(404, "unknown_person")
    if term is None:
        raise Problem(404, "unknown_term")
    application = derive("application", body.person, body.term)
    relationship = derive("relationship", application)
    document = None
    if code := text_code(body.circumstances, most=LONGEST_LONG_TEXT, lines=True):
        pointer = {"pointer": "/circumstances", "detail": code.replace("_", " "), "code": code}
        raise Problem(422, "answers_do_not_fit", errors=[pointer])
    if body.circumstances:
        document = await office.documents.keep(
            {"circumstances": body.circumstances},
            id=derive("document", command),
            scope=application,
            person=body.person,
            form="M2",
            privacy="c2s",
        )
    new = NewApplication(
        id=application,
        relationship=relationship,
        person=body.person,
        program=term["program"],
        term=body.term,
        region=person["region"],
        reason=body.reason,
        first_year=body.first_year,
        applied_on=body.applied_on,
        areas=tuple(dict.fromkeys(body.areas)),
        special_document=document.doc if document else None,
    )
    try:
        await office.reference.add_application(new, actor=actor)
    except Unknown as missing:
        raise Problem(404, f"unknown_{missing}") from None
    except AlreadyThere:
        raise Problem(409, "already_applied") from None
    await start(office, application)
    return {"application": application, "relationship": relationship}


async def start(office: Any, application: str) -> bool:
    """Start what an application opens. Where the engine is away, housekeeping starts it later."""
    async with office.database.transaction() as connection:
        wanted = await relationship_start(connection, application)
    if wanted is None:
        raise Problem(409, "no_rules_for_term")
    try:
        await office.mentoring.start(wanted)
    except Unavailable:
        return False
    await office.reference.mark_started(application)
    return True


@router.get(
    "/relationships/{subject}/special-application",
    operation_id="relationships.special_application",
    tags=["applications"],
)
async def special_application(subject: Subject, office: Parts, caller: Office) -> Any:
    """The sealed text, for the one person who took the application; each reading is an event."""
    found = await visible(office, caller, subject)
    if not found["special_document"]:
        raise Problem(404, "not_found")
    if found["decider"] != caller.person:
        await _reading_refused(office, caller, subject)
        raise Problem(403, "not_the_decider")
    reader = caller.acting((Role.COORDINATOR,))
    return await office.documents.read_sealed(found["special_document"], reader=reader, relationship=subject)


async def _reading_refused(office: Any, caller: Caller, subject: str) -> None:
    await office.intake.refuse(
        command=secrets.token_hex(16),
        kind="ReadSpecialApplication",
        code="not_the_decider",
        actor=caller.acting((Role.COORDINATOR, Role.ADMIN)),
        subject=subject,
    )
