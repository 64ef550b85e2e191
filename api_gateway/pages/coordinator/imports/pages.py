"""Imports: lists are uploaded, become a proposal, its questions are answered, and it is taken over."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api_gateway.http.fields import Id
from api_gateway.http.idempotency import command_id
from api_gateway.http.office import Parts
from api_gateway.http.query import DONE
from api_gateway.http.sessions import SessionFirst, visitor_with
from api_gateway.office import Office
from api_gateway.pages.coordinator.imports.columns import (
    COLUMN,
    answer_of,
    asked_about_columns,
    column_lists,
    is_about_columns,
)
from api_gateway.pages.coordinator.imports.complete import CLASSES, complete_choices, complete_of
from api_gateway.pages.coordinator.imports.questions import (
    NOT_LEFT_OUT,
    answers_given,
    errors_shown,
    faults_shown,
    question_shown,
    refusal_shown,
    remarks_shown,
    where,
)
from api_gateway.pages.coordinator.imports.rows import given_shown, row_shown, waiting_shown, who_answers
from api_gateway.pages.coordinator.imports.taken_over import recent_shown, taken_over
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.parts import Fact
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.associations import association_of
from api_gateway.services.imports.file_names import names_of_files
from api_gateway.services.imports.proposals import NewImport
from api_gateway.services.problem import Problem, in_words
from api_gateway.services.programs import programs
from api_gateway.services.visitor import Visitor
from domain.actors import Role
from domain.languages import Language
from domain.people.proposal.lists import Complete

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
WritingVisitor = Annotated[Visitor, Depends(visitor_with(Role.COORDINATOR, Role.ADMIN))]
PATH: Final = "/imports"
_OF_NOTHING: Final = Complete(classes=(), regions=())
MOST_ROWS: Final = 200
"""How many rows of a proposal a page shows one by one; all of them are counted."""
SAVED, DISCARDED = "import_answers", "import_discarded"
"""What was just done, as the address says it."""
_COUNTED: Final = ("new", "changed", "moved", "lapsed", "same_person", "unchanged", "question", "refused")


@router.get("/imports")
async def imports(request: Request, visitor: WritingVisitor, office: Parts) -> HTMLResponse:
    """Show where lists are uploaded, and the proposals that wait."""
    return await _start(request, visitor, office)


async def _start(
    request: Request,
    visitor: Visitor,
    office: Office,
    *,
    wrong: str = "",
    field: str = "files",
    chosen: Complete = _OF_NOTHING,
) -> HTMLResponse:
    dates = await dates_of(office, visitor)
    today = dates.today.isoformat()
    terms = [
        row for row in (await office.reads.terms.page(visitor.caller.sight)).rows if row["last"] >= today
    ]
    waiting = (await office.proposals.waiting(visitor.caller))["data"]
    names = await office.reads.people.names(visitor.caller.sight, {each["by"] for each in waiting})
    return page(
        request,
        "coordinator/imports.html",
        visitor,
        status=422 if wrong else 200,
        complete=await complete_choices(office, visitor, visitor.caller.association.code, chosen),
        field=field,
        terms=[{"value": row["id"], "text": f"{_title(row['program'])} {row['name']}"} for row in terms],
        waiting=waiting_shown(waiting, names, visitor.caller.person, dates),
        message=dates.say("imports.discarded") if request.query_params.get(DONE) == DISCARDED else "",
        recent=recent_shown(await office.take_overs.recent(visitor.caller), dates),
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
        term, key, complete = str(form.get("term", "")), _key(form), complete_of(form)
    say = Say(Language(visitor.language))
    if not content:
        return await _start(request, visitor, office, wrong=say("imports.no_files"), chosen=complete)
    if complete.regions and not complete.classes:
        wrong = say("imports.complete_of_what")
        return await _start(request, visitor, office, wrong=wrong, field=CLASSES, chosen=complete)
    association = "" if term else association_of(visitor.caller, "")
    new = NewImport(
        content=content,
        kinds={},
        term=term,
        association=association,
        complete=complete if complete.classes else None,
    )
    try:
        made = await office.import_work.propose(new, visitor.caller, command_id(visitor.caller, key))
    except Problem as problem:
        if problem.code != "complete_not_possible":
            raise
        wrong = " ".join(faults_shown(problem, visitor.language))
        return await _start(request, visitor, office, wrong=wrong, field=CLASSES, chosen=complete)
    return RedirectResponse(f"{PATH}/{made.id}", status_code=303)


def _key(form: Mapping[str, Any]) -> str:
    key = str(form.get("key", ""))
    if not key:
        raise Problem(400, "idempotency_key_missing")
    return key


@router.get("/imports/{id}")
async def proposal(request: Request, visitor: WritingVisitor, office: Parts, id: Id) -> Response:
    """Show what an import would do: columns, rows, questions, what is refused and why, and what follows."""
    return await proposal_page(request, visitor, office, id)


async def proposal_page(
    request: Request,
    visitor: Visitor,
    office: Office,
    id: str,
    *,
    wrong: Problem | None = None,
    chosen: tuple[str, Mapping[str, str]] | None = None,
) -> Response:
    """Return the page of a proposal, with what is wrong with an answer; of one that was taken over nothing is left."""
    found = await office.proposals.one(visitor.caller, id)
    if "rows" not in found:
        return RedirectResponse(PATH, status_code=303)
    dates = await dates_of(office, visitor)
    say = dates.say
    asked = [each for each in found["questions"] if not each["answer"] and not is_about_columns(each)]
    given = [
        each
        for part in ("questions", "kept")
        for each in found.get(part, ())
        if each["answer"] and not is_about_columns(each)
    ]
    others = await who_answers(office, visitor, asked, say)
    saved = request.query_params.get(DONE) == SAVED
    return page(
        request,
        "coordinator/import.html",
        visitor,
        status=wrong.status if wrong else 200,
        place=PATH,
        found=found,
        errors=errors_shown(wrong, say),
        counts=[
            Fact(term=say(f"imports.counts.{name}"), text=str(found["counts"].get(name, 0)))
            for name in _COUNTED
            if found["counts"].get(name, 0)
        ],
        lists=column_lists(found, chosen, dates),
        message=say("imports.saved") if saved and not wrong else "",
        questions=[
            {**question_shown(each, say), "others": "" if each["yours"] else others[each["who"]]}
            for each in asked
        ],
        given=[given_shown(each, dates) for each in given],
        remarks=remarks_shown(found, visitor.language),
        refused=[refusal_shown(each, say) for each in found["refused"]],
        rows=[row_shown(each, say) for each in found["rows"][:MOST_ROWS]],
        more=max(0, len(found["rows"]) - MOST_ROWS),
        title=_title(found["program"]) if found["program"] else "",
        key=secrets.token_hex(16),
    )


def _not_opened(row: Mapping[str, Any], say: Say) -> str:
    """Return which row led to no relationship, and why: a rule says so, or a person has to look."""
    word = f"imports.unopened.{row['code']}"
    why = say(word) if say.has(word) else in_words(row["code"], language=say.language)
    return f"{where({row['file']: [row['row']]})}: {why}"


@router.post("/imports/{id}/columns")
async def confirm_columns(request: Request, visitor: WritingVisitor, office: Parts, id: Id) -> Response:
    """Confirm what the columns of a list are read as, with what was corrected."""
    async with request.form() as posted:
        asked = str(posted.get("question", ""))
        chosen = {name: str(value) for name, value in posted.items() if name.startswith(COLUMN)}
    found = await office.proposals.one(visitor.caller, id)
    question = next((each for each in asked_about_columns(found) if each["id"] == asked), None)
    if question is None:
        raise Problem(404, "not_found")
    answers = {asked: answer_of(question, chosen)}
    return await _answered(request, visitor, office, id, answers, chosen=(asked, chosen))


@router.post("/imports/{id}/answers")
async def answer(request: Request, visitor: WritingVisitor, office: Parts, id: Id) -> Response:
    """Answer questions of an import, and show the proposal that follows."""
    async with request.form() as posted:
        given = {name: str(value).strip() for name, value in posted.items()}
    answers = answers_given(given)
    if not answers:
        return RedirectResponse(f"{PATH}/{id}", status_code=303)
    return await _answered(request, visitor, office, id, answers)


async def _answered(
    request: Request,
    visitor: Visitor,
    office: Office,
    id: str,
    answers: Mapping[str, str],
    *,
    chosen: tuple[str, Mapping[str, str]] | None = None,
) -> Response:
    """Answer, and go on to the proposal that follows; show it again if an answer does not fit."""
    try:
        await office.import_work.answer(visitor.caller, id, answers)
    except Problem as problem:
        if problem.status != 422:
            raise
        return await proposal_page(request, visitor, office, id, wrong=problem, chosen=chosen)
    return RedirectResponse(f"{PATH}/{id}?{DONE}={SAVED}", status_code=303)


@router.post("/imports/{id}/discard")
async def discard(request: Request, visitor: WritingVisitor, office: Parts, id: Id) -> Response:
    """Discard a proposal, and go back to the others."""
    await request.form()
    await office.proposals.discard(visitor.caller, id)
    return RedirectResponse(f"{PATH}?{DONE}={DISCARDED}", status_code=303)


@router.post("/imports/{id}/take-over")
async def take_over(request: Request, visitor: WritingVisitor, office: Parts, id: Id) -> Response:
    """Take over what the proposal says, and show how far it is."""
    form = await request.form()
    without = [name for name in ("refused", "questions") if form.get(f"without_{name}")]
    try:
        begun = await office.take_overs.begin(
            visitor.caller,
            id,
            digest=str(form.get("digest", "")),
            without=without,
            command=command_id(visitor.caller, _key(form)),
        )
    except Problem as problem:
        if problem.code not in (*NOT_LEFT_OUT, "proposal_changed"):
            raise
        return await proposal_page(request, visitor, office, id, wrong=problem)
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
    shown = await taken_over(office, visitor, found, say)
    return page(
        request,
        "coordinator/operation.html",
        visitor,
        place=PATH,
        found=found,
        not_opened=[_not_opened(each, say) for each in found["not_opened"]],
        **shown,
    )
