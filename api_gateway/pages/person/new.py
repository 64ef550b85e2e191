"""The form by which a person is entered: who is like somebody whom the office has is asked about first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from activities.adapters.files.roster.cells import as_code
from api_gateway.http.changed_entry import entry_write
from api_gateway.http.entry_checks import demand_sure
from api_gateway.http.idempotency import record_refused
from api_gateway.http.office import Parts
from api_gateway.http.paging import Search
from api_gateway.http.person_bodies import NewPerson
from api_gateway.http.sessions import SessionFirst, Visitor
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.acts.form import (
    Faults,
    faults_of_model,
    faults_of_problem,
)
from api_gateway.pages.acts.parts import FormPart
from api_gateway.pages.acts.posted import Typed, body_from, typed_of
from api_gateway.pages.acts.words import refusal
from api_gateway.pages.own_forms import LONG_KEY, LongFormKey, command_of, new_key
from api_gateway.pages.people import own_regions, people_found
from api_gateway.pages.person.form_parts import chosen, text
from api_gateway.pages.person.forms import PEOPLE, SURE, Writer, changed
from api_gateway.pages.person.page import NEW
from api_gateway.pages.person.typed import embedded, in_own_words
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.new_people import add_person
from api_gateway.services.problem import Problem, writes_as_problems
from api_gateway.services.writer import WRITERS
from domain.ids import derive, is_id
from domain.languages import Language
from domain.people.identity import plain_name

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
PATH: Final = f"{PEOPLE}/{NEW}"
PAIR: Final = "form_pair"
"""The hidden field with the pair that needs the person as its mentor."""
_OPTIONAL: Final = ("district", "phone", "key")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Blank:
    """An entry that is still to be made, for a visitor with these regions."""

    office: Office
    visitor: Visitor
    say: Say
    regions: Mapping[str, str]
    name: str = NEW
    pair: str = ""

    def parts(self) -> list[FormPart]:
        """Return the fields of the form."""
        languages = {each.value: self.say(f"people.languages.{each.value}") for each in Language}
        return [
            *(text(self, name) for name in ("name", "email", "role_title")),
            chosen(self, "region", self.regions),
            *(text(self, name, required=False) for name in _OPTIONAL),
            chosen(self, "language", languages),
        ]


@router.get(PATH, operation_id="pages.people.new.form")
async def form(
    request: Request, visitor: Writer, office: Parts, name: Search = "", pair: str = ""
) -> HTMLResponse:
    """Show the form by which a person is entered, with the ``name`` for which somebody looked in vain.

    ``pair`` is the one that needs the person as its mentor.
    """
    blank = await _blank(office, visitor)
    typed = {"language": [Language.EN.value]}
    if name.strip():
        typed["name"] = [name.strip()]
    if len(blank.regions) == 1:
        typed["region"] = [*blank.regions]
    return _shown(request, replace(blank, pair=pair), typed, {})


@router.post(PATH, operation_id="pages.people.new")
async def sent(request: Request, visitor: Writer, office: Parts, key: LongFormKey) -> Response:
    """Enter a person; the form comes back with what was typed if something is in the way."""
    blank, command = await _blank(office, visitor), command_of(visitor, key)
    person = derive("person", command)
    async with request.form() as posted:
        names = {part.name for part in blank.parts()}
        typed = typed_of((name, value) for name, value in posted.multi_items() if name in names)
        sure = posted.get(SURE) == "yes"
        blank = replace(blank, pair=str(posted.get(PAIR, "")))
    back = links.with_query(links.person(person), pair=blank.pair if is_id(blank.pair) else "")
    if await office.writes.people.has_written(command):
        return changed(person, NEW, back)
    try:
        body = NewPerson.model_validate_json(json.dumps(_body(blank, typed)))
    except ValidationError as error:
        faults = faults_of_model(error, blank.parts(), visitor.language)
        return _shown(request, blank, typed, in_own_words(blank.say, typed, faults), status=422)
    try:
        alike = [] if sure else await _alike(blank, body)
        if alike:
            return _shown(request, blank, typed, {}, alike=alike, sure=True, status=409)
        with writes_as_problems():
            await _added(blank, body, person, command, sure=sure)
    except Problem as problem:
        if not blank.say.has(f"person.questions.{problem.code}"):
            actor = visitor.caller.acting(WRITERS)
            await record_refused(office.intake, problem, command, "AddPerson", actor)
        return _refused(request, blank, typed, problem)
    return changed(person, NEW, back)


async def _blank(office: Office, visitor: Visitor) -> _Blank:
    regions = own_regions(await office.reads.regions.names(visitor.caller.sight), visitor.caller)
    return _Blank(office=office, visitor=visitor, say=Say(Language(visitor.language)), regions=regions)


def _body(blank: _Blank, typed: Typed) -> dict[str, Any]:
    body = body_from(blank.parts(), typed, "UTC")
    if title := body.get("role_title"):
        body["role_title"] = as_code(title)
    return body


async def _alike(blank: _Blank, body: NewPerson) -> list[dict[str, str]]:
    """Return those whom the visitor sees and who have the name of the new person."""
    found = await people_found(blank.office, blank.visitor, body.name[:100], blank.regions)
    return [each for each in found if plain_name(each["name"]) == plain_name(body.name)]


async def _added(blank: _Blank, body: NewPerson, person: str, command: str, *, sure: bool) -> None:
    office, caller = blank.office, blank.visitor.caller
    if not sure:
        await demand_sure(office, caller, person, email=body.email, title=body.role_title)
    write = entry_write(office, caller, person, command)
    await add_person(write, office.reads.regions, body.model_dump())


def _refused(request: Request, blank: _Blank, typed: Typed, problem: Problem) -> Response:
    question = f"person.questions.{problem.code}"
    if blank.say.has(question):
        return _shown(
            request, blank, typed, {}, refused=blank.say(question), sure=True, status=problem.status
        )
    faults = faults_of_problem(problem.errors, blank.parts(), blank.visitor.language)
    return _shown(
        request, blank, typed, faults, refused=refusal(problem, blank.visitor.language), status=problem.status
    )


def _shown(
    request: Request,
    blank: _Blank,
    typed: Typed,
    faults: Faults,
    *,
    refused: str = "",
    alike: Sequence[Mapping[str, str]] = (),
    sure: bool = False,
    status: int = 200,
) -> HTMLResponse:
    hidden = {
        LONG_KEY: new_key(),
        **({SURE: "yes"} if sure else {}),
        **({PAIR: blank.pair} if blank.pair else {}),
    }
    return page(
        request,
        "person/new.html",
        blank.visitor,
        status=status,
        place=PEOPLE,
        shown=embedded(blank, blank.parts(), typed, faults, action=PATH, hidden=hidden),
        refused=refused,
        alike=alike,
    )
