"""How each task is done: the request, and the command line that makes it, with what the task knows filled in."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from datetime import date, timedelta
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, get_args, get_type_hints

from api_gateway.http.command_bodies import kebab
from api_gateway.http.examples import in_terms_of, marks
from api_gateway.services.caller import Caller
from api_gateway.services.programs import programs
from domain.journal import Document
from domain.messages import Command
from domain.payments.obligation import COMMANDS as OF_MONEY
from domain.relationship.rooms import COMMANDS as OF_PAIR
from domain.task_acts import ACTS, TaskAct
from domain.tasks import TaskKind
from domain.term.decider import COMMANDS as OF_TERM

_PATHS: Final = {
    "relationship": "relationships/{subject}",
    "obligation": "obligations/{subject}",
    "term": "terms/{term}/regions/{region}",
}
_COMMANDS: Final[Mapping[str, Mapping[str, type[Command]]]] = {
    kind: {each.__name__: each for each in commands}
    for kind, commands in (("relationship", OF_PAIR), ("obligation", OF_MONEY), ("term", OF_TERM))
}
_IN_A_WEEK: Final = timedelta(days=7)


def acts_of(task: Mapping[str, Any], caller: Caller) -> list[dict[str, Any]]:
    """Return what the caller can do about a task: path, body and command line of each act.

    A body has what the task knows and a code of the program where one is needed; what the caller must fill in stands
    in capital letters.
    """
    return [made for act in ACTS[TaskKind(task["kind"])] if (made := _made(act, task, caller))]


def _made(act: TaskAct, task: Mapping[str, Any], caller: Caller) -> dict[str, Any] | None:
    today: date = task["now"].date()
    if (act.statewide and caller.regions) or (act.by is not None and act.by not in caller.roles):
        return None
    if act.line:
        return {"line": act.line}
    if act.route:
        return _of_route(act, task, today)
    if task["subject_kind"] not in _PATHS:
        return None  # a task of the office itself, whose stream takes no commands
    path = f"{_PATHS[task['subject_kind']].format_map(task)}/{kebab(act.command)}"
    likely = _likely(act, task)
    body = dict(_blank(task["subject_kind"], act.command, task["program"], likely))
    for name, value in body.items():
        if isinstance(value, _Day):
            body[name] = (today + value.ahead).isoformat()
    if act.task_in:
        body[act.task_in] = task["id"]
    if act.given:
        about = task["about"].partition("/")[0]
        body[act.given] = [about] if isinstance(body.get(act.given), list) else about
    return _request("POST", path, body)


def _likely(act: TaskAct, task: Mapping[str, Any]) -> str:
    """Return the field that most likely changes, for the reason of the task."""
    reasons = (*str(task.get("why") or "").split(","), "")
    return next((field for why, field in act.by_why if why in reasons), "")


def _of_route(act: TaskAct, task: Mapping[str, Any], today: date) -> dict[str, Any] | None:
    method, _, template = act.route.partition(" ")
    if "{about}" in template and not task["about"]:
        return None  # an address of the region, not of one person
    body = {name: today.isoformat() if name == "first" else name.upper() for name in act.fields}
    return _request(method, template.format_map(task), body)


def _request(method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    given = f" --body {shlex.quote(json.dumps(body, ensure_ascii=False))}" if body else ""
    line = f"mentorflow show {path}" if method == "GET" else f"mentorflow send {path}{given}"
    return {"method": method, "path": f"/v1/{path}", "body": body, "line": line}


class _Day:
    """A day in a body, counted from today."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead = ahead


def _optional(of: Any) -> bool:
    return isinstance(of, UnionType) and NoneType in get_args(of)


@cache
def _blank(subject_kind: str, command: str, program: str, likely: str) -> Mapping[str, Any]:
    """Return the fields that a command needs, each with a value that the program takes or with its name to fill in.

    ``likely`` is a field that may be left out and most likely is what changes.
    """
    kind = _COMMANDS[subject_kind][command]
    hints = get_type_hints(kind)
    needed = [
        each.name
        for each in fields(kind)
        if each.name == likely or (each.default is MISSING and each.name not in ("id", "actor"))
    ]
    return {name: value for name, value in _values(kind, needed, hints, program) if value is not None}


def _values(
    kind: type[Command], needed: list[str], hints: Mapping[str, Any], program: str
) -> Iterator[tuple[str, Any]]:
    file = programs().get(program)
    for name in needed:
        example, of = kind.example.get(name), hints[name]
        of = next((each for each in get_args(of) if each is not NoneType), of) if _optional(of) else of
        if of is Document:
            yield name, None  # the saved draft is submitted
        elif example is not None and [*marks(example)]:
            yield name, in_terms_of(file.rules, example) if file else name.upper()
        elif isinstance(of, type) and issubclass(of, Enum):
            yield name, next(iter(of)).value
        elif of is bool:
            yield name, True
        elif of is date:
            yield name, _Day(_IN_A_WEEK if name == "look_on" else timedelta(0))
        else:
            yield name, [name.upper()] if of is not str else name.upper()
