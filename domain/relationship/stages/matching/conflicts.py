"""In stage matching: a conflict of interest blocks the match until a second person waives it (MASA-27)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Final

from domain import tasks
from domain.actors import Role, demand_coordinator
from domain.errors import demand, forbid, forbidden, required
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.parts.matching import Proposal
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveConflict(Command):
    """A second person allows a match despite a conflict of interest, with a reason code (MASA-27)."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    example: ClassVar = {"reason": "@matching.waiver_reasons"}

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictWaived(Event):
    """A second person allowed the match despite its conflicts."""

    conflicts: tuple[str, ...]
    reason: str


COMMANDS: tuple[type[Command], ...] = (WaiveConflict,)
EVENTS: tuple[type[Event], ...] = (ConflictWaived,)
SUPERVISOR: Final = "supervisor"
"""The kind of conflict that nobody records, because it follows from who reports to whom."""
WAIVER_IS_PROPOSER: Final = forbidden("waiver_is_proposer")
WAIVER_IN_PAIR: Final = forbidden("waiver_in_pair")


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    demand(state.stage == "matching", "not_in_matching")
    match command:
        case WaiveConflict():
            return _waive(state, command, rules)
    raise TypeError(type(command).__name__)


def _waive(state: Relationship, command: WaiveConflict, rules: Rules) -> tuple[Event, ...]:
    demand_coordinator(command.actor, state.region)
    proposal = required(state.matching.proposal, "no_proposal")
    demand(bool(proposal.conflicts) and not proposal.waived_by, "no_conflict")
    demand(rules.matching.conflicts_waivable, "conflict_not_waivable")
    demand(command.reason in rules.matching.waiver_reasons, "unknown_reason", field="reason")
    forbid(command.actor.id == proposal.proposed_by, WAIVER_IS_PROPOSER)
    forbid(command.actor.id in (proposal.mentor, state.mentee), WAIVER_IN_PAIR)
    return (ConflictWaived(conflicts=proposal.conflicts, reason=command.reason),)


def conflicts_between(mentor: str, supervisor: str, recorded: Iterable[str]) -> tuple[str, ...]:
    """Return the kinds of conflict between a mentor and a mentee, in a fixed order (MASA-27).

    These are the recorded ones, and that the mentor is the mentee's supervisor.
    """
    kinds = {*recorded, *((SUPERVISOR,) if supervisor == mentor else ())}
    return tuple(sorted(kinds))


def demand_waived(proposal: Proposal) -> None:
    """Refuse to confirm a match that has a conflict of interest which nobody waived (MASA-27)."""
    demand(not proposal.conflicts or bool(proposal.waived_by), "conflict_not_waived")


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case ConflictWaived():
            assert state.matching.proposal is not None  # noqa: S101 - a waiver follows a proposal
            waived = replace(state.matching.proposal, waived_by=stamp.actor.id)
            todo = tasks.close_tasks(state.tasks, stamp, TaskKind.WAIVE_CONFLICT, outcome="waived")
            return replace(state, matching=replace(state.matching, proposal=waived), tasks=todo)
    raise TypeError(type(event).__name__)


FIRST_EVENTS: tuple[FirstEvent, ...] = (FirstEvent(ConflictWaived, WaiveConflict),)
ROOM = Room(commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve)
