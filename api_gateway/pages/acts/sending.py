"""The forms of acts on pages: shown, sent, and shown again with what was typed wherever something is in the way.

One form is one command. Its hidden key makes a second sending harmless, its hidden digest says what it showed.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from activities.adapters.postgres.writes.documents import OtherContent
from activities.errors import Unavailable
from api_gateway.http.carry_out import SentCommand, carry_out
from api_gateway.http.command_bodies import body_of
from api_gateway.http.csrf import FIELD
from api_gateway.http.idempotency import command_id
from api_gateway.http.own_path import own_path
from api_gateway.http.sessions import Visitor
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.acts import words as say
from api_gateway.pages.acts.act import ActNow, act_here, needs_choice, with_only_choices
from api_gateway.pages.acts.before import ToKnow, before
from api_gateway.pages.acts.elsewhere import Elsewhere, elsewhere_for
from api_gateway.pages.acts.following import next_task
from api_gateway.pages.acts.form import (
    AFTER_A_REFUSAL,
    ActForm,
    digest_of,
    faults_of_model,
    faults_of_problem,
)
from api_gateway.pages.acts.forms_of_pair import FormOfPair
from api_gateway.pages.acts.kinds_required import kinds_required, who_lacks
from api_gateway.pages.acts.offered import Offered
from api_gateway.pages.acts.parts import ACTS, Control
from api_gateway.pages.acts.posted import Typed, body_from, rows_typed, typed_of, whole
from api_gateway.pages.parts import Link
from api_gateway.pages.view import page
from api_gateway.services.problem import Problem, key_reused
from api_gateway.services.scans import LARGEST_SCAN, keep_scan
from api_gateway.services.send_command import fingerprint

KEY: Final = "form_key"
SEEN: Final = "form_seen"
SHOWN: Final = "form_shown"
TASK: Final = "form_task"
BACK: Final = "form_back"
MORE: Final = "form_more"
OURS: Final = (KEY, SEEN, SHOWN, TASK, BACK, MORE, FIELD)
"""Fields of a form that are no part of its command."""
_MORE_ROWS: Final = 3
_TEMPLATE: Final = "acts/form.html"
PROPOSE: Final = "propose-match"


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What a form is shown with besides its fields: its hidden values, and what is in the way of sending it."""

    key: str
    task: str = ""
    back: str = ""
    refused: str = ""
    see: Link | None = None
    """The page of the person about whom a refusal is."""
    changed: Sequence[tuple[str, str, str]] = ()
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """A form as a template shows it: its fields, where it goes, and what it holds without asking.

    ``elsewhere`` says where else somebody can be looked for, if the form itself has nobody.
    """

    form: ActForm
    action: str
    hidden: Mapping[str, str]
    zone: str
    first_step: bool
    possible: bool
    why_not: str
    elsewhere: Elsewhere | None = None
    before: Sequence[ToKnow] = ()
    """What stands before the button: what the act begins, and what is still open."""
    picks: Sequence[tuple[str, Sequence[FormOfPair]]] = ()
    """What is chosen first, in groups: forms for each of the pair, and staff's own."""


def embedded(act: ActNow, typed: Typed, faults: Mapping[str, str], how: Showing) -> Embedded:
    """Return the form of an act for a page that shows it."""
    seen = act.seen
    hidden = {
        KEY: how.key,
        SEEN: digest_of(seen),
        SHOWN: json.dumps(seen, ensure_ascii=False),
        TASK: how.task,
        BACK: how.back,
    }
    return Embedded(
        form=act.form(typed, faults),
        action=act.about.form(act.act),
        hidden=hidden | {name: str(value) for name, value in act.hidden.items()},
        zone=act.zone,
        first_step=needs_choice(act),
        possible=act.offered.possible,
        why_not="" if act.offered.possible else _why_not(act.offered),
        before=before(act, links.task(how.task) if how.task else act.about.form(act.act)),
        picks=_picks(act, how),
    )


async def with_elsewhere(act: ActNow, shown: Embedded, task: str) -> Embedded:
    """Return a form that has nobody to choose as mentor with where else one can be looked for; any other as it is."""
    if act.act != PROPOSE or (shown.possible and not shown.form.blocked):
        return shown
    return replace(shown, elsewhere=await elsewhere_for(act.office, act.about.shown, task))


def _picks(act: ActNow, how: Showing) -> list[tuple[str, list[FormOfPair]]]:
    """Return the forms from which one is chosen first: those for one of the pair, and those of staff's own."""
    found = [
        replace(each, href=links.with_query(each.href, task=how.task, back=how.back)) for each in act.picks
    ]
    groups = {
        "for_person": [each for each in found if each.person],
        "usual_acts": [each for each in found if not each.person],
    }
    return [(say.frame(act.visitor.language, title), each) for title, each in groups.items() if each]


