"""An application that staff enter for somebody: whom it is for, for which term, and what the person says."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from api_gateway.http.applying import ApplicationBody
from api_gateway.http.office import Parts
from api_gateway.http.paging import Search
from api_gateway.http.sessions import SessionFirst, Visitor, visitor_with
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.acts.form import faults_of_model, faults_of_problem, fields_of, with_label
from api_gateway.pages.acts.parts import Choice, Control, FormPart
from api_gateway.pages.acts.posted import Typed, body_from, typed_of
from api_gateway.pages.acts.words import of_code, of_field, refusal
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.dates import Dates
from api_gateway.pages.own_forms import KEY, FormKey, command_of, new_key
from api_gateway.pages.parts import Link, Next
from api_gateway.pages.people import held_today, people_found
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.applications import ApplicationForm
from api_gateway.services.problem import Problem
from api_gateway.services.programs import programs
from domain.actors import Role
from domain.languages import Language
from domain.rules.program import Rules

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
Applying = Annotated[Visitor, Depends(visitor_with(Role.COORDINATOR, Role.ADMIN))]
"""Those who may apply for somebody else."""
APPLICATIONS: Final = "/applications"
NEW: Final = f"{APPLICATIONS}/new"
_MEMBERSHIP: Final = "membership"
_OURS: Final = (KEY, "csrf", "person", "term")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenApplicant:
    """For whom and for which term an application is entered; a term that is not chosen yet is empty."""

    dates: Dates
    person: Mapping[str, Any] | None
    term: Mapping[str, Any] | None
    terms: Sequence[Mapping[str, Any]]


@router.get(NEW)
async def form(
    request: Request,
    visitor: Applying,
    office: Parts,
    q: Search = "",
    person: str = "",
    term: str = "",
    changed: str = "",
) -> HTMLResponse:
    """Find the person, choose the term, then show the form; ``changed`` is what was just added to the person."""
    chosen = await _chosen(office, visitor, person, term)
    typed = {"applied_on": [chosen.dates.today.isoformat()]}
    added = chosen.dates.say(f"person.changes.{changed}.done") if changed == _MEMBERSHIP else ""
    return await _shown(request, office, visitor, chosen, typed, {}, q=q.strip(), added=added)


@router.post(APPLICATIONS)
async def sent(request: Request, visitor: Applying, office: Parts, key: FormKey) -> Response:
    """Enter the application; the form comes back with what was typed if something is in the way."""
    async with request.form() as posted:
        typed = typed_of((name, value) for name, value in posted.multi_items() if name not in _OURS)
        person, term = (str(posted.get(name, "")) for name in ("person", "term"))
    chosen = await _chosen(office, visitor, person, term)
    if chosen.person is None or chosen.term is None:
        return await _shown(request, office, visitor, chosen, typed, {}, status=422)
    parts = _parts(visitor.language, _rules(chosen))
    body = {"person": person, "term": term, **body_from(parts, typed, "UTC")}
    unsaid = [
        {"pointer": f"/{each.name}", "code": "missing", "detail": ""} for each in parts if each.required
    ]
    if left := [each for each in unsaid if each["pointer"][1:] not in body]:
        faults = faults_of_problem(left, parts, visitor.language)
        return await _shown(request, office, visitor, chosen, typed, faults, status=422)
    try:
        parsed = ApplicationBody.model_validate_json(json.dumps(body))
    except ValidationError as error:
        faults = faults_of_model(error, parts, visitor.language)
        return await _shown(request, office, visitor, chosen, typed, faults, status=422)
    try:
        entered = ApplicationForm(**dict(parsed))
        command = command_of(visitor, key)
        answer = await office.applications.apply(entered, caller=visitor.caller, command=command)
    except Problem as problem:
        faults = faults_of_problem(problem.errors, parts, visitor.language) or {
            "": refusal(problem, visitor.language)
        }
        return await _shown(request, office, visitor, chosen, typed, faults, status=problem.status)
    made = str(answer.body["relationship"])
    return RedirectResponse(links.with_query(APPLICATIONS, done="entered", about=made), status_code=303)


async def _chosen(office: Office, visitor: Visitor, person: str, term: str) -> ChosenApplicant:
    """Return what is chosen; a person or term that the visitor does not see is none."""
    sight, dates = visitor.caller.sight, await dates_of(office, visitor)
    entry = await office.reads.entries.one(sight, person) if person else None
    today = dates.today.isoformat()
    rows = [row for row in (await office.reads.terms.page(sight)).rows if row["last"] >= today]
    terms = [row for row in rows if row["program"] in programs()]
    if len(terms) == 1 and not term:
        term = terms[0]["id"]
    return ChosenApplicant(
        dates=dates,
        person={**entry, "id": person} if entry else None,
        term=next((row for row in terms if row["id"] == term), None),
        terms=terms,
    )


def _rules(chosen: ChosenApplicant) -> Rules:
    """Return the rules by which an application for the chosen term and person is decided."""
    if chosen.person is None or chosen.term is None:
        raise Problem(404, "not_found")
    return programs()[chosen.term["program"]].rules_for(chosen.person["region"])


def _parts(language: str, rules: Rules) -> tuple[FormPart, ...]:
    """Return the fields of the form with the choices of the program's rules; none that the program does not ask."""

    def part(name: str, control: Control, *, required: bool = True, codes: Sequence[str] = ()) -> FormPart:
        choices = tuple(Choice(value=code, label=of_code(language, rules.program, code)) for code in codes)
        say, own = Say(Language(language)), f"applications.new.{name}"
        label = say(own) if say.has(own) else of_field(language, "fields", "correct-application", name)
        hint = say(f"{own}_hint") if say.has(f"{own}_hint") else ""
        return FormPart(
            name=name, control=control, required=required, label=label, hint=hint, choices=choices
        )

    asked = rules.eligibility
    found = [
        part("reason", Control.CHOICE, codes=asked.reasons),
        part("first_year", Control.YES_NO),
        part("applied_on", Control.DAY),
    ]
    if asked.areas:
        found.append(part("areas", Control.CHOICES, codes=asked.areas))
    if asked.special_applications:
        found.append(part("circumstances", Control.LONG_TEXT, required=False))
    return tuple(found)


