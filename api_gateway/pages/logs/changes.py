"""The forms by which a group's log is corrected or withdrawn, for some of its pairs or for all."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from api_gateway.http.group_logs import GroupCorrection, GroupWithdrawal, correct_group, withdraw_group
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.http.sessions import SessionFirst, Visitor
from api_gateway.office import Office
from api_gateway.pages.acts.about import about
from api_gateway.pages.acts.form import faults_of_model, fields_of
from api_gateway.pages.acts.parts import FormPart
from api_gateway.pages.acts.posted import Typed, body_from, typed_from, typed_of
from api_gateway.pages.acts.words import refusal, refusal_of
from api_gateway.pages.logs.asked import LogWriter
from api_gateway.pages.logs.entering import PAIRS, errors_of, log_parts, pairs_to_choose, with_choices
from api_gateway.pages.logs.group_meetings import counting
from api_gateway.pages.logs.lists import GROUPS, place_of_logs
from api_gateway.pages.own_forms import KEY, FormKey, command_of, done, new_key
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.problem import Problem
from api_gateway.services.send_command import fingerprint
from domain.languages import Language
from domain.relationship.stages.meetings.corrections import CorrectMeeting, WithdrawMeeting

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
Change = Annotated[str, Path(pattern="^(correct|withdraw)$")]
_KINDS: Final = {"correct": CorrectMeeting, "withdraw": WithdrawMeeting}
_DONE: Final = {"correct": "corrected", "withdraw": "withdrawn"}
_LEFT_OUT: Final = ("next_on", "next_topics")
"""What a correction of one pair's log can say, and one of a group's log cannot."""
_OURS: Final = (KEY, "csrf")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupNow:
    """A group's log as it stands: its meetings that count, the fields of a change, and the time zone of its pairs."""

    id: str
    change: str
    lines: Sequence[Mapping[str, Any]]
    parts: Sequence[FormPart]
    zone: str

    @property
    def before(self) -> Typed:
        """What is in the fields before anything is typed: what the log of the first pair says."""
        first = self.lines[0]
        topics = [topic for topic in first["topics"].split(",") if topic]
        return (
            typed_from(self.parts, {**first, "topics": topics}, self.zone) if self.change == "correct" else {}
        )


@router.get(f"{GROUPS}/{{subject}}/{{change}}", operation_id="pages.group_meetings.change.form")
async def form(
    request: Request, visitor: LogWriter, office: Parts, subject: Subject, change: Change
) -> HTMLResponse:
    """Show the form of a change, with what the log says now."""
    group = await _group(office, visitor, subject, change)
    chosen = [line["id"] for line in group.lines]
    return _shown(request, visitor, group, chosen, group.before, {})


@router.post(f"{GROUPS}/{{subject}}/{{change}}", operation_id="pages.group_meetings.change")
async def sent(
    request: Request, visitor: LogWriter, office: Parts, subject: Subject, change: Change, key: FormKey
) -> Response:
    """Correct or withdraw the log; the form comes back with what was typed if something is in the way."""
    group = await _group(office, visitor, subject, change)
    async with request.form() as posted:
        typed = typed_of((name, value) for name, value in posted.multi_items() if name not in _OURS)
    chosen = list(dict.fromkeys(typed.pop(PAIRS, [])))
    say = Say(Language(visitor.language))
    if not chosen:
        return _shown(request, visitor, group, chosen, typed, {PAIRS: say("logs.one_pair")}, status=422)
    before = body_from(group.parts, group.before, group.zone)
    wanted = body_from(group.parts, typed, group.zone)
    body = {name: value for name, value in wanted.items() if value != before.get(name)}
    if change == "correct" and not {*body} - {"reason"}:
        return _shown(request, visitor, group, chosen, typed, {"": say("logs.nothing_changed")}, status=422)
    content = json.dumps({PAIRS: chosen, **body})
    command, print_ = command_of(visitor, key), fingerprint(key, "POST", request.url.path, content.encode())
    try:
        results = await _carried_out(office, visitor, group, content, command, print_)
    except ValidationError as error:
        faults = faults_of_model(error, group.parts, visitor.language)
        return _shown(request, visitor, group, chosen, typed, faults, status=422)
    except Problem as problem:
        if problem.status == 404:
            raise
        fault = {"": refusal(problem, visitor.language)}
        return _shown(request, visitor, group, chosen, typed, fault, status=problem.status)
    if left := [each for each in results if each["status"] != "done"]:
        again = {each["relationship"] for each in left}
        faults = dict(_reasons(left, group, say))
        chosen = [id for id in chosen if id in again]
        return _shown(request, visitor, group, chosen, typed, faults, status=409)
    return done(f"{GROUPS}/{subject}", _DONE[change])


