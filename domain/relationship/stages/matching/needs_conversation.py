"""In stage matching: the region asks the mentee about needs and preferences before it names a mentor (MASA-14)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from domain import tasks
from domain.actors import Role, demand_coordinator
from domain.errors import demand
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.relationship.deadlines import drop
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPreMatchContact(Command):
    """The region talked with the mentee about needs, interests and preferences, as codes of the program (MASA-14)."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    example: ClassVar = {"needs": ["@matching.needs"], "preferences": ["@matching.preferences"]}

    contacted_on: date
    needs: tuple[str, ...] = ()
    preferences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreMatchContactRecorded(Event):
    """The conversation before the match took place; needs and preferences are codes, never text."""

    contacted_on: date
    needs: tuple[str, ...] = ()
    preferences: tuple[str, ...] = ()


COMMANDS: tuple[type[Command], ...] = (RecordPreMatchContact,)
EVENTS: tuple[type[Event], ...] = (PreMatchContactRecorded,)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    demand(state.stage == "matching", "not_in_matching")
    match command:
        case RecordPreMatchContact():
            return _record_contact(state, command, now, rules)
    raise TypeError(type(command).__name__)


def _record_contact(
    state: Relationship, command: RecordPreMatchContact, now: datetime, rules: Rules
) -> tuple[Event, ...]:
    demand_coordinator(command.actor, state.region)
    demand(not state.matching.contacted, "already_contacted")
    demand(command.contacted_on <= rules.calendar.local_date(now), "date_in_future", field="contacted_on")
    demand(set(command.needs) <= set(rules.matching.needs), "unknown_need", field="needs")
    demand(
        set(command.preferences) <= set(rules.matching.preferences), "unknown_preference", field="preferences"
    )
    return (
        PreMatchContactRecorded(
            contacted_on=command.contacted_on, needs=command.needs, preferences=command.preferences
        ),
    )


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case PreMatchContactRecorded():
            known = replace(state.matching, contacted=True, needs=event.needs, preferences=event.preferences)
            todo = tasks.close_tasks(state.tasks, stamp, TaskKind.CONTACT_MENTEE, outcome="contacted")
            timers = drop(state.timers, DeadlineKind.PRE_MATCH_CONTACT)
            return replace(state, matching=known, tasks=todo, timers=timers)
    raise TypeError(type(event).__name__)


FIRST_EVENTS: tuple[FirstEvent, ...] = (FirstEvent(PreMatchContactRecorded, RecordPreMatchContact),)
ROOM = Room(commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve)
