"""In stage meetings: a coordinator talks to a pair that meets too seldom and checks again later (MASA-32, ESE-14)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from domain import tasks
from domain.actors import Role, demand_coordinator
from domain.errors import demand
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.relationship.deadlines import Timer, put, timer_after
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordObstacle(Command):
    """A coordinator talked to a pair that meets too seldom, learned why, and will check again (ESE-14)."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    example: ClassVar = {"obstacle": "@meetings.obstacles"}

    obstacle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObstacleRecorded(Event):
    """Why the pair meets too seldom, as a code; the coordinator checks again when the timer fires."""

    obstacle: str
    timers: tuple[Timer, ...] = ()


COMMANDS: tuple[type[Command], ...] = (RecordObstacle,)
EVENTS: tuple[type[Event], ...] = (ObstacleRecorded,)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case RecordObstacle():
            return _record_obstacle(state, command, now, rules)
    raise TypeError(type(command).__name__)


def _record_obstacle(
    state: Relationship, command: RecordObstacle, now: datetime, rules: Rules
) -> tuple[Event, ...]:
    demand(state.stage == "meetings", "not_in_meetings")
    demand_coordinator(command.actor, state.region)
    demand(command.obstacle in rules.meetings.obstacles, "unknown_obstacle", field="obstacle")
    timer = timer_after(rules, DeadlineKind.FOLLOW_UP, now, rules.meetings.follow_up_days)
    return (ObstacleRecorded(obstacle=command.obstacle, timers=(timer,)),)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case ObstacleRecorded():
            spoken = (TaskKind.CONTACT_PAIR, TaskKind.FOLLOW_UP_PAIR)
            todo = tasks.close_tasks(state.tasks, stamp, *spoken, outcome=event.obstacle)
            found = replace(state.meetings, obstacles=(*state.meetings.obstacles, event.obstacle))
            return replace(state, meetings=found, tasks=todo, timers=put(state.timers, *event.timers))
    raise TypeError(type(event).__name__)


FIRST_EVENTS: tuple[FirstEvent, ...] = (FirstEvent(ObstacleRecorded, RecordObstacle),)
ROOM = Room(commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve)
