"""Applications: stored with their documents, then started. The sealed text is read by the deciding person alone."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field, Strict

from activities.adapters.postgres.writes.reference import AlreadyThere, NewApplication, Unknown
from api_gateway.http.auth import Anybody, Writers
from api_gateway.http.fields import Code, Day, Id, StrictBody
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.office import Office
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from api_gateway.services.visible import visible_relationship
from domain.actors import Role
from domain.forms.model import LONGEST_LONG_TEXT, text_code
from domain.ids import derive

router = APIRouter()


class Application(StrictBody):
    """A mentee's application. ``circumstances`` makes it a special application; the text is sealed at once."""

    person: Id
    term: Id
    reason: Code
    first_year: Annotated[bool, Strict()] = True
    applied_on: Day
    areas: Annotated[list[Code], Field(default_factory=list, max_length=20)]
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
    await office.starter.open_relationship(application)
    return {"application": application, "relationship": relationship}


@router.get(
    "/relationships/{subject}/special-application",
    operation_id="relationships.special_application",
    tags=["applications"],
)
async def special_application(subject: Subject, office: Parts, caller: Writers) -> Any:
    """The sealed text, for the one person who took the application; each reading is an event."""
    found = await visible_relationship(office.views, caller, subject)
    if not found["special_document"]:
        raise Problem(404, "not_found")
    if found["decider"] != caller.person:
        await _reading_refused(office, caller, subject)
        raise Problem(403, "not_the_decider")
    reader = caller.acting((Role.COORDINATOR,))
    return await office.documents.read_sealed(found["special_document"], reader=reader, relationship=subject)


async def _reading_refused(office: Office, caller: Caller, subject: str) -> None:
    await office.intake.refuse(
        command=secrets.token_hex(16),
        kind="ReadSpecialApplication",
        code="not_the_decider",
        actor=caller.acting((Role.COORDINATOR, Role.ADMIN)),
        subject=subject,
    )
