"""Stage contact: the first contact after the match is confirmed (MASA-26, -28).

It is done when either side says that it took place. The region helps when it does not. Whom to turn to in the region
stands in the welcome letter, and is said again whenever somebody else takes that seat.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from domain import tasks
from domain.actors import Role, Side
from domain.errors import demand
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.nudges import Timer, after_days, dropped, put
from domain.program import Rules, Subject
from domain.tasks import TaskKind

if TYPE_CHECKING:
    from domain.facts import Facts
    from domain.relationship import Relationship


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """When and how the two first spoke."""

    contacted_on: date | None = None
    mode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmFirstContact(Command):
    """Either side says that the two have been in touch."""

    roles: ClassVar = (Role.PARTICIPANT,)

    contacted_on: date
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstContactMade(Event):
    """The two have been in touch; an agreement is due next."""

    contacted_on: date
    mode: str
    by: Side
    timers: tuple[Timer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HearContact(Command):
    """Somebody has become a contact of the region since the pair was told. Sent by housekeeping (MASA-28)."""

    roles: ClassVar = (Role.SYSTEM,)

    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionContactHeard(Event):
    """The pair is told of another contact of the region."""

    contact: str


COMMANDS: tuple[type[Command], ...] = (ConfirmFirstContact, HearContact)
EVENTS: tuple[type[Event], ...] = (FirstContactMade, RegionContactHeard)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """The events of a command of this room; raises ``RuleViolation``."""
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
            timer = after_days(rules, Subject.AGREEMENT, now, rules.agreement.sign_days)
            made = FirstContactMade(
                contacted_on=command.contacted_on, mode=command.mode, by=by, timers=(timer,)
            )
            return (made,)
    raise TypeError(type(command).__name__)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """The state after an event of this room."""
    match event:
        case RegionContactHeard():
            return state
        case FirstContactMade():
            todo = tasks.closed(state.tasks, stamp, TaskKind.HELP_FIRST_CONTACT, outcome="contacted")
            timers = put(dropped(state.timers, Subject.FIRST_CONTACT), *event.timers)
            known = Contact(contacted_on=event.contacted_on, mode=event.mode)
            return replace(state.at("agreement"), contact=known, tasks=todo, timers=timers)
    raise TypeError(type(event).__name__)
