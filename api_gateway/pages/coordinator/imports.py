"""Imports: lists are uploaded, become a proposal, its questions are answered, and it is taken over."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api_gateway.http.fields import Id
from api_gateway.http.idempotency import command_id
from api_gateway.http.office import Parts
from api_gateway.http.sessions import SessionFirst, visitor_with
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.parts import Fact
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.associations import association_of
from api_gateway.services.imports.file_names import names_of_files
from api_gateway.services.imports.proposals import NewImport
from api_gateway.services.problem import Problem
from api_gateway.services.programs import programs
from api_gateway.services.visitor import Visitor
from domain.actors import Role
from domain.languages import Language

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
WritingVisitor = Annotated[Visitor, Depends(visitor_with(Role.COORDINATOR, Role.ADMIN))]
PATH: Final = "/imports"
MOST_ROWS: Final = 200
"""How many rows of a proposal a page shows one by one; all of them are counted."""
_COUNTED: Final = ("new", "changed", "moved", "lapsed", "same_person", "unchanged", "question", "refused")
_ENDED: Final = ("done", "incomplete", "overtaken", "failed")
_ANSWER: Final = "answer_"


@router.get("/imports")
async def imports(request: Request, visitor: WritingVisitor, office: Parts) -> HTMLResponse:
    """Show where lists are uploaded, and the proposals that wait."""
    return await _start(request, visitor, office)


async def _start(
    request: Request, visitor: Visitor, office: Parts, *, wrong: str = "", status: int = 200
) -> HTMLResponse:
    dates = await dates_of(office, visitor)
    today = dates.today.isoformat()
    terms = [
        row for row in (await office.reads.terms.page(visitor.caller.sight)).rows if row["last"] >= today
    ]
    waiting = (await office.proposals.waiting(visitor.caller))["data"]
    return page(
        request,
        "coordinator/imports.html",
        visitor,
        status=status,
        terms=[{"value": row["id"], "text": f"{_title(row['program'])} {row['name']}"} for row in terms],
        waiting=waiting,
        key=secrets.token_hex(16),
        wrong=wrong,
    )


def _title(program: str) -> str:
    file = programs().get(program)
    return file.title if file else program


@router.post("/imports")
async def propose(
    request: Request,
    visitor: WritingVisitor,
    office: Parts,
) -> Response:
    """Read lists and propose what they would change."""
    async with request.form() as form:
        sent = [file for file in form.getlist("files") if not isinstance(file, str) and file.filename]
        names = names_of_files([file.filename or "list" for file in sent])
        content = {name: await file.read() for name, file in zip(names, sent, strict=True)}
        term, key = str(form.get("term", "")), _key(form)
    if not content:
        wrong = Say(Language(visitor.language))("imports.no_files")
        return await _start(request, visitor, office, wrong=wrong, status=422)
    association = "" if term else association_of(visitor.caller, "")
    new = NewImport(content=content, kinds={}, term=term, association=association)
    made = await office.import_work.propose(new, visitor.caller, command_id(visitor.caller, key))
    return RedirectResponse(f"{PATH}/{made.id}", status_code=303)


def _key(form: Mapping[str, Any]) -> str:
    key = str(form.get("key", ""))
    if not key:
        raise Problem(400, "missing_key")
    return key


@router.get("/imports/{id}")
async def proposal(request: Request, visitor: WritingVisitor, office: Parts, id: Id) -> Response:
    """Show what an import would do: rows, questions, what is refused and why, and what follows.

    Of one that was taken over nothing is left to show.
    """
    found = await office.proposals.one(visitor.caller, id)
    if "rows" not in found:
        return RedirectResponse(PATH, status_code=303)
    say = Say(Language(visitor.language))
    open_questions = [each for each in found["questions"] if not each["answer"]]
    return page(
        request,
        "coordinator/import.html",
        visitor,
        place=PATH,
        found=found,
        counts=[
            Fact(term=say(f"imports.counts.{name}"), text=str(found["counts"].get(name, 0)))
            for name in _COUNTED
            if found["counts"].get(name, 0)
        ],
        questions=[
            {**each, "name": f"{_ANSWER}{each['id']}", "where": _where(each["rows"])}
            for each in open_questions
        ],
        refused=[{**each, "where": _where({each["file"]: each["rows"]})} for each in found["refused"]],
        rows=[_row(each, say) for each in found["rows"][:MOST_ROWS]],
        more=max(0, len(found["rows"]) - MOST_ROWS),
        title=_title(found["program"]) if found["program"] else "",
        key=secrets.token_hex(16),
    )


def _where(rows: Mapping[str, Sequence[int]]) -> str:
    return "; ".join(f"{file}: {', '.join(str(row) for row in numbers)}" for file, numbers in rows.items())


def _row(row: Mapping[str, Any], say: Say) -> dict[str, str]:
    changes = [
        f"{each['field'].replace('_', ' ')}: {_text(each['before'])} → {_text(each['after'])}"
        for each in row["changes"]
    ]
    return {
        "where": f"{row['file']}: {row['row']}",
        "name": row["name"],
        "outcome": say(f"imports.counts.{row['outcome']}"),
        "changes": "; ".join(changes) if row["outcome"] in ("changed", "moved") else "",
    }


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(each) for each in value)
    return "–" if value in (None, "") else str(value)


@router.post("/imports/{id}/answers")
async def answer(request: Request, visitor: WritingVisitor, office: Parts, id: Id) -> Response:
    """Answer questions of an import, and show the proposal that follows."""
    form = await request.form()
    answers = {
        name.removeprefix(_ANSWER): str(value)
        for name, value in form.items()
        if name.startswith(_ANSWER) and value
    }
    if answers:
        await office.import_work.answer(visitor.caller, id, answers)
    return RedirectResponse(f"{PATH}/{id}", status_code=303)


@router.post("/imports/{id}/take-over")
async def take_over(request: Request, visitor: WritingVisitor, office: Parts, id: Id) -> Response:
    """Take over what the proposal says, and show how far it is."""
    form = await request.form()
    without = [name for name in ("refused", "questions") if form.get(f"without_{name}")]
    begun = await office.take_overs.begin(
        visitor.caller,
        id,
        digest=str(form.get("digest", "")),
        without=without,
        command=command_id(visitor.caller, _key(form)),
    )
    return RedirectResponse(f"{PATH}/{id}/operations/{begun.body['operation']}", status_code=303)


@router.get("/imports/{id}/operations/{operation}")
async def progress(
    request: Request, visitor: WritingVisitor, office: Parts, id: Id, operation: Id
) -> HTMLResponse:
    """Show how far a take-over is; the page asks again by itself until it is over."""
    found = await office.take_overs.operation(visitor.caller, operation)
    if found["import"] != id:
        raise Problem(404, "not_found")
    say = Say(Language(visitor.language))
    word = f"imports.states.{found['state']}"
    return page(
        request,
        "coordinator/operation.html",
        visitor,
        place=PATH,
        found=found,
        word=say(word) if say.has(word) else found["state"],
        over=found["state"] in _ENDED,
    )
