"""The pause: either side or the coordinator pauses a relationship and resumes it.

During a pause, only the pause's own deadline fires: once the pause outlasts the mentee's course, a coordinator is asked
to have it resumed or ended. Resuming moves open deadlines by the paused days and starts the rhythm again.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from domain import tasks
from domain.actors import Role
from domain.errors import demand, required
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, drop, of_subject, put, put_off, shift, timer_for
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.next_meeting import timer_from_today
from domain.relationship.parts.pause import Pause
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRelationship(Command):
    """Either side or the coordinator pauses the relationship: nothing is asked of the pair until it resumes."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    by: ClassVar = By.OWN
    example: ClassVar = {"reason": "@pause_reasons"}

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRelationship(Command):
    """Either side or the coordinator ends the pause."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    by: ClassVar = By.OWN
    while_paused: ClassVar = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipPaused(Event):
    """Nothing is asked of the pair; the timer says until when at the latest."""

    reason: str
    by: str
    timers: tuple[Timer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipResumed(Event):
    """The pair continues; ``timers`` are the open deadlines, moved by ``days``."""

    by: str
    days: int
    timers: tuple[Timer, ...] = ()


COMMANDS: tuple[type[Command], ...] = (
    PauseRelationship,
    ResumeRelationship,
)
EVENTS: tuple[type[Event], ...] = (
    RelationshipPaused,
    RelationshipResumed,
)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    by = state.seat_of(command.actor)
    match command:
        case PauseRelationship():
            demand(state.pause is None, "already_paused")
            demand(command.reason in rules.pause_reasons, "unknown_reason", field="reason")
            return (
                RelationshipPaused(reason=command.reason, by=by, timers=(_pause_timer(state, now, rules),)),
            )
        case ResumeRelationship():
            return (_resume(state, by, now, rules),)
    raise TypeError(type(command).__name__)


def _pause_timer(state: Relationship, now: datetime, rules: Rules) -> Timer:
    """Return the pause's timer: due when the mentee's course, and the time for its last survey, would be over."""
    day = max(state.term_dates.last, rules.calendar.local_date(now))
    return timer_for(rules, DeadlineKind.PAUSE, rules.calendar.after(day, rules.survey.closes_days))


def _resume(state: Relationship, by: str, now: datetime, rules: Rules) -> RelationshipResumed:
    pause = required(state.pause, "not_paused")
    calendar = rules.calendar
    today = calendar.local_date(now)
    days = (today - calendar.local_date(pause.since)).days
    # Days of the term, and days that the staff chose, do not move.
    fixed = (DeadlineKind.COMPLETION, DeadlineKind.OBSERVATION, DeadlineKind.LOOK_AGAIN)
    kept = tuple(timer for timer in state.timers if timer.subject in fixed)
    others = drop(state.timers, *fixed, DeadlineKind.PAUSE)
    timers = put((), *kept, *shift(rules, others, days))
    if any(timer.subject is DeadlineKind.MEETING for timer in state.timers):
        timers = put(timers, timer_from_today(state, today, rules))
    quota = of_subject(timers, DeadlineKind.OBSERVATION)
    timers = put(timers, *(put_off(state.engine, rules, quota, now) or ()))
    return RelationshipResumed(by=by, days=days, timers=timers)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case RelationshipPaused():
            paused = Pause(since=stamp.at, reason=event.reason)
            return replace(state, pause=paused, timers=put(state.timers, *event.timers))
        case RelationshipResumed():
            restarted = replace(state.meetings, anew_at=stamp.at)
            todo = tasks.close_tasks(state.tasks, stamp, TaskKind.RESUME_OR_END, outcome="resumed")
            return replace(state, pause=None, meetings=restarted, tasks=todo, timers=event.timers)
    raise TypeError(type(event).__name__)


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case RelationshipPaused():
            return notice_to.pair(state, stamp, NoticeKind.RELATIONSHIP_PAUSED)
        case RelationshipResumed():
            return notice_to.pair(state, stamp, NoticeKind.RELATIONSHIP_RESUMED)
    return ()


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(RelationshipPaused, PauseRelationship),
    FirstEvent(RelationshipResumed, ResumeRelationship),
)
ROOM = Room(
    commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve, notices=notices
)
