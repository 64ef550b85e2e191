"""Tasks: the work that is waiting for staff."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Response

from api_gateway.http.accept_language import AnswerLanguage
from api_gateway.http.auth import Staff, TokenFirst
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, page_body
from api_gateway.services.task_words import with_words

router = APIRouter(route_class=TokenFirst)


@router.get("/tasks", operation_id="tasks.list", tags=["tasks"])
async def tasks(
    response: Response,
    office: Parts,
    caller: Staff,
    language: AnswerLanguage,
    after: str = "",
    limit: Limit = 50,
    open: bool = True,
) -> dict[str, Any]:
    """List the work for staff, oldest first: why it is needed, in words where codes are not enough, and by when."""
    page = await office.reads.tasks.page(caller.sight, after=after, limit=limit, open=open)
    worded = replace(page, rows=tuple(with_words(task, language) for task in page.rows))
    return page_body(worded, response, "/v1/tasks")
