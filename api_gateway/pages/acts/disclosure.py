"""The form for a disclosure that the law required: four closed fields. No page says whether there is one."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from activities.adapters.postgres.writes.documents import OtherContent
from api_gateway.http.disclosing import Disclosure, disclose
from api_gateway.http.idempotency import command_id
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.http.sessions import SessionFirst, Visitor, visitor_with
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.acts import words as say
from api_gateway.pages.acts.about import About, about
from api_gateway.pages.acts.form import faults_of_model, faults_of_problem, form_of
from api_gateway.pages.acts.parts import Choice, Control, FormPart
from api_gateway.pages.acts.posted import Typed, body_from, typed_of
from api_gateway.pages.acts.records import choices_of_rules
from api_gateway.pages.acts.sending import BACK, KEY, OURS, Embedded, Showing, new_key
from api_gateway.pages.view import page
from api_gateway.services.problem import Problem
from domain.actors import Role

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
CoordinatorVisitor = Annotated[Visitor, Depends(visitor_with(Role.COORDINATOR))]
ACT: Final = "record-disclosure"
KIND: Final = "rules:agreement.legal_exceptions"
OFFICE: Final = "rules:agreement.disclosure_offices"
BY: Final = "enum:Discloser"
PARTS: Final = (
    FormPart(name="kind", control=Control.CHOICE, offers=KIND),
    FormPart(name="disclosed_on", control=Control.DAY),
    FormPart(name="office", control=Control.CHOICE, offers=OFFICE),
    FormPart(name="by", control=Control.CHOICE, offers=BY),
)


@router.get("/relationships/{subject}/disclosure")
async def disclosure(
    request: Request, visitor: CoordinatorVisitor, office: Parts, subject: Subject
) -> Response:
    """Show the form."""
    here = await _outside(office, visitor, subject)
    return _form(request, visitor, here, {}, {}, Showing(key=new_key()))


@router.post("/relationships/{subject}/disclosure")
async def record(request: Request, visitor: CoordinatorVisitor, office: Parts, subject: Subject) -> Response:
    """Record a disclosure, and go back to the pair."""
    here = await _outside(office, visitor, subject)
    async with request.form() as posted:
        typed = typed_of((name, value) for name, value in posted.multi_items() if name not in OURS)
        key = str(posted.get(KEY, "")) or new_key()
    again = Showing(key=new_key(), status=422)
    try:
        body = Disclosure.model_validate(body_from(PARTS, typed, here.shown.zone))
    except ValidationError as error:
        faults = faults_of_model(error, PARTS, visitor.language)
        return _form(request, visitor, here, typed, faults, again)
    caller = here.shown.caller
    try:
        await disclose(office, caller, subject, body, command_id(caller, key))
    except OtherContent:
        refused = say.frame(visitor.language, "sent_before")
        return _form(request, visitor, here, typed, {}, Showing(key=new_key(), status=409, refused=refused))
    except Problem as problem:
        faults = faults_of_problem(problem.errors, PARTS, visitor.language)
        refused = say.refusal(problem, visitor.language)
        shown = Showing(key=new_key(), status=problem.status, refused=refused)
        return _form(request, visitor, here, typed, faults, shown)
    return RedirectResponse(links.with_query(here.href, done=ACT), status_code=303)


async def _outside(office: Office, visitor: Visitor, subject: str) -> About:
    """Return the pair for a coordinator who is not one of it: those two say it by their own door."""
    here = await about(office, visitor, "relationship", subject)
    if any(id in here.pair for id in here.shown.caller.ids):
        raise Problem(403, "on_the_pair")
    return here


def _form(
    request: Request, visitor: Visitor, here: About, typed: Typed, faults: Mapping[str, str], how: Showing
) -> Response:
    language = visitor.language
    offers: dict[str, tuple[Choice, ...]] = {
        each: choices_of_rules(here.shown, each) for each in (KIND, OFFICE, BY)
    }
    shown = Embedded(
        form=form_of(ACT, PARTS, offers, typed, faults, language),
        action=f"{here.href}/disclosure",
        hidden={KEY: how.key, BACK: ""},
        zone=here.shown.zone,
        first_step=False,
        possible=True,
        why_not="",
    )
    values: dict[str, Any] = {"about": here, "facts": {}, "back": here.href, "changed": ()}
    return page(
        request,
        "acts/form.html",
        visitor,
        status=how.status,
        place=links.RELATIONSHIPS,
        shown=shown,
        form=shown.form,
        refused=how.refused,
        see=None,
        **values,
    )
