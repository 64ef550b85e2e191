"""The forms about tasks of the office itself: what came out about a fault, and a run that is started again."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from activities.adapters.files.task_words import code_words, with_words
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.http.sessions import AdminVisitor, SessionFirst, Visitor
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.own_forms import FormKey, command_of, new_key
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services import office_tasks
from api_gateway.services.problem import Problem
from api_gateway.services.programs import programs
from domain.languages import Language
from domain.night_checks import Inquiry
from domain.tasks import TaskKind

router = APIRouter(route_class=SessionFirst, include_in_schema=False)


@router.get("/tasks/{task}/look-into", operation_id="pages.tasks.look_into.form")
async def ask(request: Request, visitor: AdminVisitor, office: Parts, task: Subject) -> HTMLResponse:
    """Ask what came out about a fault."""
    return await _asking(request, office, visitor, task)


@router.post("/tasks/{task}/look-into", operation_id="pages.tasks.look_into")
async def look_into(
    request: Request,
    visitor: AdminVisitor,
    office: Parts,
    task: Subject,
    key: FormKey,
    found: Annotated[Inquiry | None, Form()] = None,
) -> Response:
    """Close a task about a fault with what came out."""
    if found is None:
        wrong = Say(Language(visitor.language))("admin.look_into.no_answer")
        return await _asking(request, office, visitor, task, wrong=wrong, status=422)
    reads, writes, command = office.reads.tasks, office.writes.office_tasks, command_of(visitor, key)
    await office_tasks.look_into(reads, writes, visitor.caller, task, found, command)
    return RedirectResponse(links.task(task), status_code=303)


@router.post("/tasks/{task}/start-run-again", operation_id="pages.tasks.start_run_again")
async def start_run_again(visitor: AdminVisitor, office: Parts, task: Subject, key: FormKey) -> Response:
    """Let a run decide again that has stopped, and go back to its task, which says so."""
    runs, command = office.stopped_runs, command_of(visitor, key)
    await office_tasks.start_run_again(office.reads.tasks, runs, visitor.caller, task, command)
    return RedirectResponse(links.task(task), status_code=303)


async def _asking(
    request: Request, office: Office, visitor: Visitor, task: str, *, wrong: str = "", status: int = 200
) -> HTMLResponse:
    found = await _fault(office, visitor, task)
    known = code_words(Language(visitor.language))
    return page(
        request,
        "admin/look_into.html",
        visitor,
        status=status,
        place=links.TODAY,
        task=task,
        asked=with_words(found, visitor.language, programs()),
        answers=[(each.value, known[each.value]) for each in Inquiry],
        errors=[{"text": wrong, "field": "found"}] if wrong else [],
        new_key=new_key,
    )


async def _fault(office: Office, visitor: Visitor, task: str) -> Mapping[str, Any]:
    """Return an open task about a fault; 404 for any other."""
    found = await office.reads.tasks.one(visitor.caller.sight, task)
    if found is None or found["kind"] != TaskKind.LOOK_INTO_FAULT or found["closed_at"] is not None:
        raise Problem(404, "no_such_task")
    return found
