"""A request for another partner: either side asks in private (NEA-25).

It is a coordinator's task, and the partner is not told.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Final

from domain import tasks
from domain.actors import Role, Side, demand_coordinator
from domain.errors import demand, forbid, forbidden
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForChange(Command):
    """One side says in private that it is not working. No reason is asked for; the partner is not told (NEA-25)."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN
    while_paused: ClassVar = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChange(Command):
    """A coordinator talked with the side that asked, and records the result; for another partner, use ChangePartner."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    while_paused: ClassVar = True
    example: ClassVar = {"answer": "@endings.change_answers"}

    side: Side
    answer: str


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


COMMANDS: tuple[type[Command], ...] = (
    AskForChange,
    AnswerChange,
)
EVENTS: tuple[type[Event], ...] = (
    ChangeAsked,
    ChangeAnswered,
)
ANSWERS_IN_OWN_PAIR: Final = forbidden("answers_in_own_pair")


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case AskForChange():
            side = state.side_of(command.actor)
            demand(state.can_change_partner, "too_late_to_change")
            demand(side not in state.change_asked, "already_asked")
            today = rules.calendar.local_date(now)
            return (ChangeAsked(by=side, due_at=rules.calendar.after(today, rules.endings.change_days)),)
        case AnswerChange():
            demand_coordinator(command.actor, state.region)
            forbid(command.actor.id in (state.mentor, state.mentee), ANSWERS_IN_OWN_PAIR)
            demand(command.side in state.change_asked, "no_change_asked", field="side")
            demand(command.answer in rules.endings.change_answers, "unknown_answer", field="answer")
            return (ChangeAnswered(side=command.side, answer=command.answer),)
    raise TypeError(type(command).__name__)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
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
    raise TypeError(type(event).__name__)


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case ChangeAnswered():
            return notice_to.side(state, stamp, event.side, NoticeKind.CHANGE_ANSWERED, answer=event.answer)
    return ()


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(ChangeAsked, AskForChange),
    FirstEvent(ChangeAnswered, AnswerChange),
)
ROOM = Room(
    commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve, notices=notices
)