async def _shown(
    request: Request,
    office: Office,
    visitor: Visitor,
    chosen: ChosenApplicant,
    typed: Typed,
    faults: Mapping[str, str],
    *,
    q: str = "",
    added: str = "",
    status: int = 200,
) -> HTMLResponse:
    dates = chosen.dates
    ready = chosen.person is not None and chosen.term is not None
    fields = (
        fields_of(_parts(visitor.language, _rules(chosen)), typed, faults, visitor.language) if ready else ()
    )
    regions = await office.reads.regions.names(visitor.caller.sight)
    wanted = _rules(chosen).eligibility.mentee_classes if ready else ()
    held = {*(held_today(chosen.person, chosen.dates.today) if chosen.person else ())} & {*wanted}
    whole = [{"text": faults[""], "field": ""}] if "" in faults else []
    return page(
        request,
        "coordinator/new_application.html",
        visitor,
        status=status,
        place=APPLICATIONS,
        message=added,
        q=q,
        people=await people_found(office, visitor, q, regions) if chosen.person is None else (),
        person=chosen.person,
        term=chosen.term,
        terms=[{"id": row["id"], "text": _named(row, dates)} for row in chosen.terms],
        term_name=_named(chosen.term, dates) if chosen.term else "",
        membership=dates.say("applications.new.membership", classes=_classes(chosen, wanted))
        if wanted
        else "",
        lacks=_lacks(chosen, wanted) if wanted and not held else None,
        fields=fields,
        zone="UTC",
        errors=[
            *whole,
            *(
                {"text": with_label(each.label, each.error), "field": each.id}
                for each in fields
                if each.error
            ),
        ],
        new_key=new_key,
    )


def _classes(chosen: ChosenApplicant, codes: Sequence[str]) -> str:
    program = chosen.term["program"] if chosen.term else ""
    return ", ".join(of_code(chosen.dates.language, program, code) for code in codes)


def _lacks(chosen: ChosenApplicant, wanted: Sequence[str]) -> Next | None:
    """Return that the person has none of the memberships that the program asks for, and where one is added."""
    if chosen.person is None:
        return None
    say, name = chosen.dates.say, chosen.person["name"]
    back = links.with_query(NEW, person=chosen.person["id"], term=chosen.term["id"] if chosen.term else "")
    form = links.with_query(f"{links.person(chosen.person['id'])}/change/{_MEMBERSHIP}", back=back)
    add = Link(form, say("applications.new.add_membership"))
    return Next(
        what=say("applications.new.lacks", name=name),
        why=say("applications.new.lacks_why", classes=_classes(chosen, wanted)),
        kind="soon",
        acts=(add,),
    )


def _named(term: Mapping[str, Any], dates: Dates) -> str:
    file = programs().get(term["program"])
    days = f"{dates.long(term['first'])} – {dates.long(term['last'])}"
    return f"{file.title if file else term['program']} {term['name']} ({days})"
