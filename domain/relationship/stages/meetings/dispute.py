"""In stage meetings: the other side confirms a log or disputes it, and a coordinator resolves the dispute (MASA-21)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Final

from domain import tasks
from domain.actors import Actor, Role, Side
from domain.errors import demand, forbid, forbidden, required
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, put
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.next_meeting import timer_after_log
from domain.relationship.parts.meetings import Meeting
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmMeeting(Command):
    """The other side confirms that the meeting was as logged."""

    roles: ClassVar = (Role.PARTICIPANT,)

    meeting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeMeeting(Command):
    """The other side disputes a log. Both statements are kept, and a coordinator resolves the dispute."""

    roles: ClassVar = (Role.PARTICIPANT,)
    example: ClassVar = {"reason": "@meetings.dispute_reasons"}

    meeting: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveMeeting(Command):
    """A coordinator keeps a disputed meeting or strikes it."""

    roles: ClassVar = (Role.COORDINATOR,)
    example: ClassVar = {"reason": "@meetings.resolve_reasons"}

    meeting: str
    stands: bool
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
class MeetingResolved(Event):
    """A coordinator decided a dispute. If a log is struck, the next meeting is what the other logs say."""

    meeting: str
    stands: bool
    reason: str
    timers: tuple[Timer, ...] = ()
    next_on: date | None = None
    next_topics: tuple[str, ...] = ()


COMMANDS: tuple[type[Command], ...] = (ConfirmMeeting, DisputeMeeting, ResolveMeeting)
EVENTS: tuple[type[Event], ...] = (MeetingConfirmed, MeetingDisputed, MeetingResolved)
OWN_MEETING: Final = forbidden("own_meeting")


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
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
            return (_resolve(state, command, now, rules),)
    raise TypeError(type(command).__name__)


def _find(state: Relationship, meeting: str) -> Meeting:
    found = required(
        next((met for met in state.meetings.log if met.id == meeting), None),
        "unknown_meeting",
        field="meeting",
    )
    return found


def _other_side(state: Relationship, actor: Actor, meeting: str) -> tuple[Side, Meeting]:
    by = state.side_of(actor)
    found = _find(state, meeting)
    forbid(found.logged_by is by, OWN_MEETING)
    return by, found


def _resolve(state: Relationship, command: ResolveMeeting, now: datetime, rules: Rules) -> MeetingResolved:
    state.demand_outside_coordinator(command.actor)
    meeting = _find(state, command.meeting)
    demand(meeting.status == "disputed", "meeting_not_disputed")
    demand(command.reason in rules.meetings.resolve_reasons, "unknown_reason", field="reason")
    if not command.stands:
        return _strike(state, meeting, command.reason, now, rules)
    return MeetingResolved(meeting=meeting.id, stands=True, reason=command.reason)


def _strike(
    state: Relationship, meeting: Meeting, reason: str, now: datetime, rules: Rules
) -> MeetingResolved:
    """Return the event that strikes a log: the next meeting is again what the remaining logs say.

    If the ladder was climbed to its end, no timer starts again, because a coordinator has already been asked.
    """
    left = state.meetings.with_status(meeting.id, "struck")
    since = left.last_day(rules)
    source = next((met for met in reversed(left.standing) if met.renamed), None)
    next_on, topics = (source.next_on, source.next_topics) if source else (None, ())
    if next_on is not None and next_on <= since:
        next_on, topics = None, ()
    same = (since, next_on) == (state.meetings.last_day(rules), state.meetings.next_on)
    running = any(timer.subject is DeadlineKind.MEETING for timer in state.timers)
    return MeetingResolved(
        meeting=meeting.id,
        stands=False,
        reason=reason,
        timers=(timer_after_log(state, since, now, rules, next_on=next_on),) if running and not same else (),
        next_on=next_on,
        next_topics=topics,
    )


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case MeetingConfirmed():
            return _with_status(state, event.meeting, "confirmed")
        case MeetingDisputed():
            todo = tasks.open_task(
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
            todo = tasks.close_tasks(
                state.tasks, stamp, TaskKind.RESOLVE_MEETING, subject=event.meeting, outcome=outcome
            )
            status = "confirmed" if event.stands else "struck"
            resolved = _with_status(replace(state, tasks=todo), event.meeting, status)
            return resolved if event.stands else _evolve_strike(resolved, event)
    raise TypeError(type(event).__name__)


def _with_status(state: Relationship, meeting: str, status: str) -> Relationship:
    return replace(state, meetings=state.meetings.with_status(meeting, status))


def _evolve_strike(state: Relationship, event: MeetingResolved) -> Relationship:
    named = replace(state.meetings, next_on=event.next_on, next_topics=event.next_topics)
    schedule = state.schedule.reopen(_find(state, event.meeting).planned)
    return replace(state, meetings=named, schedule=schedule, timers=put(state.timers, *event.timers))


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case MeetingDisputed():
            met = next(each for each in state.meetings.log if each.id == event.meeting)
            if met.logged_by is None:
                return ()  # a coordinator logged it for a group, and the task says that it is disputed
            kind = NoticeKind.MEETING_DISPUTED
            return notice_to.side(state, stamp, event.by.other, kind, meeting=event.meeting)
    return ()


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(MeetingConfirmed, ConfirmMeeting),
    FirstEvent(MeetingDisputed, DisputeMeeting),
    FirstEvent(MeetingResolved, ResolveMeeting),
)
ROOM = Room(
    commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve, notices=notices
)
