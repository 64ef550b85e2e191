"""Tasks: the work that is waiting for staff."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Response

from activities.adapters.files.task_words import with_words
from api_gateway.http.accept_language import AnswerLanguage
from api_gateway.http.auth import Staff, TokenFirst
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, page_body
from api_gateway.http.task_acts import acts_of
from api_gateway.services.programs import programs

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
    own: bool = True,
) -> dict[str, Any]:
    """List the caller's work, late first: what to do, whom it is about, until when, and the request that does it.

    With ``own=false``, the list also has what only others can do, as far as the caller may see it.
    """
    page = await office.reads.tasks.page(caller.sight, after=after, limit=limit, open=open, own=own)
    rows = tuple(
        {**with_words(task, language, programs()), "acts": acts_of(task, caller)} for task in page.rows
    )
    return page_body(replace(page, rows=rows), response, "/v1/tasks")
