"""In stage meetings: one side logs that the two met, as a whole meeting or as a quick note (MASA-21, -31, ESE-12).

A log holds facts only: when, how long, in which mode, and topics as codes. The rhythm, or a nearer date that the pair
named, says when the next meeting is late. Logs come from one side, or for several pairs at once; one function checks
them all.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Final

from domain import tasks
from domain.actors import Role, Side
from domain.codec import instant_text
from domain.errors import demand
from domain.ids import derive
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, drop, put
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent, RecordedDecision
from domain.relationship.next_meeting import demand_next_date, timer_after_log
from domain.relationship.parts.meetings import Meeting, MeetingKind
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMeeting(Command):
    """One side logs a meeting: when it began, how long it was, its mode and its topics. ``began_at`` is an instant.

    ``place`` is a kind of place. ``next_on`` is the day on which the two meet next; some programs ask for it.
    ``another`` says that it is another meeting than one of that day that somebody else has logged.
    """

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN_OR_STAFF
    example: ClassVar = {
        "minutes": 45,
        "mode": "@meetings.modes",
        "topics": ["@meetings.topics"],
        "place": "@schedule.places",
    }

    began_at: datetime
    minutes: int
    mode: str
    topics: tuple[str, ...] = ()
    place: str = ""
    next_on: date | None = None
    next_topics: tuple[str, ...] = ()
    another: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuickMeeting(Command):
    """One side notes that the two spoke on a day, and on which topics; short conversations count too (ESE-12)."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN_OR_STAFF
    example: ClassVar = {"mode": "@meetings.modes", "topics": ["@meetings.topics"]}

    held_on: date
    topics: tuple[str, ...]
    mode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLogged(Event):
    """One side, or a coordinator for a group, logged a meeting; the next is due by the rhythm.

    ``next_on`` is the date of the next meeting after this log, no matter which log named it. ``apart_from`` has the
    logs of that day by somebody else, of which the sender said that this is another meeting.
    """

    meeting: str
    began_at: datetime
    minutes: int
    mode: str = ""
    topics: tuple[str, ...] = ()
    by: Side | None
    timers: tuple[Timer, ...] = ()
    kind: MeetingKind = MeetingKind.SINGLE
    group: str = ""
    place: str = ""
    planned: str = ""
    next_on: date | None = None
    next_topics: tuple[str, ...] = ()
    face_to_face: bool = False
    apart_from: tuple[str, ...] | None = None


COMMANDS: tuple[type[Command], ...] = (LogMeeting, LogQuickMeeting)
EVENTS: tuple[type[Event], ...] = (MeetingLogged,)
ASKS_WHETHER_SAME: Final = 3
"""From this engine on, a second log of a day by somebody else is asked about: is it the same meeting?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The content of a log, no matter who sends it."""

    began_at: datetime
    minutes: int
    mode: str
    topics: tuple[str, ...]
    place: str = ""
    next_on: date | None = None
    next_topics: tuple[str, ...] = ()
    kind: MeetingKind = MeetingKind.SINGLE
    group: str = ""
    another: bool | None = None


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case LogMeeting():
            return _log(state, command, now, rules)
        case LogQuickMeeting():
            return _log_quick(state, command, now, rules)
    raise TypeError(type(command).__name__)


def _log(state: Relationship, command: LogMeeting, now: datetime, rules: Rules) -> tuple[Event, ...]:
    demand_open(state)
    by = state.side_of(command.actor)
    log = Log(
        began_at=command.began_at,
        minutes=command.minutes,
        mode=command.mode,
        topics=command.topics,
        place=command.place,
        next_on=command.next_on,
        next_topics=command.next_topics,
        another=command.another,
    )
    return (meeting_event(state, log, derive("meeting", state.id, command.id), by, now, rules),)


def _log_quick(
    state: Relationship, command: LogQuickMeeting, now: datetime, rules: Rules
) -> tuple[Event, ...]:
    demand_open(state)
    by = state.side_of(command.actor)
    demand(rules.meetings.quick_logs, "no_quick_logs")
    demand(bool(command.topics), "topics_missing", field="topics")
    log = _as_log(state, command.held_on, command.mode, command.topics, now, rules)
    return (meeting_event(state, log, derive("meeting", state.id, command.id), by, now, rules),)


def demand_open(state: Relationship) -> None:
    """Refuse a log outside the time for meetings."""
    demand(state.agreement.in_force > 0, "meeting_before_agreement")
    demand(state.stage == "meetings", "meetings_are_over")


