"""Applications: those that wait for a decision and why, those that wait for a mentor, and those that were refused."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from activities.adapters.files.task_words import code_in_words, with_words
from activities.adapters.postgres.reads.relationship_list import PairFilter, PairOrder
from api_gateway.http.office import Parts
from api_gateway.http.sessions import SessionFirst, visitor_with
from api_gateway.pages import links
from api_gateway.pages.acts.done import application_entered
from api_gateway.pages.coordinator.today import dates_of, task_row
from api_gateway.pages.dates import Dates
from api_gateway.pages.parts import Link, WorkRow
from api_gateway.pages.people import pair_shown, whom_of
from api_gateway.pages.view import page
from api_gateway.services.programs import programs
from api_gateway.services.visitor import Visitor
from domain.actors import Role
from domain.languages import Language
from domain.tasks import TaskKind

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
ReadingVisitor = Annotated[Visitor, Depends(visitor_with(Role.COORDINATOR, Role.ADMIN, Role.AUDITOR))]
ENTERED: Final = "entered"
"""What the address says after an application was entered."""
DECISIONS: Final = (TaskKind.DECIDE_REFUSAL, TaskKind.DECIDE_SPECIAL_APPLICATION)
MOST: Final = 100
REFUSED: Final = 10
"""How many refused applications the page shows, the newest first."""


@router.get("/applications")
async def applications(
    request: Request, visitor: ReadingVisitor, office: Parts, done: str = "", about: str = ""
) -> HTMLResponse:
    """Show the applications that the visitor may see, by what they wait for.

    ``done`` says that one was just entered, that of the pair ``about``, of which the page tells first.
    """
    sight, reads = visitor.caller.sight, office.reads
    dates = await dates_of(office, visitor)
    listed = reads.relationship_list.listed
    decisions = await reads.tasks.of_kinds(sight, DECISIONS)
    unmatched = PairFilter(
        stage="matching", status="open", unmatched=True, task=TaskKind.PROPOSE_MENTOR.value
    )
    waiting = await listed(sight, unmatched, PairOrder.SINCE, limit=MOST)
    refused = await listed(
        sight, PairFilter(outcome="refused"), PairOrder.SINCE, backwards=True, limit=REFUSED
    )
    return page(
        request,
        "coordinator/applications.html",
        visitor,
        decisions=[_decision(task, dates) for task in decisions],
        waiting=[_unmatched(row, dates) for row in waiting.rows],
        waiting_total=waiting.total,
        refused=[_refused(row, dates) for row in refused.rows],
        refused_total=refused.total,
        first=decisions[0]["id"] if decisions else "",
        done=await application_entered(office, visitor, about) if done == ENTERED else None,
        message=dates.say("applications.done.entered") if done == ENTERED else "",
        enters=bool({*visitor.caller.roles} & {Role.COORDINATOR, Role.ADMIN}),
    )


def _decision(task: Mapping[str, Any], dates: Dates) -> WorkRow:
    """Return an application to decide: what would be refused and why, and the decision or only a look at it."""
    row = task_row(task, dates)
    asked = with_words(task, dates.language, programs())["words"]
    if task["own"]:
        return replace(row, why=asked)
    whom = whom_of(task["kind"], task["role"], dates.say)
    return replace(
        row,
        why=dates.say("today.waits_for", whom=whom),
        act=replace(row.act, text=dates.say("today.act.view")),
    )


def _unmatched(row: Mapping[str, Any], dates: Dates) -> WorkRow:
    """Return an accepted applicant without a mentor: when one is to be proposed, and the way to do it."""
    say, shown, due = dates.say, pair_shown(row, dates.say), row["task_due"]
    late = bool(due) and dates.days_late(due) > 0
    file = programs().get(row["program"])
    since = dates.on(row["stage_since"])
    return WorkRow(
        id=row["id"],
        kind="late" if late else "",
        when=dates.due(due) if due else replace(since, words=say("today.since", day=since.words)),
        pair=replace(shown, rest=row["region_name"] or row["region"]),
        what=say("applications.accepted"),
        why=", ".join(
            (
                file.title if file else row["program"],
                say("applications.applied", day=dates.on(row["opened_at"]).words),
            )
        ),
        act=Link(links.act(row["id"], "propose-match"), say("today.act.propose_mentor"), about=shown.name),
    )


def _refused(row: Mapping[str, Any], dates: Dates) -> WorkRow:
    say, shown = dates.say, pair_shown(row, dates.say)
    file, code = programs().get(row["program"]), row["outcome_reason"]
    reason = code_in_words(code, Language(dates.language), file)
    return WorkRow(
        id=row["id"],
        when=dates.on(row["ended_at"]),
        pair=replace(shown, rest=row["region_name"] or row["region"]),
        what=say("applications.refused_why", reason=reason) if reason else say("applications.refused_one"),
        act=Link(shown.href, say("today.act.view"), about=shown.name),
    )
