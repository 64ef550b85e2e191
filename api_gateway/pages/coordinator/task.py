"""A task: what is asked and why now, the facts and what happened last, the act itself as a form, then the next task."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from activities.adapters.files.task_words import code_in_words, task_reason, with_words
from activities.adapters.postgres.reads.history import History
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.http.sessions import SessionFirst, StaffVisitor, Visitor
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.acts.about import about
from api_gateway.pages.acts.done import done_before
from api_gateway.pages.acts.task import act_of
from api_gateway.pages.coordinator.reaching import how_to_reach
from api_gateway.pages.coordinator.today import dates_of, owed_before, task_row
from api_gateway.pages.dates import Dates
from api_gateway.pages.logs.lists import GROUPS, RECORDS
from api_gateway.pages.own_forms import new_key
from api_gateway.pages.parts import Fact, Link, TimelineEntry
from api_gateway.pages.payments.order import PaymentShown, facts_of_payment
from api_gateway.pages.people import role_of, whom_of
from api_gateway.pages.story import Story
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.problem import Problem
from api_gateway.services.programs import programs
from domain.actors import Role
from domain.codec import to_plain
from domain.languages import Language
from domain.tasks import TaskKind, due_of
from domain.visibility import Sight

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
LAST: Final = 5
"""How many events a task shows of what happened before."""


@router.get("/tasks/{task}")
async def task(
    request: Request, visitor: StaffVisitor, office: Parts, task: Subject, done: str = "", after: str = ""
) -> HTMLResponse:
    """Show a task; one that is done says who did it, when and with what result.

    ``done`` and ``after`` name the act and the task before this one, which the page tells of first.
    """
    sight = visitor.caller.sight
    found = await office.reads.tasks.one(sight, task)
    if found is None:
        raise Problem(404, "no_such_task")
    dates = await dates_of(office, visitor)
    open_now = found["closed_at"] is None
    history = await _history(office, sight, found)
    following, row = await _following(office, sight, found), task_row(found, dates)
    told = await done_before(office, visitor, done, after)
    act = await act_of(office, visitor, found) if open_now and found["own"] else None
    calls = await how_to_reach(office, sight, found, dates) if open_now and found["own"] else ()
    needs = [Fact(term=term, text=text) for term, text in act.needs.items()] if act else ()
    return page(
        request,
        "coordinator/task.html",
        visitor,
        place=links.TODAY,
        done=told,
        row=row,
        heading=dates.say("task.your_next", what=row.what, who=row.pair.name) if told else row.what,
        another=dates.say("task.another") if told and told.about != row.pair else "",
        asked=with_words(found, visitor.language, programs())["words"],
        facts=[*calls, *needs, *_facts(found, dates), *_asked(found, history, dates)],
        closed="" if open_now else _closed(found, dates, visitor),
        act=act,
        own=found["own"],
        of_others=dates.say(
            "task.of_others", whom=whom_of(found["kind"], found["role"], dates.say, visitor.caller)
        ),
        office_act=_office_act(found, visitor),
        see=_list_of(found, dates) or _text_to_read(found, history, visitor, dates.say),
        of_text=_of_text(found, history, dates.say) if open_now else "",
        new_key=new_key,
        candidates=links.candidates(found["subject"], task=task) if _proposes(found, visitor) else "",
        payment=await _payment(office, visitor, found, dates),
        events=_events(found, history, dates),
        following=task_row(following, dates) if following else None,
    )


def _list_of(task: Mapping[str, Any], dates: Dates) -> Link | None:
    """Return the list or the log that a task is about, if it has a page."""
    match task["kind"]:
        case TaskKind.CHASE_MONTHLY_RECORD:
            asked = links.with_query(RECORDS, region=task["region"], month=task["about"], state="missing")
            return Link(asked, dates.say("task.see_records"))
        case TaskKind.CHECK_GROUP_MEETING:
            return Link(f"{GROUPS}/{task['about']}", dates.say("task.see_group"))
    return None


def _text_to_read(
    task: Mapping[str, Any], history: History | None, visitor: Visitor, say: Say
) -> Link | None:
    """Return the link to the text of a special application, for whoever took it on; None for anybody else."""
    document, decider = _special(task, history)
    if not document or decider not in visitor.caller.ids:
        return None
    return Link(links.special_application(task["subject"]), say("task.read_special"))


def _of_text(task: Mapping[str, Any], history: History | None, say: Say) -> str:
    """Return who can read the text of a special application that nobody has taken, or that none was given."""
    if task["kind"] != TaskKind.DECIDE_SPECIAL_APPLICATION or history is None:
        return ""
    document, decider = _special(task, history)
    if not document:
        return say("task.special_without_text")
    return "" if decider else say("task.special_after_taking")


def _special(task: Mapping[str, Any], history: History | None) -> tuple[str, str]:
    """Return the sealed text of the special application that a task is about, and who took it; each may be empty."""
    if task["kind"] != TaskKind.DECIDE_SPECIAL_APPLICATION or history is None:
        return "", ""
    bodies = {envelope.type: envelope.body for envelope, _ in history.events}
    opened, taken = (bodies.get(name, {}) for name in ("SpecialApplicationOpened", "SpecialApplicationTaken"))
    return str(opened.get("document", "")), str(taken.get("decider", ""))


def _office_act(task: Mapping[str, Any], visitor: Visitor) -> str:
    """Return what an administrator can do about a task of the office itself; nothing for any other task."""
    if task["closed_at"] is not None or Role.ADMIN not in visitor.caller.roles:
        return ""
    return _OFFICE_ACTS.get(task["kind"], "")


_OFFICE_ACTS: Final = {
    TaskKind.LOOK_INTO_FAULT.value: "look-into",
    TaskKind.START_RUN_AGAIN.value: "start-run-again",
}


def _proposes(task: Mapping[str, Any], visitor: Visitor) -> bool:
    """Return whether a task is for the visitor to propose a mentor."""
    asked = task["kind"] == TaskKind.PROPOSE_MENTOR and task["closed_at"] is None and task["own"]
    return bool(asked) and Role.COORDINATOR in visitor.caller.roles


async def _payment(
    office: Office, visitor: Visitor, task: Mapping[str, Any], dates: Dates
) -> PaymentShown | None:
    """Return the payment of a task, with which its evidence is compared; nothing for any other task."""
    if task["subject_kind"] != "obligation":
        return None
    try:
        return facts_of_payment(await about(office, visitor, "obligation", task["subject"]), dates)
    except Problem:
        return None


async def _history(office: Office, sight: Sight, task: Mapping[str, Any]) -> History | None:
    """Return the history of what a task is about, as far as the reader sees it."""
    match task["subject_kind"]:
        case "relationship":
            return await office.reads.history.relationship(sight, task["subject"])
        case "obligation":
            return await office.reads.history.obligation(sight, task["subject"])
        case "term":
            return await office.reads.history.term_region(sight, task["subject"])
    return None


async def _following(office: Office, sight: Sight, task: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the most urgent of the reader's other tasks."""
    todo = await office.reads.tasks.page(sight, limit=2)
    return next((row for row in todo.rows if row["id"] != task["id"]), None)


