"""The nightly checks of the journal."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from api_gateway.http.auth import TokenFirst, allowed
from api_gateway.http.office import Parts
from api_gateway.http.paging import whole_list
from api_gateway.services.caller import Caller
from domain.actors import Role

router = APIRouter(route_class=TokenFirst)
Examiner = Annotated[Caller, Depends(allowed(Role.ADMIN, Role.AUDITOR))]


@router.get("/night-checks", operation_id="night_checks.list", tags=["office"])
async def night_checks(office: Parts, caller: Examiner) -> dict[str, Any]:
    """List the nightly checks of the last month, the newest first: when, what each looked at, and its faults."""
    return whole_list(list(await office.reads.night_checks.last(caller.sight)))
