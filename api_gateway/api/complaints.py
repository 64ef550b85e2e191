"""Complaints about a relationship, and the sealed statement that only the person who took the case may read."""

import secrets
from typing import Any

from fastapi import APIRouter

from activities.adapters.postgres.reads.complaints import complaint, complaints
from api_gateway.http.auth import Anybody, Writers
from api_gateway.http.fields import Id
from api_gateway.http.office import Parts
from api_gateway.http.paging import whole_list
from api_gateway.http.path_ids import Subject
from api_gateway.services.problem import Problem
from api_gateway.services.quiet import READ_STATEMENT
from api_gateway.services.visible import visible_relationship
from domain.actors import Role

router = APIRouter()


@router.get(
    "/relationships/{subject}/complaints", operation_id="relationships.complaints", tags=["relationships"]
)
async def list_complaints(subject: Subject, office: Parts, caller: Anybody) -> dict[str, Any]:
    """Cases of complaint: all for the office but those about the caller, for the pair only those that it opened."""
    found = await visible_relationship(office.views, caller, subject)
    async with office.database.transaction() as connection:
        cases = tuple(
            case for case in await complaints(connection, subject) if case["against"] != caller.person
        )
    in_pair = caller.person in (found["mentee"], found["mentor"])
    if in_pair or not caller.sees_quiet_of(found["region"]):
        shown = ("id", "about", "against", "status", "opened_at", "closed_at")
        cases = tuple(
            {name: case[name] for name in shown} for case in cases if case["opened_by"] == caller.person
        )
    return whole_list(list(cases))


@router.get(
    "/relationships/{subject}/complaints/{case}/statement",
    operation_id="relationships.complaint_statement",
    tags=["relationships"],
)
async def statement(subject: Subject, case: Id, office: Parts, caller: Writers) -> Any:
    """The sealed statement, for the one person who took the case; each reading is an event."""
    await visible_relationship(office.views, caller, subject)
    async with office.database.transaction() as connection:
        found = await complaint(connection, subject, case)
    if found is None or not found["document"] or found["against"] == caller.person:
        raise Problem(404, "not_found")
    if found["taken_by"] != caller.person:
        await office.intake.refuse(
            command=secrets.token_hex(16),
            kind=READ_STATEMENT,
            code="not_the_decider",
            actor=caller.acting((Role.COORDINATOR, Role.ADMIN)),
            subject=subject,
        )
        raise Problem(403, "not_the_decider")
    reader = caller.acting((Role.COORDINATOR, Role.ADMIN))
    return await office.documents.read_sealed(found["document"], reader=reader, relationship=subject)
