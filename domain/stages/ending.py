"""The endings and the pause: from any state, by either side or the coordinator, and without fault (NEA-25, MASA-25).

Ending says no reason but a code. A change of partner ends this relationship and names the one that continues it.
While paused no deadline fires; resuming moves open deadlines by the paused days and starts the rhythm anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from domain.actors import Actor, Role, demand_coordinator
from domain.errors import demand
from domain.ids import derive
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.nudges import Timer, dropped, moved, put
from domain.program import Rules, Subject

if TYPE_CHECKING:
    from domain.facts import Facts
    from domain.relationship import Relationship


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Since when, and why, nothing is asked of the pair."""

    since: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRelationship(Command):
    """Either side or the coordinator ends the relationship; nobody is at fault."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePartner(Command):
    """Either side or the coordinator asks for another partner: a new relationship continues at stage matching."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRelationship(Command):
    """Nothing is asked of the pair until it resumes."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRelationship(Command):
    """The pair goes on."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipEnded(Event):
    """The relationship is over before its time. ``by`` is a side or ``coordinator``."""

    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerChanged(Event):
    """The relationship is over and ``successor`` continues it with another mentor and the same application."""

    reason: str
    by: str
    successor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipPaused(Event):
    """Nothing is asked of the pair."""

    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipResumed(Event):
    """The pair goes on; ``timers`` are the open deadlines, moved by ``days``."""

    by: str
    days: int
    timers: tuple[Timer, ...] = ()


COMMANDS: tuple[type[Command], ...] = (EndRelationship, ChangePartner, PauseRelationship, ResumeRelationship)
EVENTS: tuple[type[Event], ...] = (RelationshipEnded, PartnerChanged, RelationshipPaused, RelationshipResumed)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """The events of a command of this room; raises ``RuleViolation``."""
    by = _by(state, command.actor)
    match command:
        case EndRelationship():
            demand(command.reason in rules.ending_reasons, "unknown_reason", field="reason")
            return (RelationshipEnded(reason=command.reason, by=by),)
        case ChangePartner():
            demand(bool(state.mentor), "no_partner")
            demand(command.reason in rules.ending_reasons, "unknown_reason", field="reason")
            demand(state.stage in ("contact", "agreement", "meetings"), "too_late_to_change")
            successor = derive("successor", state.id)
            return (PartnerChanged(reason=command.reason, by=by, successor=successor),)
        case PauseRelationship():
            demand(state.pause is None, "already_paused")
            demand(command.reason in rules.pause_reasons, "unknown_reason", field="reason")
            return (RelationshipPaused(reason=command.reason, by=by),)
        case ResumeRelationship():
            return (_resumed(state, by, now, rules),)
    raise TypeError(type(command).__name__)


def _by(state: Relationship, actor: Actor) -> str:
    if actor.role is Role.PARTICIPANT:
        return state.side_of(actor).value
    demand_coordinator(actor, state.region)
    return Role.COORDINATOR.value


def _resumed(state: Relationship, by: str, now: datetime, rules: Rules) -> RelationshipResumed:
    demand(state.pause is not None, "not_paused")
    assert state.pause is not None  # noqa: S101 - demanded in the line above
    calendar = rules.calendar
    today = calendar.local_date(now)
    days = (today - calendar.local_date(state.pause.since)).days
    kept = tuple(timer for timer in state.timers if timer.subject is Subject.COMPLETION)
    others = dropped(state.timers, Subject.COMPLETION)
    timers = put((), *kept, *moved(calendar, others, days))
    if any(timer.subject is Subject.MEETING for timer in state.timers):
        timers = put(timers, state.next_meeting(today, rules))
    return RelationshipResumed(by=by, days=days, timers=timers)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """The state after an event of this room."""
    match event:
        case RelationshipEnded():
            return state.over(stamp, "ended", event.reason)
        case PartnerChanged():
            return replace(state.over(stamp, "partner_changed", event.reason), successor=event.successor)
        case RelationshipPaused():
            return replace(state, pause=Pause(since=stamp.at, reason=event.reason))
        case RelationshipResumed():
            return replace(state, pause=None, timers=event.timers)
    raise TypeError(type(event).__name__)
