"""In stage application: a person decides on a special application (MASA-6).

It is never decided by a rule: one person takes it, is the only one who may read its sealed text, and decides with a
reason code.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Final

from domain.actors import Role, demand_role, demand_statewide
from domain.errors import demand, forbid, forbidden
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.room import Room
from domain.relationship.stages.application.eligibility import lacks_membership
from domain.relationship.stages.application.opening import (
    ApplicationAccepted,
    ApplicationRefused,
    accepted,
    facts_of,
    refused,
)
from domain.relationship.state import Relationship
from domain.rules.program import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeSpecialApplication(Command):
    """A coordinator of the state office takes a special application: from now on only this person reads its text."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideSpecialApplication(Command):
    """The person who took a special application accepts or refuses it, with a reason code."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    needs_facts: ClassVar = True
    example: ClassVar = {"reason": "@eligibility.special_reasons"}

    accept: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialApplicationTaken(Event):
    """One person took the special application and may read its text."""

    decider: str


COMMANDS: tuple[type[Command], ...] = (TakeSpecialApplication, DecideSpecialApplication)
EVENTS: tuple[type[Event], ...] = (SpecialApplicationTaken,)
NOT_THE_DECIDER: Final = forbidden("not_the_decider")
OWN_APPLICATION: Final = forbidden("own_application")


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case TakeSpecialApplication():
            return _take(state, command)
        case DecideSpecialApplication():
            return _decide_special(state, command, now, rules, facts)
    raise TypeError(type(command).__name__)


def _take(state: Relationship, command: TakeSpecialApplication) -> tuple[Event, ...]:
    _demand_special(state, command)
    demand(state.application.decider in ("", command.actor.id), "already_taken")
    demand(not state.application.decider, "already_yours")
    return (SpecialApplicationTaken(decider=command.actor.id),)


def _decide_special(
    state: Relationship, command: DecideSpecialApplication, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    _demand_special(state, command)
    forbid(state.application.decider != command.actor.id, NOT_THE_DECIDER)
    demand(command.reason in rules.eligibility.special_reasons, "unknown_reason", field="reason")
    if facts is None:
        return ()  # the validator asks without facts
    forbid(facts.one_human(state.mentee, command.actor.id), OWN_APPLICATION)
    membership = facts.membership_of(state.mentee, rules.eligibility.mentee_classes)
    if not command.accept:
        return (refused(rules, command.reason, membership),)
    demand(not lacks_membership(membership, rules), "not_a_member")
    return (accepted(now, rules, command.reason, membership),)


def _demand_special(state: Relationship, command: Command) -> None:
    demand_role(command.actor, Role.COORDINATOR)
    demand_statewide(command.actor)
    demand(state.application.special and not state.application.accepted, "no_special_application")
    forbid(command.actor.id == state.mentee, OWN_APPLICATION)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case SpecialApplicationTaken():
            return replace(state, application=replace(state.application, decider=event.decider))
    raise TypeError(type(event).__name__)


def decides_special(state: Relationship) -> bool:
    """Return whether it is a special application that a decision on an application is about."""
    return state.application.refusal is None


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(SpecialApplicationTaken, TakeSpecialApplication),
    FirstEvent(
        ApplicationAccepted,
        DecideSpecialApplication,
        lambda decision: {"accept": True},
        state=decides_special,
        facts=facts_of,
    ),
    FirstEvent(
        ApplicationRefused,
        DecideSpecialApplication,
        lambda decision: {"accept": False},
        state=decides_special,
        facts=facts_of,
    ),
)
ROOM = Room(commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve)
