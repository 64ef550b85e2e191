"""Stage stipend payment, and the money claims of other stages (MASA-18, K6, K7).

A trigger of the program makes a claim on an obligation, which runs by itself. The stage is over when everything claimed
is sent, settled, denied or canceled; if nothing is claimed, it is over at once.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from domain.actors import Role, demand_role
from domain.errors import demand, required
from domain.ids import claim_id, obligation_id
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.relationship.deadlines import Timer, put, timer_after
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.parts.stipend import DONE, StipendClaim
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.money import MoneyRule, MoneyUnit, Trigger
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind, open_task


@dataclass(frozen=True, slots=True, kw_only=True)
class HearObligation(Command):
    """An obligation reports: sent, settled, denied, canceled or returned. Its workflow sends this, never a person."""

    roles: ClassVar = (Role.SYSTEM,)

    obligation: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StipendClaimed(Event):
    """Money is owed because of this relationship: what, for whom, to which region, due when."""

    claim: str
    obligation: str
    kind: str
    unit: str
    mentor: str
    region: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationHeard(Event):
    """What the obligation reported."""

    obligation: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StipendStagePassed(Event):
    """Everything owed is on its way, or nothing is owed; recognition is due."""

    owed: int
    timers: tuple[Timer, ...] = ()


COMMANDS: tuple[type[Command], ...] = (HearObligation,)
EVENTS: tuple[type[Event], ...] = (StipendClaimed, ObligationHeard, StipendStagePassed)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case HearObligation():
            demand_role(command.actor, Role.SYSTEM)
            known = required(
                next((c for c in reversed(state.claims) if c.obligation == command.obligation), None),
                "unknown_obligation",
            )
            demand(known.heard != command.state, "already_heard")
            return (ObligationHeard(obligation=command.obligation, state=command.state),)
    raise TypeError(type(command).__name__)


def claims_on(state: Relationship, trigger: Trigger, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Return the claims that a trigger makes, one for each executed money rule that has this trigger."""
    wanted = (rule for rule in rules.money if rule.executed and rule.trigger is trigger)
    claims = (_claim(state, rule, now, rules) for rule in wanted)
    return tuple(claim for claim in claims if claim is not None)


def _claim(state: Relationship, rule: MoneyRule, now: datetime, rules: Rules) -> StipendClaimed | None:
    """Return the claim of a money rule; None if it is made already. One that was withdrawn is made again."""
    per_mentor = rule.unit is MoneyUnit.PER_MENTOR_PER_YEAR
    unit = state.mentor if per_mentor else state.id
    obligation = obligation_id(rules.program, state.term, unit, rule.kind)
    earlier = [claim for claim in state.claims if claim.obligation == obligation]
    if any(not claim.withdrawn for claim in earlier):
        return None
    return StipendClaimed(
        claim=claim_id(state.id, obligation, len(earlier) + 1),
        obligation=obligation,
        kind=rule.kind,
        unit=unit,
        mentor=state.mentor,
        region=state.matching.money_region,
        due_at=rules.calendar.after(rules.calendar.local_date(now), rule.due_days),
    )


def passing(state: Relationship, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Return the event that completes the stage, if the state is in it and nothing is open; otherwise none."""
    live = tuple(claim for claim in state.claims if not claim.withdrawn)
    if state.stage != "stipend" or any(claim.heard not in DONE for claim in live):
        return ()
    recognition = timer_after(rules, DeadlineKind.RECOGNITION, now, rules.recognition.recognize_days)
    return (StipendStagePassed(owed=len(live), timers=(recognition,)),)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case StipendClaimed():
            claim = StipendClaim(
                id=event.claim,
                obligation=event.obligation,
                kind=event.kind,
                unit=event.unit,
                region=event.region,
                mentor=event.mentor,
                due_at=event.due_at,
            )
            return replace(state, claims=(*state.claims, claim))
        case ObligationHeard():
            reported = tuple(
                replace(claim, heard=event.state) if claim.obligation == event.obligation else claim
                for claim in state.claims
            )
            return replace(state, claims=reported)
        case StipendStagePassed():
            todo = open_task(
                state.tasks, state.id, stamp, TaskKind.RECOGNIZE_MENTOR, due_at=event.timers[0].due
            )
            return replace(state.at("recognition"), tasks=todo, timers=put(state.timers, *event.timers))
    raise TypeError(type(event).__name__)


FIRST_EVENTS: tuple[FirstEvent, ...] = (FirstEvent(ObligationHeard, HearObligation),)
ROOM = Room(commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve)
