"""Terms in regions: what is due there, monthly records, log checks, surveys; and the start of their keeping."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from activities.errors import Unavailable
from api_gateway.api import Parts
from api_gateway.api.commands import Subject
from api_gateway.api.lists import Limit, scope, shown, tagged, told
from api_gateway.http.auth import Anybody, Caller, Staff
from api_gateway.http.problems import Problem

router = APIRouter()


async def keep_terms(office: Any, program: str) -> None:
    """Start whatever term of a program nobody keeps in a region yet. Where the engine is away, housekeeping does."""
    try:
        for start in await office.views.unkept_terms(program):
            await office.mentoring.start_term(start)
    except Unavailable:
        return


@router.get("/term-regions", operation_id="term_regions.list", tags=["terms"])
async def term_regions(
    response: Response, office: Parts, caller: Staff, after: str = "", limit: Limit = 50, term: str = ""
) -> dict[str, Any]:
    """Terms in regions with their next deadline."""
    page = await office.views.term_regions(scope(caller), after=after, limit=limit, term=term)
    return shown(page, response, "/v1/term-regions")


@router.get("/term-regions/{subject}", operation_id="term_regions.get", tags=["terms"])
async def term_region(
    subject: Subject, request: Request, response: Response, office: Parts, caller: Staff
) -> Any:
    """One term in one region with its tasks."""
    return tagged(request, response, await seen(office, caller, subject))


@router.get("/term-regions/{subject}/history", operation_id="term_regions.history", tags=["terms"])
async def term_region_history(
    subject: Subject, office: Parts, caller: Staff, at: datetime | None = None
) -> dict[str, Any]:
    """Who did what in a term and region, and whom the office reminded; with ``at`` the state at that moment."""
    await seen(office, caller, subject)
    return await told(office, subject, at)


async def seen(office: Any, caller: Caller, subject: str) -> Mapping[str, Any]:
    """A term in a region that the caller may see; 404 for any other."""
    found: Mapping[str, Any] | None = await office.views.term_region(scope(caller), subject)
    if found is None:
        raise Problem(404, "not_found")
    return found


@router.get("/monthly-records", operation_id="monthly_records.list", tags=["terms"])
async def monthly_records(
    response: Response, office: Parts, caller: Anybody, after: str = "", limit: Limit = 50, term: str = ""
) -> dict[str, Any]:
    """Records per mentor and month, owed and submitted; a mentor sees the own ones (NEA-52)."""
    page = await office.views.monthly_records(scope(caller), after=after, limit=limit, term=term)
    return shown(page, response, "/v1/monthly-records")


@router.get("/log-checks", operation_id="log_checks.list", tags=["terms"])
async def log_checks(
    response: Response, office: Parts, caller: Staff, after: str = "", limit: Limit = 50, term: str = ""
) -> dict[str, Any]:
    """Who checked the logs of which pairs, by which evidence, with what findings (ESE-13)."""
    page = await office.views.log_checks(scope(caller), after=after, limit=limit, term=term)
    return shown(page, response, "/v1/log-checks")


@router.get("/term-surveys", operation_id="term_surveys.list", tags=["terms"])
async def term_surveys(
    response: Response, office: Parts, caller: Anybody, after: str = "", limit: Limit = 50, term: str = ""
) -> dict[str, Any]:
    """Surveys of regions: who is asked, and whether the answer has come (MASA-23, ESE-1, ESE-18)."""
    page = await office.views.term_surveys(scope(caller), after=after, limit=limit, term=term)
    return shown(page, response, "/v1/term-surveys")
