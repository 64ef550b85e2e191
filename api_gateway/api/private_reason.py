"""The private reason that a person wrote down when ending a relationship."""

from typing import Any

from fastapi import APIRouter

from api_gateway.http.auth import Anybody
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.services.problem import Problem
from api_gateway.services.visible import visible_relationship
from domain.ids import derive
from domain.relationship.any_stage.ending import EndRelationship

router = APIRouter()


@router.get(
    "/relationships/{subject}/private-reason",
    operation_id="relationships.private_reason",
    tags=["relationships"],
)
async def private_reason(subject: Subject, office: Parts, caller: Anybody) -> Any:
    """The private reason that the caller wrote down when ending the relationship; nobody else can read it."""
    await visible_relationship(office.views, caller, subject)
    found = await office.documents.sealed_in(derive(EndRelationship.aside, subject), person=caller.person)
    if not found:
        raise Problem(404, "not_found")
    reader = caller.acting(caller.roles)
    return await office.documents.read_sealed(found[-1], reader=reader, relationship=subject)