def _as_log(
    state: Relationship, held_on: date, mode: str, topics: tuple[str, ...], now: datetime, rules: Rules
) -> Log:
    """Return a quick note of a day as a log: it begins when the local day begins and has no length."""
    demand(held_on <= rules.calendar.local_date(now), "meeting_in_future", field="held_on")
    since = rules.calendar.local_date(state.stage_since)
    demand(held_on >= since, "meeting_before_agreement", field="held_on")
    began_at = rules.calendar.at(held_on, time(0, 0))
    return Log(began_at=began_at, minutes=0, mode=mode, topics=topics, kind=MeetingKind.QUICK)


def meeting_event(
    state: Relationship, log: Log, meeting: str, by: Side | None, now: datetime, rules: Rules
) -> MeetingLogged:
    """Return the event of a log; raises ``RuleViolation`` with the field that is wrong."""
    calendar = rules.calendar
    day = checked_day(state, log, now, rules)
    apart_from = demand_apart(state, log, by, day, rules) if state.engine >= ASKS_WHETHER_SAME else None
    latest = max(day, state.meetings.last_day(rules))
    _demand_next(state, log, latest, now, rules)
    next_on, next_topics = _next_of(state, log, max(latest, calendar.local_date(now)))
    return MeetingLogged(
        meeting=meeting,
        began_at=log.began_at,
        minutes=log.minutes,
        mode=log.mode,
        topics=log.topics,
        by=by,
        timers=(timer_after_log(state, latest, next_on, now, rules),),
        kind=log.kind,
        group=log.group,
        place=log.place,
        planned=state.schedule.due_on(day, calendar),
        next_on=next_on,
        next_topics=next_topics,
        face_to_face=log.mode in rules.meetings.face_to_face_modes,
        apart_from=apart_from,
    )


def checked_day(state: Relationship, log: Log, now: datetime, rules: Rules) -> date:
    """Return the local day of a log; refuse what no log may say about when, how long, how, about what and where."""
    policy = rules.meetings
    quick = log.kind is MeetingKind.QUICK
    day = _day_of(state, log, now, rules)
    demand((quick and not log.mode) or log.mode in policy.modes, "unknown_mode", field="mode")
    _demand_topics(log.topics, "topics", rules)
    if set(log.topics) & set(policy.first_meeting_only):
        earlier = (met for met in state.meetings.standing if met.kind is not MeetingKind.QUICK)
        first = all(met.began_at >= log.began_at for met in earlier)
        demand(first, "topic_of_first_meeting", field="topics")
    demand(not log.place or log.place in rules.schedule.places, "unknown_place", field="place")
    _demand_once(state, log)
    return day


def demand_apart(
    state: Relationship, log: Log, by: Side | None, day: date, rules: Rules
) -> tuple[str, ...] | None:
    """Return the logs of that day by somebody else, if the sender says that this is another meeting; ask if not.

    A quick note has no hour, so nobody is asked about one.
    """
    others = tuple(
        met.id
        for met in state.meetings.standing
        if MeetingKind.QUICK not in (met.kind, log.kind)
        and met.logged_by is not by
        and rules.calendar.local_date(met.began_at) == day
    )
    demand(not others or log.another is True, "same_meeting", field="another")
    return others or None


def _next_of(state: Relationship, log: Log, latest: date) -> tuple[date | None, tuple[str, ...]]:
    """Return the named date of the next meeting after a log, and its topics."""
    next_on = state.meetings.next_on
    # The reminder about a past day was sent already; the log shows that the two are in touch.
    past = next_on is not None and next_on <= latest
    if log.next_on is not None or past:
        next_on = log.next_on
    replaced = log.next_on or log.next_topics or next_on is None
    return next_on, log.next_topics if replaced else state.meetings.next_topics


def _day_of(state: Relationship, log: Log, now: datetime, rules: Rules) -> date:
    """Return the local day of a log; refuse impossible minutes, and a time not over or before the agreement."""
    calendar, policy = rules.calendar, rules.meetings
    quick = log.kind is MeetingKind.QUICK
    at = "held_on" if quick else "began_at"
    fit = quick or policy.shortest_minutes <= log.minutes <= policy.longest_minutes
    demand(fit, "minutes_out_of_range", field="minutes")
    demand(log.began_at <= now, "meeting_in_future", field=at)
    ended_at = log.began_at + timedelta(minutes=log.minutes)
    demand(ended_at <= now, "meeting_in_future", field=at)
    # Instants first: in the first years of the calendar not every zone has a local date. A day can have 25 hours.
    since, until = state.meetings_since, state.meetings.until
    demand(log.began_at >= since - timedelta(days=2), "meeting_before_agreement", field=at)
    day = calendar.local_date(log.began_at)
    demand(day >= calendar.local_date(since), "meeting_before_agreement", field=at)
    demand(until is None or log.began_at <= until, "meetings_are_over", field=at)
    return day


