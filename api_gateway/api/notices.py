"""Notices: what the office wrote, to whom, and whether it was sent."""

from typing import Any, Final

from fastapi import APIRouter, Response

from api_gateway.http.auth import Staff, TokenFirst
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, page_body
from api_gateway.services.known_codes import demand_known

router = APIRouter(route_class=TokenFirst)
STATUSES: Final = ("pending", "sent", "refused", "parked", "in_digest", "overtaken")


@router.get("/notices", operation_id="notices.list", tags=["notices"])
async def notices(
    response: Response, office: Parts, caller: Staff, after: str = "", limit: Limit = 50, status: str = ""
) -> dict[str, Any]:
    """List what the office wrote to whom, and whether it was sent."""
    demand_known("status", status, STATUSES)
    page = await office.reads.notices.page(caller.sight, after=after, limit=limit, status=status)
    return page_body(page, response, "/v1/notices")
