"""The private reason that a person wrote when ending a relationship."""

from typing import Any

from fastapi import APIRouter

from api_gateway.http.auth import Anybody, TokenFirst
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference
from api_gateway.services.problem import Problem
from api_gateway.services.visible import whole_id

router = APIRouter(route_class=TokenFirst)


@router.get(
    "/relationships/{subject}/private-reason",
    operation_id="relationships.private_reason",
    tags=["relationships"],
)
async def private_reason(subject: Reference, office: Parts, caller: Anybody) -> Any:
    """Return the private reason that the caller wrote when ending the relationship; nobody else can read it."""
    subject = await whole_id(office.reads.relationships.ids, caller, subject)
    reader = caller.acting(caller.roles)
    found = await office.reads.documents.private_reason(caller.sight, subject, reader)
    if found is None:
        raise Problem(404, "not_found")
    return found