def _demand_once(state: Relationship, log: Log) -> None:
    """Refuse a meeting that is logged already: one that overlaps another, or a second quick note for a day."""
    if log.kind is MeetingKind.QUICK:
        notes = (met for met in state.meetings.standing if met.kind is MeetingKind.QUICK)
        demand(all(met.began_at != log.began_at for met in notes), "meeting_already_logged", field="held_on")
        return
    ended_at = log.began_at + timedelta(minutes=log.minutes)
    overlaps = any(
        met.began_at < ended_at and log.began_at < met.began_at + timedelta(minutes=met.minutes)
        for met in state.meetings.standing
        if met.kind is not MeetingKind.QUICK
    )
    demand(not overlaps, "meeting_already_logged", field="began_at")


def _demand_topics(topics: tuple[str, ...], field: str, rules: Rules) -> None:
    demand(set(topics) <= set(rules.meetings.topics), "unknown_topic", field=field)
    demand(len(set(topics)) == len(topics), "topic_twice", field=field)


def demand_next_topics(topics: tuple[str, ...], rules: Rules) -> None:
    """Refuse bad topics of the next meeting."""
    _demand_topics(topics, "next_topics", rules)
    again = set(topics) & set(rules.meetings.first_meeting_only)
    demand(not again, "topic_of_first_meeting", field="next_topics")


def _demand_next(state: Relationship, log: Log, latest: date, now: datetime, rules: Rules) -> None:
    """Refuse bad topics of the next meeting, and a bad or missing date of it."""
    demand_next_topics(log.next_topics, rules)
    demand_next_date(state, log.next_on, latest, now, rules, quick=log.kind is MeetingKind.QUICK)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case MeetingLogged():
            return _evolve_logged(state, event, stamp)
    raise TypeError(type(event).__name__)


def _evolve_logged(state: Relationship, event: MeetingLogged, stamp: Stamp) -> Relationship:
    met = Meeting(
        id=event.meeting,
        began_at=event.began_at,
        minutes=event.minutes,
        mode=event.mode,
        topics=event.topics,
        logged_by=event.by,
        kind=event.kind,
        group=event.group,
        place=event.place,
        planned=event.planned,
        face_to_face=event.face_to_face,
    )
    if (event.next_on, event.next_topics) != (state.meetings.next_on, state.meetings.next_topics):
        met = replace(met, renamed=True, next_on=event.next_on, next_topics=event.next_topics)
    todo = tasks.close_tasks(
        state.tasks, stamp, TaskKind.CONTACT_PAIR, TaskKind.FOLLOW_UP_PAIR, outcome="meeting_logged"
    )
    timers = put(drop(state.timers, DeadlineKind.FOLLOW_UP), *event.timers)
    known = replace(
        state.meetings,
        log=(*state.meetings.log, met),
        next_on=event.next_on,
        next_topics=event.next_topics,
    )
    schedule = state.schedule.keep(event.planned)
    return replace(state, meetings=known, schedule=schedule, tasks=todo, timers=timers)


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case MeetingLogged():
            return _to_confirm(state, event, stamp)
    return ()


def _to_confirm(state: Relationship, event: MeetingLogged, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notice that asks the other side to confirm; to both if a coordinator logged a group."""
    data = {"meeting": event.meeting, "began_at": instant_text(event.began_at)}
    if event.kind is not MeetingKind.SINGLE:
        data["log"] = event.kind.value
    if event.by is None:
        return notice_to.pair(state, stamp, NoticeKind.MEETING_TO_CONFIRM, **data, by="coordinator")
    if stamp.actor.reason is not None:
        data["said"] = stamp.actor.reason.value
    return notice_to.side(state, stamp, event.by.other, NoticeKind.MEETING_TO_CONFIRM, **data)


def _day_of_note(decision: RecordedDecision) -> dict[str, Any]:
    return {"held_on": decision.first.began_at.astimezone(decision.zone).date()}


def another(decision: RecordedDecision) -> dict[str, Any]:
    """Return what a log said about logs of its day by somebody else."""
    return {"another": True if decision.first.apart_from else None}


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(MeetingLogged, LogQuickMeeting, _day_of_note, lambda event: event.kind is MeetingKind.QUICK),
    FirstEvent(MeetingLogged, LogMeeting, another, lambda event: event.kind is MeetingKind.SINGLE),
)
ROOM = Room(
    commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve, notices=notices
)
