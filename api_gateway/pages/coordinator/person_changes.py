"""The forms by which an entry is corrected: how to reach a person, the position, and that the person left or died."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ValidationError

from api_gateway.http.entry_checks import demand_sure
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.http.person_bodies import EntryFields, LastDay
from api_gateway.http.sessions import SessionFirst, Visitor, visitor_with
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.acts.form import faults_of_model, fields_of
from api_gateway.pages.acts.parts import Control, FormPart
from api_gateway.pages.acts.posted import typed_of
from api_gateway.pages.acts.words import refusal
from api_gateway.pages.own_forms import KEY, FormKey, command_of, new_key
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.person_changes import change_entry, end_entry
from api_gateway.services.problem import Problem, writes_as_problems
from domain.actors import Role
from domain.languages import Language

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
Writer = Annotated[Visitor, Depends(visitor_with(Role.COORDINATOR, Role.ADMIN))]
"""Those who write about people."""
CHANGES: Final[Mapping[str, tuple[str, ...]]] = {
    "entry": ("name", "email", "phone", "role_title", "district"),
    "left": ("day",),
    "died": ("day",),
}
"""The forms with their fields in the bodies that the API takes."""
_BODIES: Final[Mapping[str, type[BaseModel]]] = {"entry": EntryFields, "left": LastDay, "died": LastDay}
_ENDS: Final = {"left": "left_on", "died": "died_on"}
Change = Annotated[str, Path(pattern=r"^(entry|left|died)$")]


@router.get("/people/{person}/change/{change}", operation_id="pages.people.change.form")
async def form(
    request: Request, visitor: Writer, office: Parts, person: Subject, change: Change
) -> HTMLResponse:
    """Show the form of a change, with what the entry says now."""
    entry = await _entry(office, visitor, person)
    return _shown(request, visitor, entry, change, _now(entry, change), {})


@router.post("/people/{person}/change/{change}", operation_id="pages.people.change")
async def sent(
    request: Request, visitor: Writer, office: Parts, person: Subject, change: Change, key: FormKey
) -> Response:
    """Change an entry; the form comes back with what was typed if something is in the way."""
    entry = await _entry(office, visitor, person)
    async with request.form() as posted:
        typed = typed_of((name, value) for name, value in posted.multi_items() if name in CHANGES[change])
        sure = posted.get(_SURE) == "yes"
    before = _now(entry, change)
    body: dict[str, str | None] = {name: values[0].strip() for name, values in typed.items()}
    if change == "entry":
        body = {name: text for name, text in body.items() if text != before[name][0]}
    else:
        body = {"day": body.get("day") or None}
    try:
        parsed = _BODIES[change].model_validate_json(json.dumps(body))
    except ValidationError as error:
        faults = faults_of_model(error, _parts(change, Say(Language(visitor.language))), visitor.language)
        return _shown(request, visitor, entry, change, typed, faults, status=422)
    try:
        with writes_as_problems():
            await _carried_out(office, visitor, person, change, parsed, command_of(visitor, key), sure=sure)
    except Problem as refused:
        if refused.status in (403, 404):
            raise
        asked = refused.code in _ASKED
        say = Say(Language(visitor.language))
        faults = {"": say(f"people.change.{refused.code}") if asked else refusal(refused, visitor.language)}
        return _shown(request, visitor, entry, change, typed, faults, status=refused.status, asked=asked)
    return RedirectResponse(links.with_query(links.person(person), changed=change), status_code=303)


async def _carried_out(
    office: Office, visitor: Visitor, person: str, change: str, body: BaseModel, command: str, *, sure: bool
) -> None:
    caller = visitor.caller
    if isinstance(body, EntryFields) and not sure:
        await demand_sure(office, caller, person, email=body.email, title=body.role_title)
    if isinstance(body, LastDay):
        await end_entry(office.facts, office.writes, caller, person, _ENDS[change], body.day, command=command)
        return
    values = body.model_dump(exclude_unset=True)
    await change_entry(office.facts, office.writes, caller, person, values, key=None, command=command)


async def _entry(office: Office, visitor: Visitor, person: str) -> Mapping[str, Any]:
    entry = await office.reads.entries.one(visitor.caller.sight, person)
    if entry is None:
        raise Problem(404, "not_found")
    return {**entry, "id": person}


def _now(entry: Mapping[str, Any], change: str) -> dict[str, list[str]]:
    """Return what stands in the controls before anything is typed."""
    kept = {"day": _ENDS[change]} if change in _ENDS else {name: name for name in CHANGES[change]}
    return {name: [str(entry.get(field) or "")] for name, field in kept.items()}


def _parts(change: str, say: Say) -> tuple[FormPart, ...]:
    return tuple(
        FormPart(
            name=name,
            control=Control.DAY if name == "day" else Control.TEXT,
            required=name not in ("phone", "day"),
            label=say(
                f"people.change.day_{change}" if name == "day" else f"people.{_LABELS.get(name, name)}"
            ),
            hint=say("people.change.day_hint") if name == "day" else "",
        )
        for name in CHANGES[change]
    )


_SURE: Final = "sure"
"""The hidden field of a form that has asked whether something unusual is right: sent again, it is."""
_ASKED: Final = ("address_of_another", "new_role_title")
_LABELS: Final = {"role_title": "position"}


def _shown(
    request: Request,
    visitor: Visitor,
    entry: Mapping[str, Any],
    change: str,
    typed: Mapping[str, Sequence[str]],
    faults: Mapping[str, str],
    *,
    status: int = 200,
    asked: bool = False,
) -> HTMLResponse:
    say = Say(Language(visitor.language))
    fields = fields_of(_parts(change, say), typed, faults, visitor.language)
    whole = [{"text": faults[""], "field": ""}] if "" in faults else []
    return page(
        request,
        "coordinator/person_change.html",
        visitor,
        status=status,
        place="/people",
        entry=entry,
        change=change,
        fields=fields,
        errors=[*whole, *({"text": each.error, "field": each.id} for each in fields if each.error)],
        hidden={KEY: new_key(), **({_SURE: "yes"} if asked else {})},
    )
