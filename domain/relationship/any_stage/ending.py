"""Endings and the pause: from any state, by either side or the coordinator, and without fault (NEA-25, MASA-25).

An ending has only a reason code. The person who ends it may write down a private reason, which never gets here: the
gateway seals it for its writer. A change of partner ends this relationship and names the one that continues it. Either
side can also ask for a change in private: this is a coordinator's task, and the partner is not told. During a pause,
only the pause's own deadline fires: once the pause outlasts the mentee's course, a coordinator is asked to have it
resumed or ended. Resuming moves open deadlines by the paused days and starts the rhythm again.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Final

from domain import tasks
from domain.actors import Actor, Role, Side, demand_coordinator
from domain.errors import demand, forbid, forbidden, required
from domain.ids import derive
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, drop, put, shift, timer_for
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.parts.pause import Pause
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRelationship(Command):
    """Either side or the coordinator ends the relationship; nobody is at fault."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    aside: ClassVar = "private_reason"
    while_paused: ClassVar = True
    example: ClassVar = {"reason": "@ending_reasons"}

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePartner(Command):
    """Either side or the coordinator asks for another partner: a new relationship continues at stage matching."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    aside: ClassVar = "private_reason"
    while_paused: ClassVar = True
    example: ClassVar = {"reason": "@ending_reasons"}

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForChange(Command):
    """One side says in private that it is not working. No reason is asked for; the partner is not told (NEA-25)."""

    roles: ClassVar = (Role.PARTICIPANT,)
    while_paused: ClassVar = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChange(Command):
    """A coordinator talked with the side that asked, and records the result; for another partner, use ChangePartner."""

    roles: ClassVar = (Role.COORDINATOR,)
    while_paused: ClassVar = True
    example: ClassVar = {"answer": "@endings.change_answers"}

    side: Side
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRelationship(Command):
    """Either side or the coordinator pauses the relationship: nothing is asked of the pair until it resumes."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    example: ClassVar = {"reason": "@pause_reasons"}

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRelationship(Command):
    """Either side or the coordinator ends the pause."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    while_paused: ClassVar = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipEnded(Event):
    """The relationship ended early. ``by`` is a side or ``coordinator``."""

    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerChanged(Event):
    """The relationship is over and ``successor`` continues it with another mentor and the same application."""

    reason: str
    by: str
    successor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAsked(Event):
    """One side asked for a change; a coordinator must talk with it by ``due_at``."""

    by: Side
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAnswered(Event):
    """The result of one side's request, if not another partner or the end."""

    side: Side
    answer: str


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
    EndRelationship,
    ChangePartner,
    AskForChange,
    AnswerChange,
    PauseRelationship,
    ResumeRelationship,
)
EVENTS: tuple[type[Event], ...] = (
    RelationshipEnded,
    PartnerChanged,
    ChangeAsked,
    ChangeAnswered,
    RelationshipPaused,
    RelationshipResumed,
)
ANSWERS_IN_OWN_PAIR: Final = forbidden("answers_in_own_pair")
CHANGEABLE = ("contact", "agreement", "meetings")
"""Stages in which a pair can still be changed."""


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    by = _by(state, command.actor)
    match command:
        case EndRelationship():
            demand(command.reason in rules.ending_reasons, "unknown_reason", field="reason")
            return (RelationshipEnded(reason=command.reason, by=by),)
        case ChangePartner():
            demand(bool(state.mentor), "no_partner")
            demand(command.reason in rules.ending_reasons, "unknown_reason", field="reason")
            demand(state.stage in CHANGEABLE, "too_late_to_change")
            return (end_of_pair(state, command.reason, by, change=True),)
        case AskForChange():
            side = state.side_of(command.actor)
            demand(state.stage in CHANGEABLE, "too_late_to_change")
            demand(side not in state.change_asked, "already_asked")
            today = rules.calendar.local_date(now)
            return (ChangeAsked(by=side, due_at=rules.calendar.after(today, rules.endings.change_days)),)
        case AnswerChange():
            forbid(command.actor.id in (state.mentor, state.mentee), ANSWERS_IN_OWN_PAIR)
            demand(command.side in state.change_asked, "no_change_asked", field="side")
            demand(command.answer in rules.endings.change_answers, "unknown_answer", field="answer")
            return (ChangeAnswered(side=command.side, answer=command.answer),)
        case PauseRelationship():
            demand(state.pause is None, "already_paused")
            demand(command.reason in rules.pause_reasons, "unknown_reason", field="reason")
            return (
                RelationshipPaused(reason=command.reason, by=by, timers=(_pause_timer(state, now, rules),)),
            )
        case ResumeRelationship():
            return (_resume(state, by, now, rules),)
    raise TypeError(type(command).__name__)