async def show(
    request: Request, act: ActNow, typed: Typed, faults: Mapping[str, str], how: Showing
) -> Response:
    """Return the page of a form."""
    shown = await with_elsewhere(act, embedded(act, typed, faults, how), how.task)
    return page(
        request,
        _TEMPLATE,
        act.visitor,
        status=how.status,
        place=act.about.href,
        shown=shown,
        form=shown.form,
        about=act.about,
        facts=act.facts,
        back=how.back or (links.task(how.task) if how.task else act.about.href),
        refused=how.refused,
        see=how.see,
        changed=how.changed,
    )


def _why_not(found: Offered) -> str:
    return say.at_a_page(found.why_not) if found.why_not else ""


async def opened(request: Request, act: ActNow, typed: Typed, *, task: str, back: str) -> Response:
    """Return the page of a form as it is opened: with what is known already, and a key of its own."""
    how = Showing(key=new_key(), task=task, back=own_path(back))
    return await show(request, act, with_only_choices(act, typed), {}, how)


def new_key() -> str:
    """Return the key of a form: whoever sends it twice has sent it once."""
    return f"form-{secrets.token_hex(16)}"


async def send(request: Request, office: Office, visitor: Visitor, kind: str, id: str, act: str) -> Response:
    """Carry out a form that was sent, and go on to where it came from; else show it again with what was typed."""
    async with request.form() as posted:
        return await _sent_form(request, office, visitor, (kind, id, act), posted)


async def _sent_form(
    request: Request, office: Office, visitor: Visitor, place: tuple[str, str, str], posted: FormData
) -> Response:
    kind, id, act = place
    items = [(name, value) for name, value in posted.multi_items() if name not in OURS]
    given = {name: str(posted.get(name, "")) for name in (KEY, SEEN, SHOWN, TASK, BACK)}
    typed = typed_of(items)
    try:
        here = await act_here(office, visitor, kind, id, act, typed)
    except Problem as problem:
        await _record(office, visitor, kind, id, act, given[KEY], problem)
        raise
    how = Showing(key=given[KEY] or new_key(), task=given[TASK], back=own_path(given[BACK]))
    if MORE in posted:
        return await show(request, here, _with_more(here, typed, str(posted[MORE])), {}, how)
    file = posted.get("scan")
    command = command_id(here.about.shown.caller, how.key)
    asks = any(part.control is Control.SCAN for part in here.parts)
    if asks and isinstance(file, UploadFile) and file.size:
        content, shown = await file.read(LARGEST_SCAN + 1), here.about.shown
        try:
            typed["scan"] = [await keep_scan(office.documents, shown.caller, shown.row, content, command)]
        except Problem as problem:
            wrong = [{"pointer": "/scan", "code": problem.code, "detail": problem.detail}]
            faults = faults_of_problem(wrong, here.parts, visitor.language)
            return await show(request, here, typed, faults, replace(how, status=422, key=new_key()))
    if given[SEEN] != digest_of(here.seen) and not await office.intake.knows(command):
        return await _stale(request, here, typed, given[SHOWN], how)
    return await _carried_out(request, here, typed, command, how)


async def _record(
    office: Office, visitor: Visitor, kind: str, id: str, act: str, key: str, problem: Problem
) -> None:
    """Record an attempt of another role, as the API does."""
    command = ACTS[kind].get(act)
    if problem.status == 403 and command is not None:
        actor = visitor.caller.acting(visitor.caller.roles)
        await office.intake.refuse(
            command=command_id(visitor.caller, key),
            kind=command.__name__,
            code=problem.code,
            actor=actor,
            subject=id,
        )


def _with_more(act: ActNow, typed: dict[str, list[str]], name: str) -> dict[str, list[str]]:
    """Return what was typed, with more empty rows in one table."""
    part = next((part for part in act.parts if part.name == name and part.control is Control.ROWS), None)
    if part is None:
        return typed
    last = rows_typed(part, typed, name) + _MORE_ROWS - 1
    return {**typed, f"{name}.{last}.{part.parts[0].name}": [""]}


async def _stale(request: Request, act: ActNow, typed: Typed, shown: str, how: Showing) -> Response:
    """Show a form again whose subject has changed since, with both versions and what was typed."""
    changed = [*_changes(_seen_before(shown), act.seen, act.visitor.language)]
    return await show(request, act, typed, {}, replace(how, changed=changed, status=409))


