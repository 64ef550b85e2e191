"""What the link of an email opens: a page that only asks to open it, the form of its act, and what was done.

No GET changes anything. Opening a link uses nothing up either: the form that is sent does.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from activities.adapters.postgres.database import ACTS_FOR, ActsFor
from activities.adapters.postgres.writes.task_links import LinkUsed
from activities.errors import Unavailable
from api_gateway.door.acts import LinkedAct, act_of
from api_gateway.door.fields import shortcuts_of, without_shortcuts
from api_gateway.door.office import Door
from api_gateway.door.send import send
from api_gateway.door.view import browser_language, dead_page, door_page
from api_gateway.http.command_bodies import body_of
from api_gateway.http.csrf import FIELD, demand_own_site
from api_gateway.http.idempotency import command_id
from api_gateway.pages.acts.form import Wrong, digest_of, faults_of_model, faults_of_problem, form_of
from api_gateway.pages.acts.posted import body_from, typed_of
from api_gateway.pages.acts.sending import KEY, SEEN, new_key
from api_gateway.pages.words import Say
from api_gateway.services.caller import caller_of
from api_gateway.services.links import LinkHolder
from api_gateway.services.problem import Problem
from domain.languages import Language
from domain.task_links import token_hash

router = APIRouter(include_in_schema=False)
NAME: Final = "first_name"
"""The field that starts empty, so that a machine that presses every button sends nothing."""
_OURS: Final = (KEY, SEEN, FIELD, NAME)
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{20,100}")


@router.get("/t", operation_id="door.link")
async def link(request: Request) -> Response:
    """Show the page to which every link leads; what is in the address after # stays in the browser."""
    return door_page(request, "door/link.html", browser_language(request))


@router.post("/t", operation_id="door.open")
async def open_link(request: Request) -> Response:
    """Open a link: the browser gets the cookie of its one form. Nothing is used up."""
    demand_own_site(request)
    token = str((await request.form()).get("token", ""))
    door = _door(request)
    found = await _link(door, token_hash(token)) if _TOKEN.fullmatch(token) else None
    if found is None or not found.alive:
        return dead_page(request)
    answer = RedirectResponse(f"/t/{found.id}", status_code=303)
    door.cookies.open(answer, found.id, found.hash)
    return answer


@router.get("/t/{id}", operation_id="door.form")
async def form(id: str, request: Request) -> Response:
    """Show the form of an opened link."""
    door, found = _door(request), await _opened(request, id)
    if found is None or not found.alive:
        return dead_page(request)
    act = await act_of(door, found, door.cookies.csrf(request, id))
    return _shown(request, act, shortcuts_of(act).typed, {})


@router.post("/t/{id}", operation_id="door.send")
async def sent(id: str, request: Request) -> Response:
    """Carry out the act of a link, which uses it up; else show the form again with what was typed."""
    demand_own_site(request)
    door, found = _door(request), await _opened(request, id)
    if found is None:
        return dead_page(request)
    posted = await request.form()
    if posted.get(FIELD) != door.cookies.csrf(request, id):
        raise Problem(403, "form_of_other_session")
    given = {name: str(posted.get(name, "")) for name in (KEY, SEEN, NAME)}
    again = found.used_by == command_id(caller_of(found.holder), given[KEY])
    if not found.alive and not again:
        # Whoever goes back to a form that was sent, or opened it twice, sees what it did.
        return RedirectResponse(f"/t/{id}/done", status_code=303) if found.used_by else dead_page(request)
    act = await act_of(door, found, door.cookies.csrf(request, id))
    items = [(name, value) for name, value in posted.multi_items() if name not in _OURS]
    typed = without_shortcuts(act, typed_of(items))
    if not again and given[SEEN] != digest_of(_seen(act)):
        return _shown(request, act, typed, {}, given=given, refused="stale", status=409)
    return await _carried_out(request, act, typed, given)


@router.get("/t/{id}/done", operation_id="door.done")
async def done(id: str, request: Request) -> Response:
    """Say what the act of a link did, in the browser that did it."""
    found = await _opened(request, id)
    if found is None or not found.used_by:
        return dead_page(request)
    act = await act_of(_door(request), found, "")
    return door_page(
        request,
        "door/done.html",
        act.language,
        program=act.program,
        act=found.act,
        partner=act.partner,
        reference=found.used_by[:8],
    )


