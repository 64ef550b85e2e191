"""A form of the door: shown, checked, saved for later, sent, and shown again with what was typed.

It is the same form by a link and in a session: ``FormAsked`` says how its person proved who it is.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.datastructures import FormData

from activities.adapters.postgres.writes.documents import OtherContent
from activities.adapters.postgres.writes.task_links import LinkUsed
from activities.errors import Unavailable
from api_gateway.door.acts import OF_PAIR, OwnAct, pair_act
from api_gateway.door.all_faults import with_others
from api_gateway.door.checked import answers_in_words
from api_gateway.door.contact_word import contact_word
from api_gateway.door.fields import (
    TIME,
    shortcuts_of,
    still_to_come,
    to_correct,
    to_dispute,
    without_shortcuts,
)
from api_gateway.door.group_log import PAIRS, NotAllLogged, group_act
from api_gateway.door.later import saved_for_later
from api_gateway.door.office import Door
from api_gateway.door.proofs import FormAsked
from api_gateway.door.send import body_class, send
from api_gateway.door.term_acts import OF_TERM, term_act
from api_gateway.door.view import door_page
from api_gateway.http.csrf import FIELD
from api_gateway.http.idempotency import command_id
from api_gateway.pages.acts import words as act_words
from api_gateway.pages.acts.form import (
    Wrong,
    digest_of,
    faults_of_model,
    faults_of_problem,
    form_of,
    id_of,
)
from api_gateway.pages.acts.parts import Control, FormPart, slug
from api_gateway.pages.acts.posted import Typed, body_from, rows_typed, typed_of, whole
from api_gateway.pages.acts.sending import KEY, MORE, SEEN, new_key
from api_gateway.pages.words import Say
from api_gateway.services.form_answers import form_in_use
from api_gateway.services.problem import Problem, key_reused
from domain.languages import Language
from domain.relationship.stages.agreement.signing import SignAgreement

NAME: Final = "first_name"
"""The field that starts empty, so that a machine that presses every button sends nothing."""
CHECKED: Final = "form_checked"
CHANGE: Final = "form_change"
LATER: Final = "form_later"
SAVED: Final = "form_saved"
_OURS: Final = (KEY, SEEN, FIELD, NAME, MORE, CHECKED, CHANGE, LATER, SAVED)
_MORE_ROWS: Final = 3
IN_TAB: Final = frozenset(
    (
        "BookObservation", "ConfirmFirstContact", "CorrectMeeting", "LogGroupMeeting", "LogMeeting",
        "LogQuickMeeting", "MoveObservation", "PlanMeetings", "RequestCover", "TickChecklist", "UseCover",
    )
)  # fmt: skip
"""The acts of days, counts and codes alone, whose form a browser keeps in its tab while a connection is lost."""
FINAL: Final = frozenset(("ChangePartner", "DeclineMatch", "EndRelationship"))
"""The acts that end something and cannot be taken back: they are shown once more before they are sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAlong:
    """What a form was sent with besides its fields."""

    key: str
    seen: str = ""
    name: str = ""
    saved: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWith:
    """What a form is shown with besides its fields: what is in the way of sending it, and the status of the page."""

    given: SentAlong = field(default_factory=lambda: SentAlong(key=new_key()))
    refused: str = ""
    status: int = 200


async def act_of(door: Door, asked: FormAsked) -> OwnAct:
    """Return an act as it stands for its person; 404 for an unknown one and for what the person does not see."""
    if asked.act == "LogGroupMeeting":
        return await group_act(door, asked)
    if asked.act in OF_PAIR:
        return await pair_act(door, asked)
    if asked.act in OF_TERM:
        return await term_act(door, asked)
    raise Problem(404, "not_found")


def opened(request: Request, act: OwnAct) -> Response:
    """Return the page of a form as it is opened, with what is known already and a key of its own."""
    return shown(request, act, shortcuts_of(act).typed, {}, ShownWith())


