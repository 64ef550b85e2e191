"""Tasks: the work that is waiting for staff, and what administrators do about the office's own."""

from dataclasses import replace
from typing import Any, ClassVar

from fastapi import APIRouter, Response

from activities.adapters.files.task_words import with_words
from api_gateway.http.accept_language import AnswerLanguage
from api_gateway.http.auth import Admin, Staff, TokenFirst
from api_gateway.http.fields import StrictBody
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, page_body
from api_gateway.http.path_ids import Subject
from api_gateway.http.task_acts import acts_of
from api_gateway.services import office_tasks
from api_gateway.services.programs import programs
from domain.night_checks import Inquiry

router = APIRouter(route_class=TokenFirst)


class WhatWasFound(StrictBody):
    """What came out when somebody looked into a fault."""

    example: ClassVar = {"found": "put_right"}

    found: Inquiry


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


@router.post("/tasks/{task}/look-into", operation_id="tasks.look_into", tags=["tasks"])
@once("LookIntoFault")
async def look_into(
    task: Subject, body: WhatWasFound, key: Key, office: Parts, caller: Admin
) -> dict[str, str]:
    """Close a task about a fault that the nightly check found, and say what came out.

    The fault is told again only if a check in between does not find it.
    """
    await office_tasks.look_into(
        office.reads.tasks, office.writes.office_tasks, caller, task, body.found, command_id(caller, key)
    )
    return {"task": task}


@router.post("/tasks/{task}/start-run-again", operation_id="tasks.start_run_again", tags=["tasks"])
@once("StartRunAgain")
async def start_run_again(task: Subject, key: Key, office: Parts, caller: Admin) -> dict[str, str]:
    """Let a run decide again that has stopped, after its cause was put right; close the task about it."""
    command = command_id(caller, key)
    await office_tasks.start_run_again(office.reads.tasks, office.stopped_runs, caller, task, command)
    return {"task": task}
