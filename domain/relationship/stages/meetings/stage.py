"""Stage meetings: one side logs that the two met, the other confirms or disputes it (MASA-21, -31, -32, ESE-14).

A log holds facts only: when, how long, how, which topics as codes. The rhythm, or a nearer date that the pair named,
says when the next meeting is late; reminders become a coordinator's task, who learns why and follows up.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from domain import tasks
from domain.actors import Actor, Role, Side, demand_coordinator
from domain.errors import demand
from domain.ids import derive
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.relationship.deadlines import Timer, after_days, dropped, put
from domain.relationship.facts import Facts
from domain.relationship.forms_owed import StartsForms
from domain.relationship.parts.meetings import Meeting
from domain.relationship.room import Room
from domain.relationship.stages.meetings.log import (
    Log,
    MeetingLogged,
    MeetingResolved,
    demand_open,
    logged,
    quick_log,
    struck,
)
from domain.relationship.state import Relationship
from domain.rules.form_uses import DueAfter
from domain.rules.program import Rules, Subject
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMeeting(Command):
    """One side says: we met then, so long, in this way, on these topics. ``began_at`` is an instant.

    ``place`` is a kind of place. ``next_on`` is the day on which the two meet next; some programs ask for it.
    """

    roles: ClassVar = (Role.PARTICIPANT,)

    began_at: datetime
    minutes: int
    mode: str
    topics: tuple[str, ...] = ()
    place: str = ""
    next_on: date | None = None
    next_topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuickMeeting(Command):
    """One side notes that the two spoke on a day, and on which topics; short conversations count too (ESE-12)."""

    roles: ClassVar = (Role.PARTICIPANT,)

    held_on: date
    topics: tuple[str, ...]
    mode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteReferral(Command):
    """The mentor notes that the mentee was pointed to help outside; the day, and nothing else (NEA-13)."""

    roles: ClassVar = (Role.PARTICIPANT,)

    referred_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmMeeting(Command):
    """The other side says: yes, so it was."""

    roles: ClassVar = (Role.PARTICIPANT,)

    meeting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeMeeting(Command):
    """The other side says: no. Both statements are kept and a coordinator resolves it."""

    roles: ClassVar = (Role.PARTICIPANT,)

    meeting: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveMeeting(Command):
    """A coordinator lets a disputed meeting stand or strikes it."""

    roles: ClassVar = (Role.COORDINATOR,)

    meeting: str
    stands: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordObstacle(Command):
    """A coordinator spoke with a pair that meets too little, learned why, and will look again (ESE-14)."""

    roles: ClassVar = (Role.COORDINATOR,)

    obstacle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideCompletion(Command):
    """A coordinator decides whether a pair below the minimum has done enough all the same."""

    roles: ClassVar = (Role.COORDINATOR,)

    complete: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingConfirmed(Event):
    """The other side agrees."""

    meeting: str
    by: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingDisputed(Event):
    """The other side does not agree."""

    meeting: str
    by: Side
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObstacleRecorded(Event):
    """Why the pair meets too little, as a code; the coordinator looks again when the timer fires."""

    obstacle: str
    timers: tuple[Timer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralNoted(Event):
    """The mentor pointed to help outside; what it was is not kept."""

    referred_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionAsked(Event):
    """The time for meetings is over and something is lacking: a person decides. ``why`` says what, as codes."""

    counted: int
    due_at: datetime
    why: tuple[str, ...] = ("too_few_meetings",)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingsCompleted(StartsForms):
    """The stage is over, with or without enough meetings; ``reason`` is a code where a person decided."""

    form_due_after: ClassVar = DueAfter.SURVEY_OPENS

    complete: bool
    counted: int
    reason: str = ""
    timers: tuple[Timer, ...] = ()


COMMANDS: tuple[type[Command], ...] = (
    LogMeeting,
    LogQuickMeeting,
    ConfirmMeeting,
    DisputeMeeting,
    ResolveMeeting,
    RecordObstacle,
    DecideCompletion,
    NoteReferral,
)
EVENTS: tuple[type[Event], ...] = (
    MeetingLogged,
    MeetingConfirmed,
    MeetingDisputed,
    MeetingResolved,
    ObstacleRecorded,
    ReferralNoted,
    CompletionAsked,
    MeetingsCompleted,
)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """The events of a command of this room; raises ``RuleViolation``."""
    match command:
        case LogMeeting():
            return _log(state, command, now, rules)
        case LogQuickMeeting():
            return _log_quick(state, command, now, rules)
        case NoteReferral():
            return _note_referral(state, command, now, rules)
        case ConfirmMeeting():
            by, meeting = _other_side(state, command.actor, command.meeting)
            demand(meeting.status == "logged", "meeting_already_answered")
            return (MeetingConfirmed(meeting=meeting.id, by=by),)
        case DisputeMeeting():
            by, meeting = _other_side(state, command.actor, command.meeting)
            demand(meeting.status == "logged", "meeting_already_answered")
            demand(command.reason in rules.meetings.dispute_reasons, "unknown_reason", field="reason")
            return (MeetingDisputed(meeting=meeting.id, by=by, reason=command.reason),)
        case ResolveMeeting():
            return (_resolve(state, command, rules),)
        case RecordObstacle():
            return _record_obstacle(state, command, now, rules)
        case DecideCompletion():
            return _decide_completion(state, command, now, rules)
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
    )
    return (logged(state, log, derive("meeting", state.id, command.id), by, now, rules),)


def _log_quick(
    state: Relationship, command: LogQuickMeeting, now: datetime, rules: Rules
) -> tuple[Event, ...]:
    demand_open(state)
    by = state.side_of(command.actor)
    demand(rules.meetings.quick_logs, "no_quick_logs")
    demand(bool(command.topics), "topics_missing", field="topics")
    log = quick_log(state, command.held_on, command.mode, command.topics, now, rules)
    return (logged(state, log, derive("meeting", state.id, command.id), by, now, rules),)


def _note_referral(
    state: Relationship, command: NoteReferral, now: datetime, rules: Rules
) -> tuple[Event, ...]:
    demand(rules.meetings.referrals, "no_referrals")
    demand(state.stage in ("contact", "agreement", "meetings"), "no_partner")
    demand(state.side_of(command.actor) is Side.MENTOR, "not_the_mentor")
    day = command.referred_on
    demand(day <= rules.calendar.local_date(now), "date_in_future", field="referred_on")
    demand(day >= rules.calendar.local_date(state.opened_at), "date_too_early", field="referred_on")
    demand(day not in state.meetings.referred_on, "already_noted", field="referred_on")
    return (ReferralNoted(referred_on=day),)


def _find(state: Relationship, meeting: str) -> Meeting:
    found = next((met for met in state.meetings.log if met.id == meeting), None)
    demand(found is not None, "unknown_meeting", field="meeting")
    assert found is not None  # noqa: S101 - demanded in the line above
    return found


def _other_side(state: Relationship, actor: Actor, meeting: str) -> tuple[Side, Meeting]:
    by = state.side_of(actor)
    found = _find(state, meeting)
    demand(found.logged_by is not by, "own_meeting")
    return by, found


def _demand_judge(state: Relationship, actor: Actor) -> None:
    """A coordinator of the region who is not of the pair: nobody judges what the own stipend follows from."""
    demand_coordinator(actor, state.region)
    demand(actor.id not in (state.mentor, state.mentee), "on_the_pair")


def _resolve(state: Relationship, command: ResolveMeeting, rules: Rules) -> MeetingResolved:
    _demand_judge(state, command.actor)
    meeting = _find(state, command.meeting)
    demand(meeting.status == "disputed", "meeting_not_disputed")
    demand(command.reason in rules.meetings.resolve_reasons, "unknown_reason", field="reason")
    if not command.stands:
        return struck(state, meeting, command.reason, rules)
    return MeetingResolved(meeting=meeting.id, stands=True, reason=command.reason)


def _record_obstacle(
    state: Relationship, command: RecordObstacle, now: datetime, rules: Rules
) -> tuple[Event, ...]:
    demand(state.stage == "meetings", "not_in_meetings")
    demand_coordinator(command.actor, state.region)
    demand(command.obstacle in rules.meetings.obstacles, "unknown_obstacle", field="obstacle")
    timer = after_days(rules, Subject.FOLLOW_UP, now, rules.meetings.follow_up_days)
    return (ObstacleRecorded(obstacle=command.obstacle, timers=(timer,)),)


def _decide_completion(
    state: Relationship, command: DecideCompletion, now: datetime, rules: Rules
) -> tuple[Event, ...]:
    _demand_judge(state, command.actor)
    asked = any(task.open and task.kind is TaskKind.DECIDE_COMPLETION for task in state.tasks)
    demand(asked, "completion_not_asked")
    demand(command.reason in rules.meetings.completion_reasons, "unknown_reason", field="reason")
    return (_completed(state, now, rules, command.complete, command.reason),)


def _on_completion(state: Relationship, timer: Timer, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """What the end of the meeting time brings: enough meetings, or a question to a coordinator."""
    lacking = {
        "too_few_meetings": not state.meetings.enough(rules),
        "too_few_observations": state.observations.done < rules.observations.required,
    }
    why = tuple(code for code, lacks in lacking.items() if lacks)
    if not why:
        return (_completed(state, now, rules, True, ""),)
    due = after_days(rules, Subject.COMPLETION, now, rules.meetings.completion_days).due
    return (CompletionAsked(counted=len(state.meetings.counting(rules)), due_at=due, why=why),)


def _completed(
    state: Relationship, now: datetime, rules: Rules, complete: bool, reason: str
) -> MeetingsCompleted:
    survey = after_days(rules, Subject.SURVEY, now, rules.survey.due_days)
    close = after_days(rules, Subject.SURVEY_CLOSE, now, rules.survey.closes_days)
    counted = len(state.meetings.counting(rules))
    return MeetingsCompleted(complete=complete, counted=counted, reason=reason, timers=(survey, close))


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """The state after an event of this room."""
    match event:
        case MeetingLogged():
            return _evolve_logged(state, event, stamp)
        case MeetingConfirmed():
            return _with_status(state, event.meeting, "confirmed")
        case MeetingDisputed():
            todo = tasks.opened(
                state.tasks,
                state.id,
                stamp,
                TaskKind.RESOLVE_MEETING,
                why=(event.reason,),
                subject=event.meeting,
            )
            return _with_status(replace(state, tasks=todo), event.meeting, "disputed")
        case MeetingResolved():
            outcome = "stands" if event.stands else "struck"
            todo = tasks.closed(
                state.tasks, stamp, TaskKind.RESOLVE_MEETING, subject=event.meeting, outcome=outcome
            )
            status = "confirmed" if event.stands else "struck"
            resolved = _with_status(replace(state, tasks=todo), event.meeting, status)
            return resolved if event.stands else _struck(resolved, event)
        case ObstacleRecorded():
            spoken = (TaskKind.CONTACT_PAIR, TaskKind.FOLLOW_UP_PAIR)
            todo = tasks.closed(state.tasks, stamp, *spoken, outcome=event.obstacle)
            found = replace(state.meetings, obstacles=(*state.meetings.obstacles, event.obstacle))
            return replace(state, meetings=found, tasks=todo, timers=put(state.timers, *event.timers))
        case ReferralNoted():
            days = (*state.meetings.referred_on, event.referred_on)
            return replace(state, meetings=replace(state.meetings, referred_on=days))
        case CompletionAsked():
            todo = tasks.opened(
                state.tasks,
                state.id,
                stamp,
                TaskKind.DECIDE_COMPLETION,
                why=event.why,
                due_at=event.due_at,
            )
            return replace(state, tasks=todo, timers=dropped(state.timers, Subject.COMPLETION))
        case MeetingsCompleted():
            todo = tasks.closed(state.tasks, stamp, TaskKind.DECIDE_COMPLETION)
            of_the_stage = (
                TaskKind.CONTACT_PAIR,
                TaskKind.FOLLOW_UP_PAIR,
                TaskKind.ARRANGE_OBSERVATION,
                TaskKind.DECIDE_COVER,
            )
            todo = tasks.closed(todo, stamp, *of_the_stage, outcome="meetings_over")
            over = (Subject.COMPLETION, Subject.MEETING, Subject.FOLLOW_UP, Subject.OBSERVATION)
            timers = put(dropped(state.timers, *over), *event.timers)
            done = replace(state.meetings, complete=event.complete)
            return replace(
                state.at("survey"),
                meetings=done,
                observations=state.observations.lapsed(),
                cover=state.cover.lapsed(),
                tasks=todo,
                timers=timers,
            )
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
    todo = tasks.closed(
        state.tasks, stamp, TaskKind.CONTACT_PAIR, TaskKind.FOLLOW_UP_PAIR, outcome="meeting_logged"
    )
    timers = put(dropped(state.timers, Subject.FOLLOW_UP), *event.timers)
    known = replace(
        state.meetings,
        log=(*state.meetings.log, met),
        next_on=event.next_on,
        next_topics=event.next_topics,
    )
    schedule = state.schedule.kept(event.planned)
    return replace(state, meetings=known, schedule=schedule, tasks=todo, timers=timers)


def _with_status(state: Relationship, meeting: str, status: str) -> Relationship:
    return replace(state, meetings=state.meetings.with_status(meeting, status))


def _struck(state: Relationship, event: MeetingResolved) -> Relationship:
    named = replace(state.meetings, next_on=event.next_on, next_topics=event.next_topics)
    schedule = state.schedule.unkept(_find(state, event.meeting).planned)
    return replace(state, meetings=named, schedule=schedule, timers=put(state.timers, *event.timers))


ROOM = Room(
    commands=COMMANDS,
    events=EVENTS,
    decide=decide,
    evolve=evolve,
    on_due={Subject.COMPLETION: _on_completion},
)
