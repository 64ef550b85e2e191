"""Tasks: the work that is waiting for staff."""

from typing import Any

from fastapi import APIRouter, Response

from api_gateway.http.auth import Staff
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, page_body

router = APIRouter()


@router.get("/tasks", operation_id="tasks.list", tags=["tasks"])
async def tasks(
    response: Response, office: Parts, caller: Staff, after: str = "", limit: Limit = 50, open: bool = True
) -> dict[str, Any]:
    """List the work for staff, oldest first: why it is needed, and by when."""
    page = await office.reads.tasks.page(caller.sight, after=after, limit=limit, open=open)
    return page_body(page, response, "/v1/tasks")
