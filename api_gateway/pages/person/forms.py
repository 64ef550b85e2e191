"""The forms that change what the office has about a person; what is serious is shown as before and after first."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from api_gateway.http.changed_entry import entry_write
from api_gateway.http.entry_checks import demand_sure
from api_gateway.http.idempotency import record_refused
from api_gateway.http.office import Parts
from api_gateway.http.own_path import own_path
from api_gateway.http.paging import Search
from api_gateway.http.path_ids import Subject
from api_gateway.http.person_bodies import EntryFields, LastDay
from api_gateway.http.sessions import SessionFirst, Visitor, visitor_with
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.acts.form import digest_of, faults_of_model, faults_of_problem
from api_gateway.pages.acts.posted import typed_of
from api_gateway.pages.acts.words import refusal
from api_gateway.pages.own_forms import LONG_KEY, LongFormKey, command_of, new_key
from api_gateway.pages.people import people_found
from api_gateway.pages.person.change import FormAbout, OpenedForm
from api_gateway.pages.person.changes import asked_for, name_of_record
from api_gateway.pages.person.here import said_of
from api_gateway.pages.person.typed import body_of, first_values, form_shown, in_own_words
from api_gateway.pages.view import page
from api_gateway.services.problem import Problem, writes_as_problems
from api_gateway.services.writer import WRITERS
from domain.actors import Role

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
Writer = Annotated[Visitor, Depends(visitor_with(Role.COORDINATOR, Role.ADMIN))]
"""Those who write about people."""
ChangeName = Annotated[str, Path(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=40)]
PEOPLE: Final = "/people"
SEEN: Final = "form_seen"
SHOWN: Final = "form_shown"
SURE: Final = "sure"
"""The hidden field of a form that has asked whether it is right: sent again, it is."""
AGAIN: Final = "again"
"""The button of what is to be confirmed that leads back to the form."""
RECORD, OTHER = "record", "other"
BACK: Final = "form_back"
"""The hidden field with the page of this office to which a form leads back; without it, that of the person."""
_OURS: Final = (LONG_KEY, SEEN, SHOWN, SURE, AGAIN, RECORD, OTHER, BACK, "csrf")
_QUESTIONS: Final = ("address_of_another", "new_role_title")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a form sent besides its fields."""

    typed: Mapping[str, list[str]]
    ours: Mapping[str, str]

    @classmethod
    def of(cls, posted: FormData) -> "Given":
        """Return what was posted."""
        typed = typed_of((name, value) for name, value in posted.multi_items() if name not in _OURS)
        return cls(typed=typed, ours={name: str(posted.get(name, "")) for name in _OURS})

    @property
    def sure(self) -> bool:
        """Whether it was asked already if this is right."""
        return self.ours[SURE] == "yes"

    @property
    def back(self) -> str:
        """The page to which it leads back, if it is one of this office."""
        return own_path(self.ours[BACK])


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownForm:
    """What a form is shown with: what was typed, and what is in the way of it."""

    typed: Mapping[str, Any] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""
    changed: tuple[tuple[str, str, str], ...] = ()
    sure: bool = False
    back: str = ""
    status: int = 200


@router.get("/people/{person}/change/{change}", operation_id="pages.people.change.form")
async def form(
    request: Request,
    visitor: Writer,
    office: Parts,
    person: Subject,
    change: ChangeName,
    record: str = "",
    other: str = "",
    q: Search = "",
    back: str = "",
) -> HTMLResponse:
    """Show the form of a change, with what the entry says now; first the other person is looked for, if it has one.

    ``back`` is the page that it leads back to.
    """
    asked = await asked_for(office, visitor, person, change, record, other)
    if asked.change.about is FormAbout.OTHER and not asked.other:
        return await _searched(request, asked, q.strip())
    return _shown(request, asked, ShownForm(typed=first_values(asked), back=own_path(back)))


@router.post("/people/{person}/change/{change}", operation_id="pages.people.change")
async def sent(
    request: Request, visitor: Writer, office: Parts, person: Subject, change: ChangeName, key: LongFormKey
) -> Response:
    """Change an entry; the form comes back with what was typed if something is in the way."""
    command = command_of(visitor, key)
    async with request.form() as posted:
        given = Given.of(posted)
    if await office.writes.people.has_written(command):
        return changed(person, change, given.back)
    asked = await asked_for(office, visitor, person, change, given.ours[RECORD], given.ours[OTHER])
    how = ShownForm(typed=given.typed, back=given.back)
    if given.ours[SEEN] != digest_of(said_of(asked.here)):
        return _shown(request, asked, replace(how, changed=_changed(asked, given), status=409))
    if given.ours[AGAIN]:
        return _shown(request, asked, how)
    try:
        parsed = asked.change.body.model_validate_json(json.dumps(body_of(asked, given.typed)))
    except ValidationError as error:
        faults = faults_of_model(error, asked.change.parts(asked), visitor.language)
        worded = in_own_words(asked.say, given.typed, faults)
        return _shown(request, asked, replace(how, faults=worded, status=422))
    if asked.change.then is not None and not given.sure:
        return _to_confirm(request, asked, parsed, given)
    try:
        with writes_as_problems():
            await _carried_out(office, asked, parsed, command, sure=given.sure)
    except Problem as problem:
        if problem.code not in _QUESTIONS:
            actor = visitor.caller.acting(WRITERS)
            await record_refused(office.intake, problem, command, asked.change.kind, actor)
        return _refused(request, asked, how, problem)
    return changed(person, change, given.back)