async def sent(request: Request, door: Door, asked: FormAsked, posted: FormData, *, again: bool) -> Response:
    """Carry out a form that was sent; else show it again with what was typed. ``again``: its answer was lost before."""
    act = await act_of(door, asked)
    values = {name: str(posted.get(name, "")) for name in (KEY, SEEN, NAME, SAVED)}
    given = SentAlong(key=values[KEY] or new_key(), seen=values[SEEN], name=values[NAME], saved=values[SAVED])
    items = [(name, value) for name, value in posted.multi_items() if name not in _OURS]
    typed, how = without_shortcuts(act, typed_of(items)), ShownWith(given=given)
    if CHANGE in posted:
        return shown(request, act, typed, {}, how)
    if MORE in posted:
        return shown(request, act, _with_more(act, typed, str(posted[MORE])), {}, how)
    if LATER in posted and act.draft:
        return await _saved(request, door, act, typed, how)
    again = again or await door.office.intake.knows(command_id(act.caller, given.key))
    if not again and not act.possible:
        return shown(request, act, typed, {}, replace(how, status=409))
    if not again and given.seen != digest_of(act.seen):
        return shown(request, act, typed, {}, replace(how, refused="stale", status=409))
    checked = bool(posted.get(CHECKED)) or not (act.with_answers or act.name in FINAL)
    return await _carried_out(request, door, act, typed, how, checked=checked)


async def _saved(request: Request, door: Door, act: OwnAct, typed: Typed, how: ShownWith) -> Response:
    """Save answers for later, over the version that the form had; another device may have saved one meanwhile."""
    body = body_from(act.parts, typed, act.zone)
    try:
        saved = await saved_for_later(door.office, act, body.get("answers", {}), how.given.saved)
    except Problem as problem:
        faults = faults_of_problem(problem.errors, act.parts, act.language)
        return shown(request, act, typed, faults, replace(how, status=problem.status))
    if saved is None:
        return shown(request, act, typed, {}, replace(how, refused="saved_elsewhere", status=409))
    return door_page(
        request,
        "door/saved.html",
        act.language,
        program=act.program,
        address=act.asked.address,
        in_session=act.asked.link is None,
    )


async def _carried_out(
    request: Request, door: Door, act: OwnAct, typed: Typed, how: ShownWith, *, checked: bool
) -> Response:
    """Check what was typed, show answers once more before they are sent, and send."""
    faults = dict[str, str]()
    parsed, body = None, _body(act, typed)
    try:
        parsed = body_class(act.kind).model_validate(body)
        faults = _faults_of_answers(act, body)
    except ValidationError as error:
        faults = with_others(act, body, faults_of_model(error, act.parts, act.language))
    faults |= _fault_of_name(act, how.given.name)
    if faults or parsed is None:
        return shown(request, act, typed, faults, replace(how, status=422))
    if not checked:
        return _to_check(request, act, typed, how)
    try:
        command = await send(door, act, parsed, how.given.key)
    except LinkUsed:
        return RedirectResponse(f"{act.asked.address}/done", status_code=303)
    except Problem as problem:
        return _refused(request, act, typed, how, problem)
    except NotAllLogged as refused:
        return _partly(request, act, typed, refused)
    except OtherContent:
        return _refused(request, act, typed, how, key_reused())
    except Unavailable:
        return shown(request, act, typed, {}, replace(how, refused="try_again", status=503))
    return RedirectResponse(_done(act, command), status_code=303)


def _done(act: OwnAct, command: str) -> str:
    """Return the address of what was done; in a session it names the reference, which a link keeps itself."""
    path, _, query = act.asked.address.partition("?")
    rest = f"{query}&" if query else ""
    return f"{path}/done" if act.asked.link else f"{path}/done?{rest}reference={command[:8]}"


def _body(act: OwnAct, typed: Typed) -> dict[str, Any]:
    """Return the body of the command that a form is sent for."""
    return {**body_from(act.parts, typed, act.zone), **act.fixed, **_hidden(act, typed)}


def _hidden(act: OwnAct, typed: Typed) -> dict[str, Any]:
    """Return the hidden values as the form had them: a signature is for the text that was on the page."""
    return {
        name: (whole(typed[name][0]) if isinstance(value, int) else typed[name][0])
        if typed.get(name)
        else value
        for name, value in act.hidden.items()
    }


