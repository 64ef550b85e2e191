"""Terms in regions: what is due there, monthly records, checks of logs, and surveys."""

from typing import Any

from fastapi import APIRouter, Request, Response

from api_gateway.http.auth import Anybody, Staff, TokenFirst
from api_gateway.http.fields import Moment
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, Search, page_body, with_version
from api_gateway.http.path_ids import Reference
from api_gateway.services.history import history_answer
from api_gateway.services.known_codes import demand_region, demand_term
from api_gateway.services.visible import visible_term_region, whole_id

router = APIRouter(route_class=TokenFirst, tags=["terms"])


@router.get("/term-regions", operation_id="term_regions.list")
async def term_regions(
    response: Response,
    office: Parts,
    caller: Staff,
    after: str = "",
    limit: Limit = 50,
    term: str = "",
    region: str = "",
    q: Search = "",
    late: bool = False,
) -> dict[str, Any]:
    """List terms in regions with their name and their next deadline.

    ``late`` keeps those with a task that is overdue, and ``q`` finds name, program or region.
    """
    await demand_region(office.reads.regions, caller, region)
    await demand_term(office.reads.terms, caller, term)
    page = await office.reads.term_regions.page(
        caller.sight,
        after=after,
        limit=limit,
        term=term,
        region=region,
        q=q,
        late_at=await office.clock.now() if late else None,
    )
    return page_body(page, response, "/v1/term-regions")


@router.get("/term-regions/{subject}", operation_id="term_regions.get")
async def term_region(
    subject: Reference, request: Request, response: Response, office: Parts, caller: Staff
) -> Any:
    """Return one term in one region with its tasks."""
    return with_version(request, response, await visible_term_region(office.reads, caller, subject))


@router.get("/term-regions/{subject}/history", operation_id="term_regions.history")
async def term_region_history(
    subject: Reference, office: Parts, caller: Staff, at: Moment | None = None
) -> dict[str, Any]:
    """Return who did what in a term and region, and whom the office reminded; with ``at``, the state at that moment."""
    subject = await whole_id(office.reads.term_regions.ids, caller, subject)
    return await history_answer(
        office.clock.now, await office.reads.history.term_region(caller.sight, subject), at
    )


@router.get("/monthly-records", operation_id="monthly_records.list")
async def monthly_records(
    response: Response, office: Parts, caller: Anybody, after: str = "", limit: Limit = 50, term: str = ""
) -> dict[str, Any]:
    """List records per mentor and month, owed and submitted; a mentor sees only their own (NEA-52)."""
    await demand_term(office.reads.terms, caller, term)
    page = await office.reads.term_regions.monthly_records(caller.sight, after=after, limit=limit, term=term)
    return page_body(page, response, "/v1/monthly-records")


@router.get("/log-checks", operation_id="log_checks.list")
async def log_checks(
    response: Response, office: Parts, caller: Staff, after: str = "", limit: Limit = 50, term: str = ""
) -> dict[str, Any]:
    """List who checked the logs of which pairs, with which evidence and which findings (ESE-13)."""
    await demand_term(office.reads.terms, caller, term)
    page = await office.reads.term_regions.log_checks(caller.sight, after=after, limit=limit, term=term)
    return page_body(page, response, "/v1/log-checks")


@router.get("/term-surveys", operation_id="term_surveys.list")
async def term_surveys(
    response: Response, office: Parts, caller: Anybody, after: str = "", limit: Limit = 50, term: str = ""
) -> dict[str, Any]:
    """List the surveys of regions: who is asked, and whether they have answered (MASA-23, ESE-1, ESE-18)."""
    await demand_term(office.reads.terms, caller, term)
    page = await office.reads.term_regions.surveys(caller.sight, after=after, limit=limit, term=term)
    return page_body(page, response, "/v1/term-surveys")
