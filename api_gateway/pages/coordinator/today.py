"""Today: what is late, what is due this week, who else must do something, and what happened since yesterday."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from activities.adapters.files.task_words import task_reason, with_words
from activities.adapters.postgres.reads.today import PairNews, WorkCounts
from api_gateway.http.office import Parts
from api_gateway.http.sessions import SessionFirst, StaffVisitor, Visitor
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.acts.done import done_before
from api_gateway.pages.coordinator.region_surveys import SurveyRows, survey_answered
from api_gateway.pages.dates import WEEK, Dates, since, urgency
from api_gateway.pages.parts import Link, WorkRow
from api_gateway.pages.people import may_remind, pair_shown, task_about, whom_of
from api_gateway.pages.story import Story
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.caller import Caller
from api_gateway.services.programs import programs, zone_of
from domain.codec import to_plain
from domain.rules.program import DeadlineKind
from domain.rules.program_file import ProgramFile
from domain.tasks import due_of

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
FEW: Final = 8
"""How many rows a part shows that is not the reader's own work; all of them are one click away."""
MOST: Final = 100
WAITED_FOR: Final = (
    DeadlineKind.FIRST_CONTACT,
    DeadlineKind.AGREEMENT,
    DeadlineKind.SURVEY,
    DeadlineKind.CLOSING,
)
"""What a pair is waited for; its next meeting is its own affair until the office has a task."""
NEWS: Final = (
    "ApplicationReceived",
    "MatchAccepted",
    "MatchConfirmed",
    "MatchDeclined",
    "FirstContactMade",
    "AgreementInForce",
    "MeetingLogged",
    "MeetingDisputed",
    "MeetingWithdrawn",
    "ObservationBooked",
    "ObservationDone",
    "CoverRequested",
    "FormSubmitted",
    "HelperAnswered",
    "RelationshipPaused",
    "RelationshipResumed",
    "RelationshipEnded",
    "RelationshipCompleted",
    "StaffActContradicted",
)
"""The events that a coordinator wants to hear of, of all that people do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """The reader's own work in rows."""

    late: Sequence[WorkRow]
    week: Sequence[WorkRow]
    later: Sequence[WorkRow]


@router.get("/")
async def today(
    request: Request,
    visitor: StaffVisitor,
    office: Parts,
    later: bool = False,
    waiting: bool = False,
    done: str = "",
    after: str = "",
) -> HTMLResponse:
    """Show the visitor's day; ``later`` and ``waiting`` show all of a part that else shows a few.

    ``done`` and ``after`` name the act and the task that were done just before.
    """
    dates = await dates_of(office, visitor)
    began = datetime.combine(dates.today, time(), tzinfo=dates.zone)
    sight, reads = visitor.caller.sight, office.reads
    counts = await reads.today.counts(sight, began, began + WEEK)
    surveys = SurveyRows.of(counts.surveys, dates)
    own = _own((await reads.tasks.page(sight, limit=MOST)).rows, surveys, dates)
    most = MOST if waiting else FEW
    tasks = await reads.today.of_others(sight, most)
    pairs = await reads.today.waiting_pairs(sight, WAITED_FOR, confirming(), most)
    news = await reads.today.news(sight, NEWS, began - timedelta(days=1), FEW)
    waits = _waiting(tasks.rows, pairs.rows, surveys, visitor.caller, dates)
    counts = surveys.counted_in(counts)
    return page(
        request,
        "coordinator/today.html",
        visitor,
        dates=dates,
        done=await done_before(office, visitor, done, after) or survey_answered(visitor, done),
        lead=_lead(counts, len(waits), bool(tasks.next or pairs.next), dates.say),
        counts=counts,
        own=own,
        later=own.later if later else own.later[:FEW],
        waits=waits[:most],
        more_waits=not waiting and (len(waits) > most or bool(tasks.next or pairs.next)),
        news=[_news(each, dates) for each in news],
        first=next((row.id for rows in (own.late, own.week, own.later) for row in rows), ""),
    )


async def dates_of(office: Office, visitor: Visitor) -> Dates:
    """Return days and moments as the visitor reads them, at the office's present instant."""
    zone = ZoneInfo(zone_of(visitor.caller.association.code))
    return Dates(visitor.language, zone, await office.clock.now())


def confirming() -> list[str]:
    """Return the programs in which a meeting counts only once the other side has confirmed it."""
    return sorted(code for code, file in programs().items() if not file.rules.meetings.unconfirmed_counts)


def _own(tasks: Iterable[Mapping[str, Any]], surveys: SurveyRows, dates: Dates) -> _Own:
    """Return the reader's work in three parts: what has no day is for this week, after what has one."""
    rows = [(due_of(task) or task["opened_at"], bool(due_of(task)), task_row(task, dates)) for task in tasks]
    rows += [(due, True, row) for due, row in surveys.own]
    found = sorted(rows, key=lambda each: datetime.fromisoformat(each[0]))
    late = [row for _, _, row in found if row.kind == "late"]
    soon = [row for _, _, row in found if row.kind == "soon"]
    rest = [(dated, row) for _, dated, row in found if not row.kind]
    undated = [row for dated, row in rest if not dated]
    return _Own(late=late, week=[*soon, *undated], later=[row for dated, row in rest if dated])


def owed_before(task: Mapping[str, Any], dates: Dates) -> str:
    """Return the day on which money was due before a task about it was opened; nothing for any other task."""
    owed = task["owed_due"]
    if task["due_at"] or not owed or dates.due_by(owed) >= dates.due_by(task["opened_at"]):
        return ""
    return dates.day(dates.due_by(owed)).words


