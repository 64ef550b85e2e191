"""In stage matching: the mentor, the mentee or a coordinator declines the proposal before it is confirmed."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from domain import tasks
from domain.actors import Role, demand_coordinator
from domain.errors import demand, forbid, required
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, drop, put, still_looking, timer_after
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.room import Room
from domain.relationship.state import NOT_A_PARTICIPANT, Relationship
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineMatch(Command):
    """The mentor, the mentee or a coordinator turns the proposal down before it is confirmed."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    by: ClassVar = By.OWN
    example: ClassVar = {"reason": "@matching.decline_reasons"}

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchDeclined(Event):
    """The proposal was declined and its slot is free again; another mentor is needed."""

    mentor: str
    reason: str
    by: str
    timers: tuple[Timer, ...] = ()
    match_due: datetime


COMMANDS: tuple[type[Command], ...] = (DeclineMatch,)
EVENTS: tuple[type[Event], ...] = (MatchDeclined,)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    demand(state.stage == "matching", "not_in_matching")
    match command:
        case DeclineMatch():
            return _decline(state, command, now, rules)
    raise TypeError(type(command).__name__)


def _decline(state: Relationship, command: DeclineMatch, now: datetime, rules: Rules) -> tuple[Event, ...]:
    proposal = required(state.matching.proposal, "no_proposal")
    if command.actor.role is Role.PARTICIPANT:
        forbid(command.actor.id not in (proposal.mentor, state.mentee), NOT_A_PARTICIPANT)
        by = "mentor" if command.actor.id == proposal.mentor else "mentee"
    else:
        demand_coordinator(command.actor, state.region)
        by = "coordinator"
    demand(command.reason in rules.matching.decline_reasons, "unknown_reason", field="reason")
    timer = timer_after(rules, DeadlineKind.MATCH, now, rules.matching.match_days)
    return (
        MatchDeclined(
            mentor=proposal.mentor,
            reason=command.reason,
            by=by,
            timers=(timer, *still_looking(rules, now)),
            match_due=timer.due,
        ),
    )


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case MatchDeclined():
            return _evolve_declined(state, event, stamp)
    raise TypeError(type(event).__name__)


def _evolve_declined(state: Relationship, event: MatchDeclined, stamp: Stamp) -> Relationship:
    done = (TaskKind.WAIVE_CONFLICT, TaskKind.CONSULT, TaskKind.CONFIRM_MATCH)
    todo = tasks.close_tasks(state.tasks, stamp, *done, outcome="declined")
    about = TaskKind.LOOK_AT_PERSON
    todo = tasks.close_tasks(todo, stamp, about, subject=event.mentor, outcome="declined")
    todo = tasks.open_task(
        todo, state.id, stamp, TaskKind.PROPOSE_MENTOR, why=("match_declined",), due_at=event.match_due
    )
    timers = put(drop(state.timers, DeadlineKind.CONFIRMATION), *event.timers)
    open_again = replace(state.matching, proposal=None)
    return replace(state.release_slots(stamp), matching=open_again, tasks=todo, timers=timers)


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case MatchDeclined():
            return notice_to.person(state, stamp, event.mentor, NoticeKind.MATCH_CALLED_OFF)
    return ()


FIRST_EVENTS: tuple[FirstEvent, ...] = (FirstEvent(MatchDeclined, DeclineMatch),)
ROOM = Room(
    commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve, notices=notices
)
