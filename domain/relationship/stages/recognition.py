"""Stage recognition: the mentor is thanked, and both are asked whether they continue as colleagues (MASA-24, -25)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Final

from domain import tasks
from domain.actors import Role, Side, demand_coordinator
from domain.codec import instant_text
from domain.errors import demand, forbid, forbidden
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, drop, put, timer_after
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognizeMentor(Command):
    """A coordinator records how the mentor was recognized."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    example: ClassVar = {"kind": "@recognition.kinds"}

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerContinuation(Command):
    """One side says whether it wants to continue as a colleague: with no duties, no stipend, and nothing logged."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN

    go_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorRecognized(Event):
    """The mentor was thanked; both can answer until the timer fires."""

    kind: str
    timers: tuple[Timer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuationAnswered(Event):
    """One side's answer about the time after the program."""

    by: Side
    go_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipCompleted(Event):
    """The program year of this pair is done. ``colleagues`` says whether both continue on their own."""

    colleagues: bool


COMMANDS: tuple[type[Command], ...] = (RecognizeMentor, AnswerContinuation)
EVENTS: tuple[type[Event], ...] = (MentorRecognized, ContinuationAnswered, RelationshipCompleted)
TELLS_COMPLETION: Final = 7
"""From this engine on, both are told that their year is complete."""
RECOGNIZES_SELF: Final = forbidden("recognizes_self")


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    demand(state.stage == "recognition", "not_in_recognition")
    match command:
        case RecognizeMentor():
            demand_coordinator(command.actor, state.region)
            demand(not state.recognition.kind, "already_recognized")
            demand(command.kind in rules.recognition.kinds, "unknown_recognition", field="kind")
            forbid(command.actor.id == state.mentor, RECOGNIZES_SELF)
            closing = timer_after(rules, DeadlineKind.CLOSING, now, rules.recognition.closing_days)
            done = MentorRecognized(kind=command.kind, timers=(closing,))
            if len(state.recognition.answered) == len(Side):
                return (done, _complete(state.recognition.continuing))
            return (done,)
        case AnswerContinuation():
            by = state.side_of(command.actor)
            demand(by not in state.recognition.answered, "already_answered")
            answered = ContinuationAnswered(by=by, go_on=command.go_on)
            if state.recognition.kind and by.other in state.recognition.answered:
                goes_on = (by,) if command.go_on else ()
                return (answered, _complete((*state.recognition.continuing, *goes_on)))
            return (answered,)
    raise TypeError(type(command).__name__)


def _complete(continuing: tuple[Side, ...]) -> RelationshipCompleted:
    return RelationshipCompleted(colleagues=len(continuing) == len(Side))


def _on_closing(state: Relationship, timer: Timer, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Return the end of the relationship when the time for answers is over: no answer counts as no."""
    return (_complete(state.recognition.continuing),)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case MentorRecognized():
            todo = tasks.close_tasks(state.tasks, stamp, TaskKind.RECOGNIZE_MENTOR, outcome=event.kind)
            timers = put(drop(state.timers, DeadlineKind.RECOGNITION), *event.timers)
            thanked = replace(state.recognition, kind=event.kind)
            return replace(state, recognition=thanked, tasks=todo, timers=timers)
        case ContinuationAnswered():
            known = state.recognition
            going = (*known.continuing, event.by) if event.go_on else known.continuing
            answered = replace(known, answered=(*known.answered, event.by), continuing=going)
            return replace(state, recognition=answered)
        case RelationshipCompleted():
            return state.end(stamp, "completed", "colleagues" if event.colleagues else "")
    raise TypeError(type(event).__name__)


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case MentorRecognized():
            thanks, going_on = NoticeKind.MENTOR_THANKED, NoticeKind.CONTINUE_AS_COLLEAGUES
            due = instant_text(event.timers[0].due)
            return (
                *notice_to.side(state, stamp, Side.MENTOR, thanks, recognition=event.kind),
                *notice_to.pair(state, stamp, going_on, due=due),
            )
        case RelationshipCompleted() if state.engine >= TELLS_COMPLETION:
            colleagues = {"colleagues": "yes"} if event.colleagues else {}
            return notice_to.pair(state, stamp, NoticeKind.RELATIONSHIP_COMPLETED, **colleagues)
    return ()


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(MentorRecognized, RecognizeMentor),
    FirstEvent(ContinuationAnswered, AnswerContinuation),
)
ROOM = Room(
    commands=COMMANDS,
    events=EVENTS,
    first_events=FIRST_EVENTS,
    decide=decide,
    evolve=evolve,
    notices=notices,
    on_due={DeadlineKind.CLOSING: _on_closing},
)