def _facts(task: Mapping[str, Any], dates: Dates) -> Sequence[Fact]:
    say, file = dates.say, programs().get(task["program"])
    reason = task_reason(task, dates.language, programs())
    role = role_of(task["kind"], task["role"], say)
    due = None
    if day := due_of(task):
        due = dates.due(day) if task["closed_at"] is None else dates.day(dates.due_by(day))
    facts = [
        Fact(term=say("task.due"), when=due) if due else None,
        Fact(term=say("task.payment_due"), text=owed) if (owed := owed_before(task, dates)) else None,
        Fact(term=say("task.since"), when=dates.at(task["opened_at"])),
        Fact(term=say("task.reason"), text=reason) if reason else None,
        Fact(term=say("task.met"), when=dates.at(task["met_at"])) if task["met_at"] else None,
        Fact(term=say("task.program"), text=file.title if file else task["program"])
        if task["program"]
        else None,
        Fact(term=say("task.region"), text=task["region_name"] or task["region"]) if task["region"] else None,
        Fact(term=say("task.for_role"), text=role),
    ]
    return [fact for fact in facts if fact]


def _asked(task: Mapping[str, Any], history: History | None, dates: Dates) -> Sequence[Fact]:
    """Return when the proposed mentor was asked, and what the answer is; nothing for any other task."""
    if task["kind"] != TaskKind.CONFIRM_MATCH or task["closed_at"] is not None or history is None:
        return ()
    told = [each for each, _ in history.events if each.type in ("MatchProposed", "MatchAccepted")]
    asked = [each for each in told if each.type == "MatchProposed"]
    if not asked:
        return ()
    mentor = task["mentor_name"] or dates.say("parts.unseen")
    answer = dates.say("task.not_answered", mentor=mentor)
    if told[-1].type == "MatchAccepted":
        answer = dates.say(
            "task.has_accepted", mentor=mentor, day=dates.long(dates.local(told[-1].decided_at).date())
        )
    return (
        Fact(
            term=dates.say("task.mentor_asked"),
            text=dates.say("task.by_email"),
            when=dates.since(to_plain(asked[-1])["decided_at"]),
            small=answer,
        ),
    )


def _closed(task: Mapping[str, Any], dates: Dates, visitor: Visitor) -> str:
    """Return who closed a task, when, and what came out."""
    say = dates.say
    file = programs().get(task["program"])
    outcome = code_in_words(task["outcome"], Language(dates.language), file)
    by = task["closed_name"] or say("task.by_office")
    if task["closed_by"] in visitor.caller.ids:
        by = say("task.by_you")
    when = dates.at(task["closed_at"]).words
    return say("task.closed_as" if outcome else "task.closed", by=by, when=when, outcome=outcome)


def _events(task: Mapping[str, Any], history: History | None, dates: Dates) -> Sequence[TimelineEntry]:
    """Return the last events of what a task is about, the newest first."""
    if history is None:
        return ()
    names = dict(history.names)
    for id, name in ((task["region"], task["region_name"]),):
        names |= {id: name} if id and name else {}
    events = [to_plain(envelope) for envelope, _ in history.events]
    names |= _meetings(events, dates)
    story = Story(dates, names, programs().get(task["program"]), events)
    shown = []
    for event in reversed(events[-LAST:]):
        told = story.sentence(event)
        when = dates.since(datetime.fromisoformat(event["decided_at"]))
        shown.append(TimelineEntry(when=when, text=story.with_days(told.text), small=told.who))
    return shown


def _meetings(events: Sequence[Mapping[str, Any]], dates: Dates) -> Mapping[str, str]:
    """Return what sentences call the meetings that events logged: their days."""
    logged = (event["body"] for event in events if event["type"] in ("MeetingLogged", "MeetingCorrected"))
    return {
        body["meeting"]: dates.say("parts.of_day", day=dates.on(body["began_at"]).words)
        for body in logged
        if "meeting" in body
    }