def _faults_of_answers(act: OwnAct, body: Mapping[str, Any]) -> dict[str, str]:
    """Return what does not fit the form of a program, in words, before anything is sent."""
    part = next((each for each in act.parts if each.name == "answers"), None)
    if part is None or not act.form:
        return {}
    try:
        form_in_use(act.shown.subject.rules, act.form).demand(body.get("answers", {}))
    except Problem as problem:
        return faults_of_problem(problem.errors, act.parts, act.language) or {
            "": act_words.refusal(problem, act.language)
        }
    return {}


def _fault_of_name(act: OwnAct, typed: str) -> dict[str, str]:
    """Return what is wrong with the typed name: the whole one under an agreement, the first one by a link."""
    name, say = act.asked.name, Say(Language(act.language))
    if act.kind is SignAgreement:
        return {} if _plain(typed) == _plain(name) else {NAME: say("door.full_name_fault", name=name)}
    if act.asked.link is None or is_name(typed, name):
        return {}
    # Whoever has typed another name does not learn here whose link it is.
    return {NAME: say("door.name_fault" if typed.strip() else "door.name_missing")}


def _refused(request: Request, act: OwnAct, typed: Typed, how: ShownWith, problem: Problem) -> Response:
    """Show a form again that was refused: a link is given back, and the next attempt has a key of its own."""
    if problem.status == 404:
        raise problem
    if problem.status >= 500 or problem.code == "in_flight":
        return shown(request, act, typed, {}, replace(how, refused="try_again", status=503))
    if any(each["pointer"] == f"/{_ANOTHER.name}" for each in problem.errors):
        act = replace(act, parts=(*act.parts, _ANOTHER))
    faults = faults_of_problem(problem.errors, act.parts, act.language)
    if problem.code == "key_reused":
        faults = {"": act_words.frame(act.language, "sent_before")}
    faults = faults or {"": act_words.refusal(problem, act.language)}
    faults = with_others(act, _body(act, typed), faults)
    given = replace(how.given, key=new_key(), seen=digest_of(act.seen))
    return shown(request, act, typed, faults, ShownWith(given=given, status=problem.status))


def _partly(request: Request, act: OwnAct, typed: Typed, refused: NotAllLogged) -> Response:
    """Show the log of a group again with the pairs that did not take it; what the others have stays."""
    say = Say(Language(act.language))
    faults = {"": say("door.group_some" if refused.some else "door.group_none"), PAIRS: refused.said}
    given = SentAlong(key=new_key(), seen=digest_of(act.seen))
    return shown(request, act, typed, faults, ShownWith(given=given, status=409))


_ANOTHER: Final = FormPart(name="another", control=Control.YES_NO, required=False)
"""Whether it is another meeting of the same day: asked once somebody else has logged one of that day."""


def _with_more(act: OwnAct, typed: Typed, name: str) -> dict[str, list[str]]:
    """Return what was typed, with more empty rows in one table."""
    plain = {path: list(values) for path, values in typed.items()}
    part = _part_at(act.parts, name.split("."))
    if part is None or part.control is not Control.ROWS:
        return plain
    last = rows_typed(part, typed, name) + _MORE_ROWS - 1
    return {**plain, f"{name}.{last}.{part.parts[0].name}": [""]}


def _part_at(parts: Sequence[FormPart], names: Sequence[str]) -> FormPart | None:
    found = next((part for part in parts if part.name == names[0]), None)
    return _part_at(found.parts, names[1:]) if found is not None and len(names) > 1 else found