async def _carried_out(
    request: Request, act: LinkedAct, typed: Mapping[str, list[str]], given: Mapping[str, str]
) -> Response:
    language, faults = act.language, dict[str, str]()
    try:
        body = {**body_from(act.parts, typed, act.act.zone), **act.fixed}
        parsed = body_of(act.act.kind).model_validate(body)
    except ValidationError as error:
        faults = faults_of_model(error, act.parts, language)
    if not _is_name(given[NAME], act.link.name):
        faults[NAME] = Say(Language(language))("door.name_fault", name=act.link.name.split()[0])
    if faults:
        return _shown(request, act, typed, faults, given=given, status=422)
    try:
        await send(_door(request), act, parsed, given[KEY])
    except LinkUsed:
        return RedirectResponse(f"/t/{act.link.id}/done", status_code=303)
    except Problem as problem:
        return _refused(request, act, typed, given, problem)
    except Unavailable:
        return _shown(request, act, typed, {}, given=given, refused="try_again", status=503)
    return RedirectResponse(f"/t/{act.link.id}/done", status_code=303)


def _refused(
    request: Request,
    act: LinkedAct,
    typed: Mapping[str, list[str]],
    given: Mapping[str, str],
    problem: Problem,
) -> Response:
    """Show a form again that was refused: the link is given back, and the next attempt has a key of its own."""
    if problem.status == 404:
        raise problem
    if problem.status >= 500 or problem.code == "in_flight":
        return _shown(request, act, typed, {}, given=given, refused="try_again", status=503)
    faults = faults_of_problem(problem.errors, act.parts, act.language)
    faults = faults or {"": problem.detail}
    return _shown(request, act, typed, faults, given={**given, KEY: new_key()}, status=problem.status)


def _shown(
    request: Request,
    act: LinkedAct,
    typed: Mapping[str, Sequence[str]],
    faults: Mapping[str, str],
    *,
    given: Mapping[str, str] | None = None,
    refused: str = "",
    status: int = 200,
) -> Response:
    """Return the page of a form."""
    say, given = Say(Language(act.language)), given or {KEY: new_key(), NAME: ""}
    about = act.link.act
    said = {
        "title": say(f"door.acts.{about}.title", partner=act.partner),
        "button": say(f"door.acts.{about}.button"),
        "leads": "",
    }
    made = form_of(f"own-{act.act.act}", act.parts, act.act.offered.offers, typed, faults, act.language, said)
    wrong = [each for each in made.wrong if each.href or NAME not in faults or each.text != faults[NAME]]
    if NAME in faults:
        wrong.append(Wrong(href="first-name", label=say("door.name"), text=faults[NAME]))
    return door_page(
        request,
        "door/form.html",
        act.language,
        status=status,
        program=act.program,
        linked=act,
        form=made,
        wrong=wrong,
        faults=faults,
        typed=typed,
        minutes=shortcuts_of(act).minutes,
        refused=refused,
        hidden={FIELD: act.act.visitor.csrf, KEY: given[KEY], SEEN: digest_of(_seen(act))},
        first_name=given.get(NAME, ""),
        meeting=_meeting_words(act),
        zone=act.act.zone,
        possible=act.act.offered.possible,
    )


def _seen(act: LinkedAct) -> dict[str, Any]:
    """Return what the form shows beside its fields: another one means that it has changed."""
    return {**act.act.seen, "meeting": list(_meeting_words(act)), "version": act.fixed.get("version", "")}


def _meeting_words(act: LinkedAct) -> tuple[str, ...]:
    """Return the meeting that a link is about, in words: its day and hour, its length, its mode, its topics."""
    if act.meeting is None:
        return ()
    shown, met = act.act.about.shown, act.meeting
    words = [
        f"{shown.day(met.began_at)}, {shown.hour(met.began_at)}" if met.minutes else shown.day(met.began_at)
    ]
    if met.minutes:
        words.append(Say(Language(act.language))("door.minutes", count=met.minutes))
    return (*words, *(shown.code(code) for code in (met.mode, *met.topics) if code))


def _is_name(typed: str, name: str) -> bool:
    """Return whether somebody typed one of the names of a person, however it is written."""
    return bool(_plain(typed)) and _plain(typed) in {_plain(name), *map(_plain, name.split())}


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in apart if not unicodedata.combining(sign)).split())


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


async def _link(door: Door, hash: str) -> LinkHolder | None:
    """Return the link of a hash, and act for its person from here on."""
    ACTS_FOR.set(ActsFor(proof=hash))
    found = await door.links.link(hash)
    if found is not None:
        ACTS_FOR.set(ActsFor(person=found.holder.person, proof=hash))
    return found


async def _opened(request: Request, id: str) -> LinkHolder | None:
    """Return the link that this browser has opened; None for any other."""
    door = _door(request)
    hash = door.cookies.opened(request, id)
    found = await _link(door, hash) if hash else None
    return found if found is not None and found.id == id else None
