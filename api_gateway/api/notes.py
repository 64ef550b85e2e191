"""The notes of the staff about a pair. They are written with a command; the pair never sees them."""

from typing import Any

from fastapi import APIRouter

from api_gateway.http.auth import TokenFirst, Writers
from api_gateway.http.office import Parts
from api_gateway.http.paging import whole_list
from api_gateway.http.path_ids import Reference
from api_gateway.services.problem import Problem
from api_gateway.services.visible import whole_id
from domain.actors import Role

router = APIRouter(route_class=TokenFirst)


@router.get("/relationships/{subject}/notes", operation_id="relationships.notes", tags=["relationships"])
async def notes(subject: Reference, office: Parts, caller: Writers) -> dict[str, Any]:
    """Return the notes about a pair with their texts; reading a note of somebody else is an event."""
    subject = await whole_id(office.reads.relationships.ids, caller, subject)
    reader = caller.acting((Role.COORDINATOR, Role.ADMIN))
    found = await office.reads.documents.notes(caller.sight, subject, reader)
    if found is None:
        raise Problem(404, "not_found")
    return whole_list(list(found))