def changed(person: str, change: str, back: str = "") -> Response:
    """Return the way back to a page, or else to that of a person, which says what was changed."""
    return RedirectResponse(links.with_query(back or links.person(person), changed=change), status_code=303)


async def _carried_out(
    office: Office, asked: OpenedForm, body: BaseModel, command: str, *, sure: bool
) -> None:
    caller = asked.here.visitor.caller
    if isinstance(body, EntryFields) and not sure:
        await demand_sure(office, caller, asked.here.id, email=body.email, title=body.role_title)
    await asked.change.write(entry_write(office, caller, asked.here.id, command), asked, body)


def _refused(request: Request, asked: OpenedForm, how: ShownForm, problem: Problem) -> Response:
    """Show a form again that was refused, with the reason at its field or above the form."""
    if problem.status == 404:
        raise problem
    if problem.code in _QUESTIONS:
        words = asked.say(f"person.questions.{problem.code}")
        return _shown(request, asked, replace(how, refused=words, sure=True, status=problem.status))
    parts = asked.change.parts(asked)
    faults = faults_of_problem(problem.errors, parts, asked.here.visitor.language)
    refused = "" if faults and problem.status == 422 else refusal(problem, asked.here.visitor.language)
    return _shown(request, asked, replace(how, faults=faults, refused=refused, status=problem.status))


def _changed(asked: OpenedForm, given: Given) -> tuple[tuple[str, str, str], ...]:
    """Return what an entry said when the form was opened and says now, where the two differ."""
    now = said_of(asked.here)
    try:
        then = json.loads(given.ours[SHOWN])
    except ValueError:
        then = {}
    then = then if isinstance(then, dict) else {}
    return tuple(
        (label, str(then.get(label, "–")), now.get(label, "–"))
        for label in dict.fromkeys((*then, *now))
        if then.get(label) != now.get(label)
    )


def _hidden(asked: OpenedForm, *, sure: bool, back: str) -> dict[str, str]:
    said = said_of(asked.here)
    own = {
        RECORD: name_of_record(asked.change.about, asked.record),
        OTHER: str(asked.other.get("id", "")),
        SURE: "yes" if sure else "",
        BACK: back,
    }
    kept = {name: value for name, value in own.items() if value}
    return {LONG_KEY: new_key(), SEEN: digest_of(said), SHOWN: json.dumps(said, ensure_ascii=False), **kept}


def _shown(request: Request, asked: OpenedForm, how: ShownForm) -> HTMLResponse:
    return page(
        request,
        "person/change.html",
        asked.here.visitor,
        status=how.status,
        place=PEOPLE,
        shown=form_shown(asked, how.typed, how.faults, _hidden(asked, sure=how.sure, back=how.back)),
        asked=asked,
        facts=said_of(asked.here),
        back=how.back or links.person(asked.here.id),
        refused=how.refused,
        changed=how.changed,
    )


def _to_confirm(request: Request, asked: OpenedForm, body: BaseModel, given: Given) -> HTMLResponse:
    """Show what a change makes otherwise, before it happens."""
    assert asked.change.then is not None  # noqa: S101 - asked for by whoever calls
    follows = f"person.changes.{asked.name}.follows"
    say, taken_back = asked.say, isinstance(body, LastDay) and body.day is None
    return page(
        request,
        "person/confirm.html",
        asked.here.visitor,
        place=PEOPLE,
        asked=asked,
        lines=asked.change.then(asked, body),
        follows=say(follows) if say.has(follows) and not taken_back else "",
        typed=[(name, value) for name, values in given.typed.items() for value in values],
        hidden=_hidden(asked, sure=True, back=given.back),
        back=given.back or links.person(asked.here.id),
    )


async def _searched(request: Request, asked: OpenedForm, q: str) -> HTMLResponse:
    """Show the people whom a search finds, each with the way to the form."""
    here = asked.here
    people = await people_found(here.office, here.visitor, q, here.regions)
    return page(
        request,
        "person/other.html",
        here.visitor,
        place=PEOPLE,
        asked=asked,
        action=f"{links.person(here.id)}/change/{asked.name}",
        q=q,
        people=[each for each in people if each["id"] != here.id],
        back=links.person(here.id),
    )
