"""In stage matching: who could be the mentor (MASA-8 to -15).

The region names a mentor. Naming claims one of the mentor's slots; a conflict of interest is shown, and blocks the
match until a second person waives it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Final

from domain import tasks
from domain.actors import Role, demand_coordinator
from domain.errors import demand, forbid, forbidden
from domain.ids import derive
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.person_changes import ChangeKind, HearPersonChange
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, drop, put, timer_after
from domain.relationship.facts import Facts, Question
from domain.relationship.first_event import FirstEvent, RecordedDecision, RecordedFacts
from domain.relationship.parts.matching import Proposal
from domain.relationship.person_change import LEFT, came_back, look_at
from domain.relationship.room import Room
from domain.relationship.stages.matching.memberships import demand_memberships, lacking
from domain.relationship.stages.matching.mentor_fitness import (
    demand_eligible,
    demand_fit,
    demand_known,
    demand_known_reason,
    demand_two_humans,
    recorded_fitness,
    unfit,
)
from domain.relationship.state import Relationship
from domain.rules.program import Consultation, DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeMatch(Command):
    """A coordinator names a mentor; ``fallback`` is the reason code for choosing one from outside the mentee's role."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    needs_facts: ClassVar = True
    people: ClassVar = {"mentor": "unknown_mentor"}
    example: ClassVar = {"fallback": "@matching.fallback_reasons"}

    mentor: str
    fallback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchProposed(Event):
    """A mentor was named and a slot claimed; the facts that were looked up are here."""

    number: int
    mentor: str
    mentor_region: str
    mentor_membership: str = ""
    mentee_membership: str = ""
    slot: int
    fallback: str = ""
    conflicts: tuple[str, ...] = ()
    timers: tuple[Timer, ...] = ()
    confirm_due: datetime
    mentor_since: date | None = None
    credential_until: date | None = None
    consult: bool = False


COMMANDS: tuple[type[Command], ...] = (ProposeMatch,)
EVENTS: tuple[type[Event], ...] = (MatchProposed,)
PROPOSER_IS_MENTOR: Final = forbidden("proposer_is_mentor")


def question(state: Relationship, command: Command, general: Question) -> Question:
    """Return what to look up for a command of this room: the mentor that it names."""
    match command:
        case ProposeMatch():
            return replace(general, mentor=command.mentor)
    return general


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    demand(state.stage == "matching", "not_in_matching")
    match command:
        case ProposeMatch():
            return _propose(state, command, now, rules, facts)
    raise TypeError(type(command).__name__)


