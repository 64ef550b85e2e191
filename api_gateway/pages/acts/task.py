"""The act that a task asks for, as a form on the task's own page, and the other ways to get on with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api_gateway.http.command_bodies import kebab
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.acts import words as say
from api_gateway.pages.acts.about import about
from api_gateway.pages.acts.act import act_about, with_only_choices
from api_gateway.pages.acts.elsewhere import Elsewhere, elsewhere_for
from api_gateway.pages.acts.facts import Facts, choice_of
from api_gateway.pages.acts.offered import may_send, offered
from api_gateway.pages.acts.parts import ACTS as OFFERED
from api_gateway.pages.acts.sending import PROPOSE, Embedded, Showing, embedded, new_key, with_elsewhere
from api_gateway.pages.parts import Link
from api_gateway.services.problem import Problem
from api_gateway.services.visitor import Visitor
from domain.task_acts import ACTS, TaskAct
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ActOfTask:
    """What somebody can do about a task: the form of the first act, and the others as links.

    ``why_not`` says why nothing can be done here, if that is so; ``elsewhere`` where else a mentor can be looked for.
    """

    shown: Embedded | None = None
    others: Sequence[Link] = ()
    why_not: str = ""
    elsewhere: Elsewhere | None = None
    needs: Facts = field(default_factory=dict)
    """What a mentor is chosen for, while one is to be proposed."""


async def act_of(office: Office, visitor: Visitor, task: Mapping[str, Any]) -> ActOfTask:
    """Return what a visitor can do about a task of the office's reads, with what the task knows filled in."""
    kind = task["subject_kind"]
    wanted = [
        act
        for act in ACTS[TaskKind(task["kind"])]
        if act.command and _theirs(act, visitor) and kebab(act.command) in OFFERED.get(kind, {})
    ]
    if not wanted:
        return ActOfTask()
    try:
        subject = await about(office, visitor, kind, task["subject"])
    except Problem:
        return ActOfTask()
    shown: Embedded | None = None
    others: list[Link] = []
    why_not, elsewhere = "", None
    for act in wanted:
        name = kebab(act.command)
        if not may_send(subject.shown.caller, OFFERED[kind][name], subject.pair):
            continue
        found = await offered(office, subject.shown, name)
        if not found.possible:
            why_not = why_not or say.at_a_page(found.why_not)
            if name == PROPOSE and not found.why_not:  # there is no mentor at all
                elsewhere = await elsewhere_for(office, subject.shown, task["id"])
            continue
        known = _known(act, task)
        if shown is None:
            made = act_about(office, visitor, subject, found, known)
            how = Showing(key=new_key(), task=task["id"])
            shown = await with_elsewhere(
                made, embedded(made, with_only_choices(made, known), {}, how), task["id"]
            )
        else:
            address = links.with_query(subject.form(name), task=task["id"], **_in_address(known))
            others.append(Link(address, say.of_act(visitor.language, name)["title"]))
    return ActOfTask(
        shown=shown,
        others=tuple(others),
        why_not="" if shown else why_not,
        elsewhere=elsewhere,
        needs=await choice_of(office, subject.shown) if task["kind"] == TaskKind.PROPOSE_MENTOR else {},
    )


def _theirs(act: TaskAct, visitor: Visitor) -> bool:
    statewide = not visitor.caller.regions
    return (statewide or not act.statewide) and (act.by is None or act.by in visitor.caller.roles)


def _known(act: TaskAct, task: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what a task says about its act: what it is about, and the task itself."""
    known: dict[str, list[str]] = {}
    if act.given and task["about"]:
        known[act.given] = [task["about"].partition("/")[0]]
    if act.task_in:
        known[act.task_in] = [task["id"]]
    return known


def _in_address(known: Mapping[str, Sequence[str]]) -> dict[str, str]:
    renamed = {"act": "entry", "task": "about_task"}
    return {renamed.get(name, name): values[0] for name, values in known.items()}
