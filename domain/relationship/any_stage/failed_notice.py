"""In any stage: a notice did not arrive, and a coordinator must correct an address."""

from dataclasses import replace
from datetime import datetime

from domain.failed_notices import HearNotice, NoticeFailed, failure_of, with_task
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import Rules

COMMANDS: tuple[type[Command], ...] = (HearNotice,)
EVENTS: tuple[type[Event], ...] = (NoticeFailed,)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room."""
    match command:
        case HearNotice():
            return (failure_of(command),)
    raise TypeError(type(command).__name__)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case NoticeFailed():
            return replace(state, tasks=with_task(state.tasks, state.id, event, stamp))
    raise TypeError(type(event).__name__)


FIRST_EVENTS: tuple[FirstEvent, ...] = (FirstEvent(NoticeFailed, HearNotice),)
ROOM = Room(commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve)
