"""While there is a pair: the mentor refers the mentee to outside help, and notes the day and nothing else (NEA-13)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Final

from domain.actors import Role, Side
from domain.errors import demand, forbid, forbidden
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteReferral(Command):
    """The mentor notes that the mentee was referred to outside help: the day, and nothing else (NEA-13)."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN

    referred_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralNoted(Event):
    """The mentor referred the mentee to outside help; which help is not recorded."""

    referred_on: date


COMMANDS: tuple[type[Command], ...] = (NoteReferral,)
EVENTS: tuple[type[Event], ...] = (ReferralNoted,)
NOT_THE_MENTOR: Final = forbidden("not_the_mentor")


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case NoteReferral():
            return _note_referral(state, command, now, rules)
    raise TypeError(type(command).__name__)


def _note_referral(
    state: Relationship, command: NoteReferral, now: datetime, rules: Rules
) -> tuple[Event, ...]:
    demand(rules.meetings.referrals, "no_referrals")
    demand(state.stage in ("contact", "agreement", "meetings"), "no_partner")
    forbid(state.side_of(command.actor) is not Side.MENTOR, NOT_THE_MENTOR)
    day = command.referred_on
    demand(day <= rules.calendar.local_date(now), "date_in_future", field="referred_on")
    demand(day >= rules.calendar.local_date(state.opened_at), "date_too_early", field="referred_on")
    demand(day not in state.meetings.referred_on, "already_noted", field="referred_on")
    return (ReferralNoted(referred_on=day),)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case ReferralNoted():
            days = (*state.meetings.referred_on, event.referred_on)
            return replace(state, meetings=replace(state.meetings, referred_on=days))
    raise TypeError(type(event).__name__)


FIRST_EVENTS: tuple[FirstEvent, ...] = (FirstEvent(ReferralNoted, NoteReferral),)
ROOM = Room(commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve)
