"""Endings: from any state, by either side or the coordinator, and without fault (NEA-25, MASA-25).

An ending has only a reason code. The person who ends it may write down a private reason, which never gets here: the
gateway seals it for its writer. A change of partner ends this relationship and names the one that continues it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from domain.actors import Role
from domain.errors import demand
from domain.ids import derive
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRelationship(Command):
    """Either side or the coordinator ends the relationship; nobody is at fault."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    by: ClassVar = By.OWN
    aside: ClassVar = "private_reason"
    while_paused: ClassVar = True
    example: ClassVar = {"reason": "@ending_reasons"}

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePartner(Command):
    """Either side or the coordinator asks for another partner: a new relationship continues at stage matching."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    by: ClassVar = By.OWN
    aside: ClassVar = "private_reason"
    while_paused: ClassVar = True
    example: ClassVar = {"reason": "@ending_reasons"}

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipEnded(Event):
    """The relationship ended early. ``by`` is a side or ``coordinator``."""

    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerChanged(Event):
    """The relationship is over and ``successor`` continues it with another mentor and the same application."""

    reason: str
    by: str
    successor: str


COMMANDS: tuple[type[Command], ...] = (
    EndRelationship,
    ChangePartner,
)
EVENTS: tuple[type[Event], ...] = (
    RelationshipEnded,
    PartnerChanged,
)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    by = state.seat_of(command.actor)
    match command:
        case EndRelationship():
            demand(command.reason in rules.ending_reasons, "unknown_reason", field="reason")
            return (RelationshipEnded(reason=command.reason, by=by),)
        case ChangePartner():
            demand(bool(state.mentor), "no_partner")
            demand(command.reason in rules.ending_reasons, "unknown_reason", field="reason")
            demand(state.can_change_partner, "too_late_to_change")
            return (end_of_pair(state, command.reason, by, change=True),)
    raise TypeError(type(command).__name__)


def end_of_pair(
    state: Relationship, reason: str, by: str, *, change: bool
) -> RelationshipEnded | PartnerChanged:
    """Return the end of a pair: for good, or with a successor that continues with another partner."""
    if change:
        return PartnerChanged(reason=reason, by=by, successor=derive("successor", state.id))
    return RelationshipEnded(reason=reason, by=by)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case RelationshipEnded():
            return state.end(stamp, "ended", event.reason)
        case PartnerChanged():
            return replace(state.end(stamp, "partner_changed", event.reason), successor=event.successor)
    raise TypeError(type(event).__name__)


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case RelationshipEnded():
            return notice_to.pair(state, stamp, NoticeKind.RELATIONSHIP_ENDED)
        case PartnerChanged():
            return notice_to.pair(state, stamp, NoticeKind.PARTNER_CHANGED)
    return ()


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(RelationshipEnded, EndRelationship),
    FirstEvent(PartnerChanged, ChangePartner),
)
ROOM = Room(
    commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve, notices=notices
)
