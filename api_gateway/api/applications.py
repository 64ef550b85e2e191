"""Applications: stored with their documents, then started. Only the person who decides reads the sealed text."""

import secrets
from typing import Any

from fastapi import APIRouter

from activities.adapters.postgres.reads.documents import NotTheReader
from api_gateway.http.applying import ApplicationBody
from api_gateway.http.auth import Anybody, TokenFirst, Writers
from api_gateway.http.idempotency import ACCEPTED, Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference
from api_gateway.office import Office
from api_gateway.services.applications import ApplicationForm
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from api_gateway.services.visible import whole_id
from domain.actors import Role

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
    reader = caller.acting((Role.COORDINATOR, Role.ADMIN))
    try:
        found = await office.reads.documents.special_application(caller.sight, subject, reader)
    except NotTheReader:
        await _refuse_reading(office, caller, subject)
        raise Problem(403, "not_the_decider") from None
    if found is None:
        raise Problem(404, "not_found")
    return found


async def _refuse_reading(office: Office, caller: Caller, subject: str) -> None:
    await office.intake.refuse(
        command=secrets.token_hex(16),
        kind="ReadSpecialApplication",
        code="not_the_decider",
        actor=caller.acting((Role.COORDINATOR, Role.ADMIN)),
        subject=subject,
    )
