"""Stage contact: the first contact after the match is confirmed (MASA-26, -28).

It counts as made when either side says that it took place; if it does not, the region helps. The welcome email names
the region's contact, and the pair is told again when another person becomes the contact.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from domain import tasks
from domain.actors import Role, Side
from domain.codec import instant_text
from domain.errors import demand
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, drop, put, timer_after
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.forms_owed import StartsForms
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.form_uses import DueAfter
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmFirstContact(Command):
    """Either side says that the two have been in touch."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN_OR_STAFF
    example: ClassVar = {"mode": "@contact.modes"}

    contacted_on: date
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstContactMade(StartsForms):
    """The two have been in touch; an agreement is due next."""

    form_due_after: ClassVar = DueAfter.FIRST_CONTACT

    contacted_on: date
    mode: str
    by: Side
    timers: tuple[Timer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HearContact(Command):
    """Another person has become a contact of the region since the pair was told. Housekeeping sends this (MASA-28)."""

    roles: ClassVar = (Role.SYSTEM,)

    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionContactHeard(Event):
    """The pair is told that the region has another contact."""

    contact: str


COMMANDS: tuple[type[Command], ...] = (ConfirmFirstContact, HearContact)
EVENTS: tuple[type[Event], ...] = (FirstContactMade, RegionContactHeard)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case HearContact():
            demand(bool(state.mentor), "no_pair_yet")
            return (RegionContactHeard(contact=command.contact),)
        case ConfirmFirstContact():
            demand(state.stage == "contact", "not_in_contact")
            by = state.side_of(command.actor)
            today = rules.calendar.local_date(now)
            demand(command.contacted_on <= today, "date_in_future", field="contacted_on")
            confirmed = rules.calendar.local_date(state.stage_since)
            demand(command.contacted_on >= confirmed, "contact_before_match", field="contacted_on")
            demand(command.mode in rules.contact.modes, "unknown_mode", field="mode")
            timer = timer_after(rules, DeadlineKind.AGREEMENT, now, rules.agreement.sign_days)
            made = FirstContactMade(
                contacted_on=command.contacted_on, mode=command.mode, by=by, timers=(timer,)
            )
            return (made,)
    raise TypeError(type(command).__name__)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case RegionContactHeard():
            return state
        case FirstContactMade():
            todo = tasks.close_tasks(state.tasks, stamp, TaskKind.HELP_FIRST_CONTACT, outcome="contacted")
            timers = put(drop(state.timers, DeadlineKind.FIRST_CONTACT), *event.timers)
            known = replace(state.contact, contacted_on=event.contacted_on, mode=event.mode)
            return replace(state.at("agreement"), contact=known, tasks=todo, timers=timers)
    raise TypeError(type(event).__name__)


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case RegionContactHeard():
            return notice_to.pair(state, stamp, NoticeKind.CONTACT_CHANGED, contact=event.contact)
        case FirstContactMade():
            due = instant_text(event.timers[0].due)
            return notice_to.pair(state, stamp, NoticeKind.AGREEMENT_NEXT, due=due)
    return ()


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(FirstContactMade, ConfirmFirstContact),
    FirstEvent(RegionContactHeard, HearContact),
)
ROOM = Room(
    commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve, notices=notices
)
