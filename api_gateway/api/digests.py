"""Digests: the lists of what waits that the caller was sent, and their words."""

from typing import Any

from fastapi import APIRouter, Response

from api_gateway.http.auth import Anybody, TokenFirst
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, page_body
from api_gateway.http.path_ids import Subject
from api_gateway.services.kept_emails import words_as_sent

router = APIRouter(route_class=TokenFirst, tags=["notices"])


@router.get("/digests", operation_id="digests.list")
async def digests(
    response: Response, office: Parts, caller: Anybody, after: str = "", limit: Limit = 50
) -> dict[str, Any]:
    """List the digests for the caller, and whether each was sent."""
    page = await office.reads.digests.page(caller.sight, after=after, limit=limit)
    return page_body(page, response, "/v1/digests")


@router.get("/digests/{digest}/words", operation_id="digests.words")
async def words(digest: Subject, office: Parts, caller: Anybody) -> dict[str, Any]:
    """Return the words of one of the caller's own digests as they were sent. Each reading is an event."""
    reader = caller.acting(caller.roles)
    return words_as_sent(await office.reads.kept_emails.digest(caller.sight, digest, reader))
