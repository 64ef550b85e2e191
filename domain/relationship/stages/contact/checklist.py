"""Stage contact: the checklist of the first meeting (MASA-20, NEA-46); only what is done and when leaves the pair."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from domain.actors import Role, Side
from domain.errors import demand
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.parts.contact import TickedItem
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class TickChecklist(Command):
    """Either side says that the two have gone through items of the first meeting's checklist, and on which day."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN_OR_STAFF
    example: ClassVar = {"items": ["@contact.checklist"]}

    items: tuple[str, ...]
    done_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistTicked(Event):
    """Items of the checklist are done; ``left`` more are not."""

    items: tuple[str, ...]
    done_on: date
    left: int
    by: Side


COMMANDS: tuple[type[Command], ...] = (TickChecklist,)
EVENTS: tuple[type[Event], ...] = (ChecklistTicked,)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case TickChecklist():
            return (_tick(state, command, now, rules),)
    raise TypeError(type(command).__name__)


def _tick(state: Relationship, command: TickChecklist, now: datetime, rules: Rules) -> ChecklistTicked:
    demand(state.stage in ("contact", "agreement", "meetings"), "not_in_contact")
    by = state.side_of(command.actor)
    known = rules.contact.checklist
    demand(bool(command.items), "items_missing", field="items")
    demand(set(command.items) <= set(known), "unknown_item", field="items")
    demand(len(set(command.items)) == len(command.items), "item_twice", field="items")
    done = tuple(each.item for each in state.contact.ticked)
    demand(not set(done) & set(command.items), "already_ticked", field="items")
    today = rules.calendar.local_date(now)
    demand(command.done_on <= today, "date_in_future", field="done_on")
    opened = rules.calendar.local_date(state.opened_at)
    demand(command.done_on >= opened, "date_too_early", field="done_on")
    left = sum(item not in (*done, *command.items) for item in known)
    return ChecklistTicked(items=command.items, done_on=command.done_on, left=left, by=by)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case ChecklistTicked():
            new = (TickedItem(item=item, on=event.done_on, by=event.by) for item in event.items)
            ticked = (*state.contact.ticked, *new)
            done_on = None if event.left else max(each.on for each in ticked)
            return replace(state, contact=replace(state.contact, ticked=ticked, checklist_done_on=done_on))
    raise TypeError(type(event).__name__)


FIRST_EVENTS: tuple[FirstEvent, ...] = (FirstEvent(ChecklistTicked, TickChecklist),)
ROOM = Room(commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve)