def _seen_before(text: str) -> Mapping[str, Any]:
    try:
        before = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return before if isinstance(before, dict) else {}


def _changes(before: Mapping[str, Any], now: Mapping[str, Any], language: str) -> list[tuple[str, str, str]]:
    """Return what a form showed and what it shows now, line by line, where the two differ."""
    then_facts, now_facts = before.get("facts"), now["facts"]
    then_facts = then_facts if isinstance(then_facts, dict) else {}
    lines = [
        (label, str(then_facts.get(label, "–")), str(now_facts.get(label, "–")))
        for label in dict.fromkeys((*then_facts, *now_facts))
        if then_facts.get(label) != now_facts.get(label)
    ]
    then_offers = before.get("offers")
    then_offers = then_offers if isinstance(then_offers, dict) else {}
    for name, labels in now["offers"].items():
        was = then_offers.get(name)
        if was != labels:
            label = say.of_field(language, "fields", "", name) or name
            lines.append((label, _listed(was), _listed(labels)))
    return lines or [(say.frame(language, "facts"), "–", "–")]


def _listed(labels: Any) -> str:
    return "; ".join(map(str, labels)) if isinstance(labels, list) and labels else "–"


async def _carried_out(request: Request, act: ActNow, typed: Typed, command: str, how: Showing) -> Response:
    language = act.visitor.language
    body = {**body_from(act.parts, typed, act.zone), **act.hidden} | _typed_hidden(act, typed)
    try:
        parsed = body_of(act.kind).model_validate(body)
    except ValidationError as error:
        faults = faults_of_model(error, act.parts, language)
        return await show(request, act, typed, faults, replace(how, status=422, key=new_key()))
    try:
        await carry_out(act.office, act.visitor.caller, _sent(request, act, parsed, command, how.key))
    except Problem as problem:
        if problem.status == 404:
            raise
        return await _refused(request, act, typed, problem, how)
    except OtherContent:
        return await _refused(request, act, typed, key_reused(), how)
    except Unavailable:
        refused = say.frame(language, "try_again")
        return await show(request, act, typed, {}, replace(how, status=503, refused=refused))
    return RedirectResponse(await _next(act, how), status_code=303)


def _typed_hidden(act: ActNow, typed: Typed) -> dict[str, Any]:
    """Return the hidden values as the form had them: a signature is for the text that was on the page."""
    return {
        part.name: whole(typed[part.name][0]) if part.number else typed[part.name][0]
        for part in act.parts
        if part.control is Control.HIDDEN and typed.get(part.name)
    }


def _sent(request: Request, act: ActNow, body: BaseModel, command: str, key: str) -> SentCommand:
    subject = act.about.shown.subject
    content = body.model_dump_json(exclude_unset=True).encode()
    return SentCommand(
        kind=act.kind,
        subject_kind=subject.kind,
        subject=subject.id,
        body=body,
        command=command,
        print_=fingerprint(key, "POST", request.url.path, content),
    )


async def _refused(request: Request, act: ActNow, typed: Typed, problem: Problem, how: Showing) -> Response:
    """Show a form again that was refused, with the reason at its field or above the form."""
    language = act.visitor.language
    if problem.code == "key_reused":
        refused = say.frame(language, "sent_before")
        return await show(request, act, typed, {}, replace(how, status=409, refused=refused, key=new_key()))
    if problem.status >= 500 or problem.code == "in_flight":
        refused = say.frame(language, "try_again")
        return await show(request, act, typed, {}, replace(how, status=problem.status, refused=refused))
    faults = faults_of_problem(problem.errors, act.parts, language)
    answers = [name for name, code in AFTER_A_REFUSAL.items() if code == problem.code]
    typed = {**dict.fromkeys(answers, ()), **typed}
    refused = say.refusal(problem, language)
    if faults and (problem.status == 422 or answers or refused in faults.values()):
        refused = ""  # it stands at its field
    subject = act.about.shown.subject
    kinds = kinds_required(problem.code, subject.rules, language)
    lacks = who_lacks(problem.code, subject.state, next(iter(typed.get("mentor", ())), ""), language)
    how = replace(how, status=problem.status, refused=f"{refused} {kinds}".strip(), key=new_key(), see=lacks)
    return await show(request, act, typed, faults, how)


async def _next(act: ActNow, how: Showing) -> str:
    """Return where to go on: to the next task after one, else to where the form came from."""
    if not how.task:
        return links.with_query(how.back or act.about.href, done=act.act)
    following = await next_task(act.office, act.visitor.caller.sight, how.task, act.kind)
    return links.with_query(links.task(following) if following else links.TODAY, done=act.act, after=how.task)
