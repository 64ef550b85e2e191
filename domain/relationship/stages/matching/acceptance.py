"""In stage matching: the mentor who is proposed accepts the proposal. It confirms nothing: the coordinator does."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Final

from domain.actors import Role
from domain.errors import demand, forbid, forbidden, required
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import Rules
from domain.tasks import Task, TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptMatch(Command):
    """The mentor who is proposed says yes to the proposal, before it is confirmed."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchAccepted(Event):
    """The mentor who was proposed said yes; the match is still to be confirmed."""

    mentor: str


COMMANDS: tuple[type[Command], ...] = (AcceptMatch,)
EVENTS: tuple[type[Event], ...] = (MatchAccepted,)
NOT_THE_PROPOSED_MENTOR: Final = forbidden("not_the_proposed_mentor")
ACCEPTED: Final = "mentor_accepted"
"""The code by which the task to confirm says that the mentor has accepted."""


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    demand(state.stage == "matching", "not_in_matching")
    match command:
        case AcceptMatch():
            # The mentee learns nothing here: not even whether somebody is proposed.
            forbid(command.actor.id == state.mentee, NOT_THE_PROPOSED_MENTOR)
            proposal = required(state.matching.proposal, "no_proposal")
            forbid(command.actor.id != proposal.mentor, NOT_THE_PROPOSED_MENTOR)
            demand(proposal.accepted_at is None, "match_already_accepted")
            return (MatchAccepted(mentor=proposal.mentor),)
    raise TypeError(type(command).__name__)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case MatchAccepted():
            assert state.matching.proposal is not None  # noqa: S101 - what is accepted is a proposal
            accepted = replace(state.matching.proposal, accepted_at=stamp.at)
            todo = tuple(_with_answer(task) for task in state.tasks)
            return replace(state, matching=replace(state.matching, proposal=accepted), tasks=todo)
    raise TypeError(type(event).__name__)


def _with_answer(task: Task) -> Task:
    """Return a task as it was, and the one to confirm with the mentor's answer."""
    asked = task.open and task.kind is TaskKind.CONFIRM_MATCH
    return replace(task, why=(*task.why, ACCEPTED)) if asked else task


FIRST_EVENTS: tuple[FirstEvent, ...] = (FirstEvent(MatchAccepted, AcceptMatch),)
ROOM = Room(commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve)
