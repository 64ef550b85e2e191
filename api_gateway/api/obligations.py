"""Money owed: a list, one obligation with its orders and claims, and its history."""

from typing import Any

from fastapi import APIRouter, Request, Response

from api_gateway.http.auth import Staff, TokenFirst
from api_gateway.http.fields import Moment
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, Search, page_body, with_version
from api_gateway.http.path_ids import Reference
from api_gateway.services.history import history_answer
from api_gateway.services.known_codes import demand_known, demand_region
from api_gateway.services.visible import visible_obligation, whole_id

router = APIRouter(route_class=TokenFirst)


@router.get("/obligations", operation_id="obligations.list", tags=["obligations"])
async def obligations(
    response: Response,
    office: Parts,
    caller: Staff,
    after: str = "",
    limit: Limit = 50,
    state: str = "",
    region: str = "",
    q: Search = "",
    late: bool = False,
) -> dict[str, Any]:
    """List the money owed, in the order in which it falls due.

    ``late`` keeps what was due and is not finished, and ``q`` finds name, address or key of the mentor.
    """
    demand_known("state", state, ("accrued", "due", "settled", "denied", "canceled"))
    await demand_region(office.reads.regions, caller, region)
    page = await office.reads.obligations.page(
        caller.sight,
        after=after,
        limit=limit,
        state=state,
        region=region,
        q=q,
        late_at=await office.clock.now() if late else None,
    )
    return page_body(page, response, "/v1/obligations")


@router.get("/obligations/{subject}", operation_id="obligations.get", tags=["obligations"])
async def obligation(
    subject: Reference, request: Request, response: Response, office: Parts, caller: Staff
) -> Any:
    """Return one obligation with its orders, claims and tasks."""
    return with_version(request, response, await visible_obligation(office.reads, caller, subject))


@router.get("/obligations/{subject}/history", operation_id="obligations.history", tags=["obligations"])
async def obligation_history(
    subject: Reference, office: Parts, caller: Staff, at: Moment | None = None
) -> dict[str, Any]:
    """Return who did what with this money; with ``at``, the state at that moment."""
    subject = await whole_id(office.reads.obligations.ids, caller, subject)
    return await history_answer(
        office.clock.now, await office.reads.history.obligation(caller.sight, subject), at
    )
