"""In stage matching: a board or sponsor is consulted on the mentor before the match is confirmed (OPSOA-8, -16).

The board or sponsor has no veto: the answer is recorded as a code, and the coordinator decides. Nobody outside learns
more than that this mentor is proposed for this mentee.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from domain import tasks
from domain.actors import Role, demand_coordinator
from domain.errors import demand, required
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
class RecordConsultation(Command):
    """The coordinator writes down, as a code, what the board or sponsor said about the proposed mentor."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    example: ClassVar = {"answer": "@matching.consultation_answers"}

    heard_on: date
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationRecorded(Event):
    """The board or sponsor was consulted on a proposal."""

    number: int
    heard_on: date
    answer: str


COMMANDS: tuple[type[Command], ...] = (RecordConsultation,)
EVENTS: tuple[type[Event], ...] = (ConsultationRecorded,)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case RecordConsultation():
            demand(state.stage == "matching", "not_in_matching")
            demand_coordinator(command.actor, state.region)
            proposal = required(state.matching.proposal, "no_proposal")
            demand(proposal.consult, "no_consultation")
            today = rules.calendar.local_date(now)
            demand(command.heard_on <= today, "date_in_future", field="heard_on")
            known = command.answer in rules.matching.consultation_answers
            demand(known, "unknown_answer", field="answer")
            return (
                ConsultationRecorded(
                    number=proposal.number, heard_on=command.heard_on, answer=command.answer
                ),
            )
    raise TypeError(type(command).__name__)


def demand_consulted(proposal: Proposal) -> None:
    """Refuse to confirm a match before the board or sponsor was consulted, if the program wants that (OPSOA-8)."""
    demand(not proposal.consult or bool(proposal.consulted), "consultation_missing")


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case ConsultationRecorded():
            assert state.matching.proposal is not None  # noqa: S101 - a consultation follows a proposal
            consulted = replace(state.matching.proposal, consulted=event.answer)
            todo = tasks.close_tasks(state.tasks, stamp, TaskKind.CONSULT, outcome=event.answer)
            return replace(state, matching=replace(state.matching, proposal=consulted), tasks=todo)
    raise TypeError(type(event).__name__)


FIRST_EVENTS: tuple[FirstEvent, ...] = (FirstEvent(ConsultationRecorded, RecordConsultation),)
ROOM = Room(commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve)