def _propose(
    state: Relationship, command: ProposeMatch, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    demand_coordinator(command.actor, state.region)
    demand(state.matching.proposal is None, "proposal_open")
    demand(command.mentor != state.mentee, "mentor_is_mentee", field="mentor")
    forbid(command.mentor == command.actor.id, PROPOSER_IS_MENTOR, field="mentor")
    if rules.matching.pre_match_contact_required:
        demand(state.matching.contacted or bool(state.predecessor), "pre_match_contact_missing")
    demand_known_reason(command.fallback, rules)
    if facts is None:
        return ()  # the validator asks without facts: what it can know is checked above
    _demand_mentor(state, command, now, rules, facts)
    number = state.matching.proposals + 1
    timer = timer_after(rules, DeadlineKind.CONFIRMATION, now, rules.matching.confirmation_days)
    conflicts = tuple(kind for kind in rules.matching.conflict_kinds if kind in facts.conflicts)
    return (
        MatchProposed(
            number=number,
            mentor=command.mentor,
            mentor_region=facts.mentor_region,
            mentor_membership=facts.membership_of(command.mentor, rules.matching.mentor_classes),
            mentee_membership=facts.membership_of(state.mentee, rules.eligibility.mentee_classes),
            slot=facts.free_slot,
            fallback=command.fallback,
            conflicts=conflicts,
            timers=(timer,),
            confirm_due=timer.due,
            mentor_since=facts.mentor_since if rules.matching.mentor_years else None,
            credential_until=facts.mentor_credential_until,
            consult=rules.matching.consultation is Consultation.BEFORE_CONFIRMATION,
        ),
    )


def _demand_mentor(
    state: Relationship, command: ProposeMatch, now: datetime, rules: Rules, facts: Facts
) -> None:
    demand_known(facts)
    demand_two_humans(state, command.mentor, facts)
    forbid(facts.one_human(command.mentor, command.actor.id), PROPOSER_IS_MENTOR, field="mentor")
    demand_memberships(state, command.mentor, rules, facts)
    demand_fit(facts, rules.calendar.local_date(now), rules)
    demand_eligible(state, command.fallback, rules, facts)


def on_change(
    state: Relationship, change: HearPersonChange, now: datetime, rules: Rules, facts: Facts
) -> tuple[Event, ...]:
    """Return a task if an open proposal no longer fits after a change about the mentor or the mentee."""
    proposal = state.open_proposal
    if proposal is None or change.person not in (state.mentee, proposal.mentor):
        return ()
    if change.kind is ChangeKind.LEFT and change.person == proposal.mentor:
        return look_at(state, change.person, LEFT)
    if change.kind is ChangeKind.BACK and change.person == proposal.mentor:
        why = lacking(state, proposal.mentor, rules, facts)
        why = why or unfit(facts, rules.calendar.local_date(now), rules)
        return came_back(state, change.person, why)
    if change.kind not in (ChangeKind.MEMBERSHIP, ChangeKind.MENTOR):
        return ()
    why = lacking(state, proposal.mentor, rules, facts) if change.kind is ChangeKind.MEMBERSHIP else ""
    if not why and change.person == proposal.mentor:
        why = unfit(facts, rules.calendar.local_date(now), rules)
    return look_at(state, change.person, why)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case MatchProposed():
            return _evolve_proposed(state, event, stamp)
    raise TypeError(type(event).__name__)


def _evolve_proposed(state: Relationship, event: MatchProposed, stamp: Stamp) -> Relationship:
    slot_id = derive("slot", state.id, str(event.number))
    proposal = Proposal(
        number=event.number,
        mentor=event.mentor,
        mentor_region=event.mentor_region,
        slot=event.slot,
        slot_id=slot_id,
        conflicts=event.conflicts,
        proposed_by=stamp.actor.id,
        consult=event.consult,
    )
    todo = tasks.close_tasks(state.tasks, stamp, TaskKind.PROPOSE_MENTOR, outcome="proposed")
    if event.conflicts:
        todo = tasks.open_task(
            todo,
            state.id,
            stamp,
            TaskKind.WAIVE_CONFLICT,
            why=event.conflicts,
            due_at=event.confirm_due,
        )
    if event.consult:
        todo = tasks.open_task(todo, state.id, stamp, TaskKind.CONSULT, due_at=event.confirm_due)
    todo = tasks.open_task(todo, state.id, stamp, TaskKind.CONFIRM_MATCH, due_at=event.confirm_due)
    over = (DeadlineKind.MATCH, DeadlineKind.STILL_LOOKING)
    timers = put(drop(state.timers, *over), *event.timers)
    matching = replace(state.matching, proposals=event.number, proposal=proposal)
    return replace(
        state.take_slot(slot_id, event.mentor, event.slot, stamp),
        matching=matching,
        tasks=todo,
        timers=timers,
    )


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case MatchProposed():
            return notice_to.person(state, stamp, event.mentor, NoticeKind.MATCH_PROPOSED)
    return ()


def _facts_of_proposal(decision: RecordedDecision, rules: Rules, draft: Rules) -> RecordedFacts:
    """Return the facts about the mentor; what only the draft asks for is unknown."""
    event = decision.first
    then, now = rules.matching, draft.matching
    both = {decision.state.mentee: event.mentee_membership, event.mentor: event.mentor_membership}
    known, unknown = recorded_fitness(event, rules, draft)
    facts = replace(
        known,
        memberships={person: held for person, held in both.items() if held},
        mentor_known=True,
        mentor_region=event.mentor_region,
        mentor_same_role=bool(then.fallback_reasons) and not event.fallback,
        free_slot=event.slot,
        conflicts=event.conflicts,
    )
    same_role = facts.mentor_same_role or bool(event.fallback)
    values = {
        "mentor_same_role": (bool(now.fallback_reasons) and not same_role, (True, False)),
        "conflicts": (
            any(kind not in then.conflict_kinds for kind in now.conflict_kinds),
            (facts.conflicts, now.conflict_kinds),
        ),
    }
    further = {name: each for name, (needed, each) in values.items() if needed}
    return RecordedFacts(facts=facts, unknown={**unknown, **further})


FIRST_EVENTS: tuple[FirstEvent, ...] = (FirstEvent(MatchProposed, ProposeMatch, facts=_facts_of_proposal),)
ROOM = Room(
    commands=COMMANDS,
    events=EVENTS,
    first_events=FIRST_EVENTS,
    question=question,
    decide=decide,
    evolve=evolve,
    notices=notices,
    on_change=on_change,
)
