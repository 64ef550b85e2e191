"""Relationships: a list, one relationship, and its history."""

from typing import Any

from fastapi import APIRouter, Request, Response

from api_gateway.http.auth import Anybody, Readers, TokenFirst
from api_gateway.http.fields import Moment
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, Search, page_body, with_version
from api_gateway.http.path_ids import Reference
from api_gateway.services.history import history_answer
from api_gateway.services.known_codes import demand_known, demand_region
from api_gateway.services.visible import demand_sight, visible_relationship
from domain.relationship.state import STAGES
from domain.visibility import Data

router = APIRouter(route_class=TokenFirst)


@router.get("/relationships", operation_id="relationships.list", tags=["relationships"])
async def relationships(
    response: Response,
    office: Parts,
    caller: Anybody,
    after: str = "",
    limit: Limit = 50,
    status: str = "",
    stage: str = "",
    region: str = "",
    q: Search = "",
    late: bool = False,
) -> dict[str, Any]:
    """List the relationships that the caller may see, in the order in which they were opened.

    ``late`` keeps those with a task that is overdue, and ``q`` finds name, address or key of mentee or mentor.
    """
    demand_known("status", status, ("open", "paused", "ended"))
    demand_known("stage", stage, STAGES)
    await demand_region(office.reads.regions, caller, region)
    page = await office.reads.relationships.page(
        caller.sight,
        after=after,
        limit=limit,
        status=status,
        stage=stage,
        region=region,
        q=q,
        late_at=await office.clock.now() if late else None,
    )
    return page_body(page, response, "/v1/relationships")


@router.get("/relationships/{subject}", operation_id="relationships.get", tags=["relationships"])
async def relationship(
    subject: Reference, request: Request, response: Response, office: Parts, caller: Anybody
) -> Any:
    """Return one relationship with its meetings, claims and tasks."""
    return with_version(request, response, await visible_relationship(office.reads, caller, subject))


@router.get("/relationships/{subject}/history", operation_id="relationships.history", tags=["relationships"])
async def history(
    subject: Reference, office: Parts, caller: Readers, at: Moment | None = None
) -> dict[str, Any]:
    """Return who did what under which rule; with ``at``, the state at that moment, folded from the events until then.

    Administrators and auditors also see the hashes, because they check the chain.
    """
    found = await visible_relationship(office.reads, caller, subject)
    demand_sight(caller, found, Data.HISTORY)
    subject = found["id"]
    return await history_answer(
        office.clock.now, await office.reads.history.relationship(caller.sight, subject), at
    )


@router.get(
    "/relationships/{subject}/side-history", operation_id="relationships.side_history", tags=["relationships"]
)
async def side_history(subject: Reference, office: Parts, caller: Readers) -> dict[str, Any]:
    """Return the refusals, readings and parkings that are recorded beside a relationship."""
    found = await visible_relationship(office.reads, caller, subject)
    demand_sight(caller, found, Data.HISTORY)
    subject = found["id"]
    return await history_answer(office.clock.now, await office.reads.history.side(caller.sight, subject))
