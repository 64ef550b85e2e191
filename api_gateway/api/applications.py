"""Applications: stored with their documents, then started. Only the person who decides reads the sealed text."""

from typing import Any

from fastapi import APIRouter

from api_gateway.http.applying import ApplicationBody
from api_gateway.http.auth import Anybody, TokenFirst, Writers
from api_gateway.http.idempotency import ACCEPTED, Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference
from api_gateway.services.applications import ApplicationForm
from api_gateway.services.papers_of_decisions import read_special_application
from api_gateway.services.visible import whole_id

router = APIRouter(route_class=TokenFirst)


@router.post(
    "/applications",
    status_code=201,
    operation_id="applications.create",
    tags=["applications"],
    responses=ACCEPTED,
)
@once("Apply", lambda made: f"/v1/relationships/{made['relationship']}")
async def apply(body: ApplicationBody, key: Key, office: Parts, caller: Anybody) -> Any:
    """Apply for a term: for yourself or, as a coordinator of the person's region, for a member.

    202 means that the application is stored but its relationship is not open yet. It will open without another
    request.
    """
    form = ApplicationForm(**dict(body))
    return await office.applications.apply(form, caller=caller, command=command_id(caller, key))


@router.get(
    "/relationships/{subject}/special-application",
    operation_id="relationships.special_application",
    tags=["applications"],
)
async def special_application(subject: Reference, office: Parts, caller: Writers) -> Any:
    """Return the sealed text to the one person who took on the application. Each reading is an event."""
    subject = await whole_id(office.reads.relationships.ids, caller, subject)
    return await read_special_application(office.reads.documents, office.intake, caller, subject)