async def _carried_out(
    office: Office, visitor: Visitor, group: GroupNow, content: str, command: str, print_: str
) -> Sequence[Mapping[str, Any]]:
    """Send the change to its pairs, and return the answer of each."""
    if group.change == "correct":
        correction = GroupCorrection.model_validate_json(content)
        answer = await correct_group(office, visitor.caller, group.id, correction, command, print_)
    else:
        withdrawal = GroupWithdrawal.model_validate_json(content)
        answer = await withdraw_group(office, visitor.caller, group.id, withdrawal, command, print_)
    results: Sequence[Mapping[str, Any]] = answer["results"]
    return results


def _reasons(left: Sequence[Mapping[str, Any]], group: GroupNow, say: Say) -> Sequence[tuple[str, str]]:
    """Return why some pairs did not take the change; the others have it by now."""
    names = {line["id"]: line["mentee_name"] or say("parts.unseen") for line in group.lines}
    done_for = len(group.lines) > len(left)
    told = [
        (f"{PAIRS}.{number}", f"{names.get(each['relationship'], '')}: {_why(each, say)}")
        for number, each in enumerate(left)
    ]
    return [("", say("logs.others_changed")), *told] if done_for else told


def _why(result: Mapping[str, Any], say: Say) -> str:
    return refusal_of(result["code"], say.language) if result["status"] == "refused" else say("logs.pending")


async def _group(office: Office, visitor: Visitor, id: str, change: str) -> GroupNow:
    """Return a group's log for a coordinator of its pairs; 404 if nothing of it counts any longer."""
    lines = await office.reads.group_meetings.one(visitor.caller.sight, id)
    left = counting(lines)
    if not left:
        raise Problem(404, "not_found")
    shown = (await about(office, visitor, "relationship", left[0]["id"])).shown
    parts = [part for part in log_parts(_KINDS[change], shown) if part.name not in _LEFT_OUT]
    asked = [replace(part, required=True) if part.name == "reason" else part for part in parts]
    return GroupNow(id=id, change=change, lines=left, parts=asked, zone=shown.zone)


def _shown(
    request: Request,
    visitor: Visitor,
    group: GroupNow,
    chosen: Sequence[str],
    typed: Typed,
    faults: Mapping[str, str],
    *,
    status: int = 200,
) -> HTMLResponse:
    say = Say(Language(visitor.language))
    fields = fields_of(group.parts, typed, faults, visitor.language)
    whole = [
        {"text": text, "field": ""}
        for path, text in faults.items()
        if not path or path.startswith(f"{PAIRS}.")
    ]
    return page(
        request,
        "logs/change.html",
        visitor,
        status=status,
        place=place_of_logs(visitor.caller),
        group=group.id,
        change=group.change,
        pairs=pairs_to_choose(group.lines, chosen, say),
        wrong=faults.get(PAIRS, ""),
        fields=with_choices(fields),
        zone=group.zone,
        errors=[*whole, *errors_of(fields, faults.get(PAIRS, ""))],
        hidden={KEY: new_key()},
    )