def task_row(task: Mapping[str, Any], dates: Dates) -> WorkRow:
    """Return a task as a row: when it is due, whom it is about, what is to be done, why and since when."""
    worded = with_words(task, dates.language, programs())
    say = dates.say
    pair = task_about(task, worded["who"], say)
    opened = since(task["opened_at"], dates)
    reason = task_reason(task, dates.language, programs())
    due = due_of(task)
    verb = f"today.act.{task['kind']}"
    return WorkRow(
        id=task["id"],
        kind=urgency(due, dates),
        when=dates.due(due) if due else opened,
        pair=pair,
        what=worded["name"],
        why=", ".join(
            part
            for part in (_met(task, dates), reason, _owed(task, dates), opened.words if due else "")
            if part
        ),
        act=Link(links.task(task["id"]), say(verb if say.has(verb) else "today.act.open"), about=pair.name),
    )


def _owed(task: Mapping[str, Any], dates: Dates) -> str:
    """Return since when money has been due that was due before the task was opened."""
    day = owed_before(task, dates)
    return dates.say("today.owed_since", day=day) if day else ""


def _met(task: Mapping[str, Any], dates: Dates) -> str:
    """Return the meeting that a task is about."""
    return dates.say("today.met", day=dates.on(task["met_at"]).words) if task["met_at"] else ""


def _waiting(
    tasks: Iterable[Mapping[str, Any]],
    pairs: Iterable[Mapping[str, Any]],
    surveys: SurveyRows,
    caller: Caller,
    dates: Dates,
) -> list[WorkRow]:
    """Return who else must do something, the longest wait first."""
    rows = [*surveys.of_others, *((task["opened_at"], _of_others(task, dates, caller)) for task in tasks)]
    rows += [
        (
            pair["unconfirmed_at"] or pair["stage_since"],
            _of_pair(pair, dates, reminds=may_remind(pair, caller)),
        )
        for pair in pairs
    ]
    return [row for _, row in sorted(rows, key=lambda each: datetime.fromisoformat(each[0]))]


def _of_others(task: Mapping[str, Any], dates: Dates, caller: Caller) -> WorkRow:
    say = dates.say
    worded = with_words(task, dates.language, programs())
    whom = whom_of(task["kind"], task["role"], say, caller)
    pair = task_about(task, worded["who"], say)
    return WorkRow(
        id=task["id"],
        when=since(task["opened_at"], dates),
        pair=pair,
        what=say("today.waits_for", whom=whom),
        why=worded["name"],
        act=Link(links.task(task["id"]), say("today.act.view"), about=pair.name),
    )


def _of_pair(pair: Mapping[str, Any], dates: Dates, *, reminds: bool) -> WorkRow:
    say = dates.say
    if pair["held_until"]:
        return _held(pair, dates)
    if at := pair["unconfirmed_at"]:
        name = pair["mentee_name"] if pair["logged_by"] == "mentor" else pair["mentor_name"]
        whom, why = name or say("parts.unseen"), say("today.to_confirm", day=dates.on(at).words)
    else:
        whom, why = say("today.both"), say(f"today.owed.{pair['next_subject']}")
    shown = pair_shown(pair, say)
    return WorkRow(
        id=pair["id"],
        when=since(at or pair["stage_since"], dates),
        pair=shown,
        what=say("today.waits_for", whom=whom),
        why=why,
        act=Link(links.remind(pair["id"], links.TODAY), say("today.act.remind"), about=shown.name)
        if reminds
        else Link(shown.href, say("today.act.view"), about=shown.name),
    )


def _held(pair: Mapping[str, Any], dates: Dates) -> WorkRow:
    """Return a pair whose two have done what their stage asks, and until when they can object to it."""
    say, until = dates.say, pair["held_until"]
    shown = pair_shown(pair, say)
    return WorkRow(
        id=pair["id"],
        when=since(pair["stage_since"], dates),
        pair=shown,
        what=say(f"today.held.{pair['stage']}"),
        why=say(f"today.held_why.{pair['stage']}", day=dates.on(until).words),
        act=Link(shown.href, say("today.act.view"), about=shown.name),
    )


def _news(news: PairNews, dates: Dates) -> WorkRow:
    pair, event = news.pair, to_plain(news.event)
    names = {
        pair["mentee"]: pair["mentee_name"],
        pair["mentor"] or pair["proposed_mentor"]: pair["mentor_name"],
    }
    names[pair["region"]] = pair["region_name"]
    known = {id: name for id, name in names.items() if name}
    file = programs().get(pair["program"])
    shown = pair_shown(pair, dates.say)
    return WorkRow(
        id=f"{pair['id']}-{event['seq']}",
        when=dates.since(event["decided_at"]),
        pair=shown,
        what=_told(event, file, dates) or Story(dates, known, file).text(event),
        act=Link(shown.href, dates.say("today.act.view"), about=shown.name),
    )


def _told(event: Mapping[str, Any], file: ProgramFile | None, dates: Dates) -> str:
    """Return the words that this page has for an event; empty if the history's sentence says it as well."""
    word, body = f"today.news.{event['type']}", event["body"]
    if not dates.say.has(word):
        return ""
    mode = body.get("mode", "")
    said = file.label(mode, dates.language) if file and mode else mode
    day = dates.on(body["began_at"]).words if "began_at" in body else ""
    return dates.say(word, day=day, minutes=body.get("minutes", 0), mode=said)


def _lead(counts: WorkCounts, waiting: int, more: bool, say: Say) -> Mapping[str, str]:
    """Return the sentence that sums up the day, with what is late apart."""
    others = say("today.lead.waiting_more" if more else "today.lead.waiting", count=waiting)
    return {
        "late": say("today.lead.late", count=counts.late),
        "rest": say("today.lead.rest", week=say("today.lead.week", count=counts.week), waiting=others),
    }