def end_of_pair(
    state: Relationship, reason: str, by: str, *, change: bool
) -> RelationshipEnded | PartnerChanged:
    """Return the end of a pair: for good, or with a successor that continues with another partner."""
    if change:
        return PartnerChanged(reason=reason, by=by, successor=derive("successor", state.id))
    return RelationshipEnded(reason=reason, by=by)


def _by(state: Relationship, actor: Actor) -> str:
    if actor.role is Role.PARTICIPANT:
        return state.side_of(actor).value
    demand_coordinator(actor, state.region)
    return Role.COORDINATOR.value


def _pause_timer(state: Relationship, now: datetime, rules: Rules) -> Timer:
    """Return the pause's timer: due when the mentee's course, and the time for its last survey, would be over."""
    day = max(state.term_dates.last, rules.calendar.local_date(now))
    return timer_for(rules, DeadlineKind.PAUSE, rules.calendar.after(day, rules.survey.closes_days))


def _resume(state: Relationship, by: str, now: datetime, rules: Rules) -> RelationshipResumed:
    pause = required(state.pause, "not_paused")
    calendar = rules.calendar
    today = calendar.local_date(now)
    days = (today - calendar.local_date(pause.since)).days
    of_the_term = (DeadlineKind.COMPLETION, DeadlineKind.OBSERVATION)
    kept = tuple(timer for timer in state.timers if timer.subject in of_the_term)
    others = drop(state.timers, *of_the_term, DeadlineKind.PAUSE)
    timers = put((), *kept, *shift(rules, others, days))
    if any(timer.subject is DeadlineKind.MEETING for timer in state.timers):
        named = state.meetings.next_on
        next_on = named if named is not None and named > today else None
        timers = put(timers, state.next_meeting_timer(today, rules, next_on=next_on))
    return RelationshipResumed(by=by, days=days, timers=timers)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case RelationshipEnded():
            return state.end(stamp, "ended", event.reason)
        case PartnerChanged():
            return replace(state.end(stamp, "partner_changed", event.reason), successor=event.successor)
        case ChangeAsked():
            todo = tasks.open_task(
                state.tasks,
                state.id,
                stamp,
                TaskKind.CONSIDER_CHANGE,
                subject=event.by.value,
                due_at=event.due_at,
            )
            return replace(state, change_asked=(*state.change_asked, event.by), tasks=todo)
        case ChangeAnswered():
            kind, side = TaskKind.CONSIDER_CHANGE, event.side
            todo = tasks.close_tasks(state.tasks, stamp, kind, subject=side.value, outcome=event.answer)
            waiting = tuple(asked for asked in state.change_asked if asked is not side)
            return replace(state, change_asked=waiting, tasks=todo)
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
        case RelationshipEnded():
            return notice_to.pair(state, stamp, NoticeKind.RELATIONSHIP_ENDED)
        case PartnerChanged():
            return notice_to.pair(state, stamp, NoticeKind.PARTNER_CHANGED)
        case ChangeAnswered():
            return notice_to.side(state, stamp, event.side, NoticeKind.CHANGE_ANSWERED, answer=event.answer)
        case RelationshipPaused():
            return notice_to.pair(state, stamp, NoticeKind.RELATIONSHIP_PAUSED)
        case RelationshipResumed():
            return notice_to.pair(state, stamp, NoticeKind.RELATIONSHIP_RESUMED)
    return ()


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(RelationshipEnded, EndRelationship),
    FirstEvent(PartnerChanged, ChangePartner),
    FirstEvent(ChangeAsked, AskForChange),
    FirstEvent(ChangeAnswered, AnswerChange),
    FirstEvent(RelationshipPaused, PauseRelationship),
    FirstEvent(RelationshipResumed, ResumeRelationship),
)
ROOM = Room(
    commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve, notices=notices
)
