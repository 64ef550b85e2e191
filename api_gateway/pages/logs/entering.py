"""The form by which one meeting is logged for several pairs: which pairs, when, and how."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from api_gateway.http.group_logs import GroupMeeting, log_group
from api_gateway.http.office import Parts
from api_gateway.http.paging import Search
from api_gateway.http.sessions import SessionFirst, Visitor
from api_gateway.office import Office
from api_gateway.pages.acts.about import about
from api_gateway.pages.acts.form import ActField, faults_of_model, faults_of_problem, fields_of, with_label
from api_gateway.pages.acts.parts import FormPart, parts_of
from api_gateway.pages.acts.posted import Typed, body_from, typed_of
from api_gateway.pages.acts.records import Shown, choices_of_rules
from api_gateway.pages.acts.words import refusal, refusal_of
from api_gateway.pages.logs.asked import LogWriter
from api_gateway.pages.logs.lists import GROUPS, place_of_logs, programs_with
from api_gateway.pages.own_forms import KEY, command_of, done, new_key
from api_gateway.pages.people import pair_shown
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.problem import Problem
from api_gateway.services.send_command import fingerprint
from domain.languages import Language
from domain.messages import Command
from domain.relationship.stages.meetings.groups import FEWEST_PAIRS, MOST_PAIRS, LogGroupMeeting

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
NEW: Final = f"{GROUPS}/new"
PAIRS: Final = "relationships"
_FIND: Final = "find"
_SOUGHT: Final = "sought"
_OURS: Final = (KEY, _FIND, _SOUGHT, "csrf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """A form that is being filled in: which pairs are chosen, what was typed, and what is wrong."""

    sought: str = ""
    mentor: str = ""
    chosen: Sequence[str] = ()
    typed: Typed
    faults: Mapping[str, str]
    refused: Sequence[str] = ()
    status: int = 200


@router.get(NEW)
async def form(
    request: Request, visitor: LogWriter, office: Parts, q: Search = "", pair: str = ""
) -> HTMLResponse:
    """Show the form; of a ``pair`` that is named, with the other pairs of its mentor."""
    named = await office.reads.group_meetings.pairs(visitor.caller.sight, [pair] if pair else [])
    filling = Filling(
        sought=q.strip(),
        mentor=named[0]["mentor"] if named else "",
        chosen=[row["id"] for row in named],
        typed={},
        faults={},
    )
    return await _shown(request, office, visitor, filling)


@router.post(GROUPS)
async def sent(request: Request, visitor: LogWriter, office: Parts) -> Response:
    """Log the meeting, or search for more pairs; the form comes back with what was typed if something is in the way."""
    async with request.form() as posted:
        typed = typed_of((name, value) for name, value in posted.multi_items() if name not in _OURS)
        sought, key = str(posted.get(_SOUGHT, "")), str(posted.get(KEY, "")) or new_key()
        finds = _FIND in posted
    chosen = list(dict.fromkeys(typed.pop(PAIRS, [])))
    filling = Filling(sought=sought.strip()[:100], chosen=chosen, typed=typed, faults={})
    if finds:
        return await _shown(request, office, visitor, filling)
    return await _carried_out(request, office, visitor, filling, f"{GROUPS} {key}")


async def _carried_out(
    request: Request, office: Office, visitor: Visitor, filling: Filling, key: str
) -> Response:
    if len(filling.chosen) < FEWEST_PAIRS:
        fault = {PAIRS: Say(Language(visitor.language))("logs.two_pairs")}
        return await _shown(request, office, visitor, replace(filling, faults=fault, status=422))
    parts, zone = await _parts(office, visitor, filling.chosen)
    body = {PAIRS: list(filling.chosen), **body_from(parts, filling.typed, zone)}
    content = json.dumps(body)
    try:
        parsed = GroupMeeting.model_validate_json(content)
    except ValidationError as error:
        faults = faults_of_model(error, parts, visitor.language)
        return await _shown(request, office, visitor, replace(filling, faults=faults, status=422))
    command = command_of(visitor, key)
    try:
        await log_group(
            office, visitor.caller, parsed, command, fingerprint(key, "POST", GROUPS, content.encode())
        )
    except Problem as problem:
        return await _refused(request, office, visitor, filling, parts, problem)
    return done(f"{GROUPS}/{command}", "logged")


async def _refused(
    request: Request,
    office: Office,
    visitor: Visitor,
    filling: Filling,
    parts: Sequence[FormPart],
    problem: Problem,
) -> Response:
    """Show the form again, with the reason of each pair that cannot take the log."""
    rows = await office.reads.group_meetings.pairs(visitor.caller.sight, filling.chosen)
    names = {row["id"]: row["mentee_name"] for row in rows}
    say, reasons = Say(Language(visitor.language)), []
    faults: dict[str, str] = {}
    for error in problem.errors:
        _, _, place = error["pointer"].partition(f"/{PAIRS}/")
        said = refusal_of(error["code"], visitor.language)
        if place.isdigit() and int(place) < len(filling.chosen):
            name = names.get(filling.chosen[int(place)]) or say("parts.unseen")
            reasons.append(f"{name}: {said}")
        else:
            faults |= faults_of_problem([error], parts, visitor.language)
    reasons = list(dict.fromkeys(reasons)) or [refusal(problem, visitor.language)]
    again = replace(filling, refused=reasons, faults=faults, status=problem.status)
    return await _shown(request, office, visitor, again)


async def _parts(office: Office, visitor: Visitor, pairs: Sequence[str]) -> tuple[tuple[FormPart, ...], str]:
    """Return the fields of the log, as the rules of the first of some pairs have them, and its time zone."""
    for pair in pairs:
        try:
            shown = (await about(office, visitor, "relationship", pair)).shown
        except Problem:
            continue
        return log_parts(LogGroupMeeting, shown), shown.zone
    raise Problem(404, "not_found")


def log_parts(kind: type[Command], shown: Shown) -> tuple[FormPart, ...]:
    """Return the fields of a command about a group's meeting, with the choices of a pair's rules."""
    return tuple(
        replace(part, choices=choices_of_rules(shown, part.offers)) if part.offers else part
        for part in parts_of(kind)
        if part.name not in ("group", "meeting")
    )


def pairs_to_choose(
    rows: Iterable[Mapping[str, Any]], chosen: Collection[str], say: Say
) -> list[dict[str, Any]]:
    """Return pairs as the form offers them, those that are chosen ticked."""
    return [{"id": row["id"], "shown": pair_shown(row, say), "on": row["id"] in chosen} for row in rows]


def with_choices(fields: Iterable[ActField]) -> list[ActField]:
    """Return the fields of a form without those that have nothing to choose from."""
    return [each for each in fields if each.choices or each.control not in ("choice", "choices")]


def errors_of(fields: Iterable[ActField], at_pairs: str) -> list[dict[str, str]]:
    """Return what is wrong with a form about a group: with the choice of its pairs first, then at its fields."""
    return [
        *([{"text": at_pairs, "field": PAIRS}] if at_pairs else []),
        *({"text": with_label(each.label, each.error), "field": each.id} for each in fields if each.error),
    ]


async def _shown(request: Request, office: Office, visitor: Visitor, filling: Filling) -> HTMLResponse:
    reads, sight, caller = office.reads.group_meetings, visitor.caller.sight, visitor.caller
    chosen = await reads.pairs(sight, filling.chosen)
    known = programs_with(GROUPS, caller.association.code)
    found = await reads.candidates(sight, known, q=filling.sought, mentor=filling.mentor, limit=MOST_PAIRS)
    if filling.mentor and len(found) < FEWEST_PAIRS:  # the only pair of its mentor met with those of others
        found = await reads.candidates(sight, known, limit=MOST_PAIRS)
    rows = {row["id"]: row for row in (*chosen, *found) if not {row["mentor"], row["mentee"]} & {*caller.ids}}
    say = Say(Language(visitor.language))
    parts, zone = await _parts(office, visitor, list(rows)) if rows else ((), "UTC")
    fields = fields_of(parts, filling.typed, filling.faults, visitor.language)
    at_pairs = filling.faults.get(PAIRS, "")
    return page(
        request,
        "logs/entry.html",
        visitor,
        status=filling.status,
        place=place_of_logs(caller),
        pairs=pairs_to_choose(rows.values(), filling.chosen, say),
        fields=with_choices(fields),
        zone=zone,
        sought=filling.sought,
        refused=filling.refused,
        wrong=at_pairs,
        errors=errors_of(fields, at_pairs),
        new_key=new_key,
    )
