"""Notices: what the office wrote, to whom, and whether it was sent."""

from typing import Any, Final

from fastapi import APIRouter, Response

from api_gateway.http.auth import Anybody, Staff, TokenFirst
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, page_body
from api_gateway.http.path_ids import Subject
from api_gateway.services.kept_emails import words_as_sent
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


@router.get("/notices/{notice}/words", operation_id="notices.words", tags=["notices"])
async def words(notice: Subject, office: Parts, caller: Anybody) -> dict[str, Any]:
    """Return the words of an email as they were sent, with names in place of secrets. Each reading is an event."""
    reader = caller.acting(caller.roles)
    return words_as_sent(await office.reads.kept_emails.notice(caller.sight, notice, reader))