def shown(
    request: Request,
    act: OwnAct,
    typed: Mapping[str, Sequence[str]],
    faults: Mapping[str, str],
    how: ShownWith,
) -> Response:
    """Return the page of a form."""
    say = Say(Language(act.language))
    planned, faults = still_to_come(act, typed, faults)
    made = form_of(f"own-{slug(act.kind)}", act.parts, act.offers, typed, faults, act.language, _said(act))
    wrong = [
        each for each in made.wrong if each.href or each.text not in (faults.get(NAME), faults.get(TIME))
    ]
    if TIME in faults:
        wrong.append(Wrong(href=f"{id_of(TIME)}", label=say("door.time"), text=faults[TIME]))
    if NAME in faults:
        label = say("door.full_name" if act.kind is SignAgreement else "door.name")
        wrong.append(Wrong(href="first-name", label=label, text=faults[NAME]))
    return door_page(
        request,
        "door/form.html",
        act.language,
        status=how.status,
        program=act.program,
        act=act,
        form=made,
        wrong=wrong,
        faults=faults,
        typed=typed,
        minutes=shortcuts_of(act).minutes,
        refused=how.refused,
        instead=planned,
        rather=to_correct(act) or to_dispute(act),
        hidden=_ours(act, how) | {name: str(value) for name, value in act.hidden.items()},
        first_name=how.given.name,
        signs=act.kind is SignAgreement,
        checks=act.with_answers or act.name in FINAL,
        in_tab=act.name in IN_TAB and not faults and not how.refused,
    )


def _ours(act: OwnAct, how: ShownWith) -> dict[str, str]:
    saved = how.given.saved or str(act.saved)
    return {
        FIELD: act.asked.visitor.csrf,
        KEY: how.given.key,
        SEEN: digest_of(act.seen),
        **({SAVED: saved} if act.draft else {}),
    }


def _said(act: OwnAct) -> dict[str, str]:
    return {"title": act.says("title"), "button": act.says("button"), "leads": ""}


def _to_check(request: Request, act: OwnAct, typed: Typed, how: ShownWith) -> Response:
    """Return the page that shows all answers once more before they are sent."""
    made = form_of(f"own-{slug(act.kind)}", act.parts, act.offers, typed, {}, act.language, _said(act))
    given = _ours(act, how) | {NAME: how.given.name}
    kept = [(name, value) for name, values in typed.items() for value in values]
    return door_page(
        request,
        "door/answers.html",
        act.language,
        program=act.program,
        act=act,
        form=made,
        lines=answers_in_words(made.fields),
        final=_final(act),
        hidden=[*given.items(), *kept],
    )


def _final(act: OwnAct) -> str:
    """Return what an act does that cannot be taken back; empty for any other."""
    if act.name not in FINAL:
        return ""
    which = act.name if act.partner or act.name == "DeclineMatch" else "alone"
    return Say(Language(act.language))(f"door.final.{which}", partner=act.partner)


async def done_page(request: Request, door: Door, asked: FormAsked, reference: str) -> Response:
    """Return the page that says what an act did, also where its person no longer sees anything of the pair."""
    try:
        act = await act_of(door, asked)
    except Problem as problem:
        if problem.status != 404:
            raise
        act = None
    done, next = _done_words(act, asked)
    signs = act.stands.to_sign_now() if act and act.stands and act.name == "DraftAgreement" else None
    return door_page(
        request,
        "door/done.html",
        asked.visitor.language,
        program=act.program if act else "",
        done=done,
        next=next,
        reference=reference,
        then=signs,
        address=asked.address,
        in_session=asked.link is None,
    )


def _done_words(act: OwnAct | None, asked: FormAsked) -> tuple[str, str]:
    """Return what has happened and what comes next, in the words that fit how things stand now."""
    say, name = Say(Language(asked.visitor.language)), act.name if act else asked.act
    after = act.stands.after(name, act.asked.chosen.get("meeting", "")) if act and act.stands else ""
    keys = (f"door.acts.{name}.{word}" for word in ("done", "next"))
    fitting = (f"{key}{after}" if say.has(f"{key}{after}") else key for key in keys)
    contact = act.contact if act else contact_word((), say.language)
    partner, until = (act.partner if act else ""), act.stands.until() if act and act.stands else ""
    done, next = (say(key, partner=partner, contact=contact, until=until) for key in fitting)
    return done, next


def is_name(typed: str, name: str) -> bool:
    """Return whether somebody typed one of the names of a person, however it is written."""
    return bool(_plain(typed)) and _plain(typed) in {_plain(name), *map(_plain, name.split())}


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in apart if not unicodedata.combining(sign)).split())
