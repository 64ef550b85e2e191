"""Stage matching: who will be the mentor (MASA-8 to -16, -27).

The region talks to the mentee, names a mentor, and one person confirms by name. Naming claims one of the mentor's
slots; a conflict of interest blocks the match until a second person waives it with a reason.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from domain import tasks
from domain.actors import Role, demand_coordinator
from domain.errors import demand
from domain.ids import derive
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.relationship.deadlines import Timer, after_days, dropped, put
from domain.relationship.facts import Facts, Question
from domain.relationship.forms_owed import StartsForms
from domain.relationship.parts.matching import Proposal
from domain.relationship.room import Room
from domain.relationship.stages.matching.mentor_fitness import unfit
from domain.relationship.state import Relationship
from domain.rules.form_uses import DueAfter
from domain.rules.money import MoneyRegion
from domain.rules.program import Consultation, Rules, Subject
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPreMatchContact(Command):
    """The region talked with the mentee about needs, interests and preferences, as codes of the program (MASA-14)."""

    roles: ClassVar = (Role.COORDINATOR,)

    contacted_on: date
    needs: tuple[str, ...] = ()
    preferences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeMatch(Command):
    """A coordinator names a mentor; ``fallback`` is the code for choosing one from outside the mentee's role."""

    roles: ClassVar = (Role.COORDINATOR,)
    needs_facts: ClassVar = True

    mentor: str
    fallback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveConflict(Command):
    """A second person lets a match stand in spite of a conflict of interest, with a reason code (MASA-27)."""

    roles: ClassVar = (Role.COORDINATOR,)

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineMatch(Command):
    """The mentor, the mentee or a coordinator turns the proposal down before it is confirmed."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmMatch(Command):
    """The regional contact confirms the pair by name; ``money_region`` says which region gets the stipend (K11)."""

    roles: ClassVar = (Role.COORDINATOR,)
    needs_facts: ClassVar = True

    money_region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreMatchContactRecorded(Event):
    """The conversation before the match took place; needs and preferences are codes, never text."""

    contacted_on: date
    needs: tuple[str, ...] = ()
    preferences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchProposed(Event):
    """A mentor was named and a slot claimed; the facts that were looked up stand here."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictWaived(Event):
    """A second person let the match stand."""

    conflicts: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchDeclined(Event):
    """The proposal is off and its slot free again; a new mentor is sought."""

    mentor: str
    reason: str
    by: str
    timers: tuple[Timer, ...] = ()
    match_due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchConfirmed(StartsForms):
    """The pair stands. Contact details are released from here on."""

    form_due_after: ClassVar = DueAfter.MATCH_CONFIRMED

    mentor: str
    mentor_region: str
    mentor_membership: str = ""
    mentee_membership: str = ""
    money_region: str
    timers: tuple[Timer, ...] = ()


COMMANDS: tuple[type[Command], ...] = (
    RecordPreMatchContact,
    ProposeMatch,
    WaiveConflict,
    DeclineMatch,
    ConfirmMatch,
)
EVENTS: tuple[type[Event], ...] = (
    PreMatchContactRecorded,
    MatchProposed,
    ConflictWaived,
    MatchDeclined,
    MatchConfirmed,
)


def question(state: Relationship, command: Command, general: Question) -> Question:
    """Return what to look up for a command of this room: the mentor that it is about."""
    match command:
        case ProposeMatch():
            return replace(general, mentor=command.mentor)
        case ConfirmMatch() if state.matching.proposal is not None:
            return replace(general, mentor=state.matching.proposal.mentor)
    return general


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """The events of a command of this room; raises ``RuleViolation``."""
    demand(state.stage == "matching", "not_in_matching")
    match command:
        case RecordPreMatchContact():
            return _record_contact(state, command, now, rules)
        case ProposeMatch():
            return _propose(state, command, now, rules, facts)
        case WaiveConflict():
            return _waive(state, command, rules)
        case DeclineMatch():
            return _decline(state, command, now, rules)
        case ConfirmMatch():
            return _confirm(state, command, now, rules, facts)
    raise TypeError(type(command).__name__)


def _record_contact(
    state: Relationship, command: RecordPreMatchContact, now: datetime, rules: Rules
) -> tuple[Event, ...]:
    demand_coordinator(command.actor, state.region)
    demand(not state.matching.contacted, "already_contacted")
    demand(command.contacted_on <= rules.calendar.local_date(now), "date_in_future", field="contacted_on")
    demand(set(command.needs) <= set(rules.matching.needs), "unknown_need", field="needs")
    demand(
        set(command.preferences) <= set(rules.matching.preferences), "unknown_preference", field="preferences"
    )
    return (
        PreMatchContactRecorded(
            contacted_on=command.contacted_on, needs=command.needs, preferences=command.preferences
        ),
    )


def _propose(
    state: Relationship, command: ProposeMatch, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    demand_coordinator(command.actor, state.region)
    demand(state.matching.proposal is None, "proposal_open")
    demand(command.mentor != state.mentee, "mentor_is_mentee", field="mentor")
    demand(command.mentor != command.actor.id, "proposer_is_mentor", field="mentor")
    if rules.matching.pre_match_contact_required:
        demand(state.matching.contacted or bool(state.predecessor), "pre_match_contact_missing")
    if command.fallback:
        demand(command.fallback in rules.matching.fallback_reasons, "unknown_fallback", field="fallback")
    if facts is None:
        return ()  # the validator asks without facts: what it can know is checked above
    _demand_mentor(state, command, now, rules, facts)
    number = state.matching.proposals + 1
    timer = after_days(rules, Subject.CONFIRMATION, now, rules.matching.confirmation_days)
    conflicts = tuple(kind for kind in rules.matching.conflict_kinds if kind in facts.conflicts)
    return (
        MatchProposed(
            number=number,
            mentor=command.mentor,
            mentor_region=facts.mentor_region,
            mentor_membership=facts.membership_of(command.mentor),
            mentee_membership=facts.membership_of(state.mentee),
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
    demand(facts.mentor_known, "unknown_mentor", field="mentor")
    # Two entries of one person would sign on both sides.
    demand(not facts.one_mailbox, "mentor_is_mentee", field="mentor")
    _demand_memberships(state, command.mentor, rules, facts)
    if code := unfit(facts, rules.calendar.local_date(now), rules):
        demand(False, code, field="mentor")
    if not rules.matching.cross_region:
        demand(facts.mentor_region == state.region, "mentor_of_other_region", field="mentor")
    if rules.matching.fallback_reasons and not facts.mentor_same_role:
        demand(bool(command.fallback), "fallback_reason_missing", field="fallback")
    demand(facts.free_slot > 0, "mentor_full", field="mentor")


def _demand_memberships(state: Relationship, mentor: str, rules: Rules, facts: Facts) -> None:
    """Both hold the membership that the program asks of them; a program without classes asks for none (MASA-7)."""
    mentor_classes, mentee_classes = rules.matching.mentor_classes, rules.eligibility.mentee_classes
    if mentor_classes:
        demand(facts.membership_of(mentor) in mentor_classes, "mentor_not_a_member", field="mentor")
    if mentee_classes and not state.application.special:
        demand(facts.membership_of(state.mentee) in mentee_classes, "mentee_not_a_member")


def _waive(state: Relationship, command: WaiveConflict, rules: Rules) -> tuple[Event, ...]:
    demand_coordinator(command.actor, state.region)
    proposal = _proposal(state)
    demand(bool(proposal.conflicts) and not proposal.waived_by, "no_conflict")
    demand(rules.matching.conflicts_waivable, "conflict_not_waivable")
    demand(command.reason in rules.matching.waiver_reasons, "unknown_reason", field="reason")
    demand(command.actor.id != proposal.proposed_by, "waiver_is_proposer")
    demand(command.actor.id not in (proposal.mentor, state.mentee), "waiver_in_pair")
    return (ConflictWaived(conflicts=proposal.conflicts, reason=command.reason),)


def _decline(state: Relationship, command: DeclineMatch, now: datetime, rules: Rules) -> tuple[Event, ...]:
    proposal = _proposal(state)
    if command.actor.role is Role.PARTICIPANT:
        demand(command.actor.id in (proposal.mentor, state.mentee), "not_a_participant")
        by = "mentor" if command.actor.id == proposal.mentor else "mentee"
    else:
        demand_coordinator(command.actor, state.region)
        by = "coordinator"
    demand(command.reason in rules.matching.decline_reasons, "unknown_reason", field="reason")
    timer = after_days(rules, Subject.MATCH, now, rules.matching.match_days)
    return (
        MatchDeclined(
            mentor=proposal.mentor, reason=command.reason, by=by, timers=(timer,), match_due=timer.due
        ),
    )


def _confirm(
    state: Relationship, command: ConfirmMatch, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    demand_coordinator(command.actor, state.region)
    proposal = _proposal(state)
    demand(not proposal.conflicts or bool(proposal.waived_by), "conflict_not_waived")
    demand(not proposal.consult or bool(proposal.consulted), "consultation_missing")
    demand(command.actor.id not in (proposal.mentor, state.mentee), "confirmer_in_pair")
    money_region = _money_region(state, proposal, command, rules)
    if facts is None:
        return ()
    demand(not facts.one_mailbox, "mentor_is_mentee")
    _demand_memberships(state, proposal.mentor, rules, facts)
    timer = after_days(rules, Subject.FIRST_CONTACT, now, rules.contact.first_contact_days)
    return (
        MatchConfirmed(
            mentor=proposal.mentor,
            mentor_region=proposal.mentor_region,
            mentor_membership=facts.membership_of(proposal.mentor),
            mentee_membership=facts.membership_of(state.mentee),
            money_region=money_region,
            timers=(timer,),
        ),
    )


def _money_region(state: Relationship, proposal: Proposal, command: ConfirmMatch, rules: Rules) -> str:
    """The region that gets the stipend; a pair across regions needs a choice where the program wants one."""
    policies = {rule.money_region for rule in rules.money}
    if proposal.mentor_region == state.region or policies <= {MoneyRegion.MENTEE_REGION}:
        return state.region
    if policies == {MoneyRegion.MENTOR_REGION}:
        return proposal.mentor_region
    demand(bool(command.money_region), "money_region_missing", field="money_region")
    both = (proposal.mentor_region, state.region)
    demand(command.money_region in both, "money_region_unknown", field="money_region")
    return command.money_region


def _proposal(state: Relationship) -> Proposal:
    demand(state.matching.proposal is not None, "no_proposal")
    assert state.matching.proposal is not None  # noqa: S101 - demanded in the line above
    return state.matching.proposal


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """The state after an event of this room."""
    match event:
        case PreMatchContactRecorded():
            known = replace(state.matching, contacted=True, needs=event.needs, preferences=event.preferences)
            todo = tasks.closed(state.tasks, stamp, TaskKind.CONTACT_MENTEE, outcome="contacted")
            timers = dropped(state.timers, Subject.PRE_MATCH_CONTACT)
            return replace(state, matching=known, tasks=todo, timers=timers)
        case MatchProposed():
            return _evolve_proposed(state, event, stamp)
        case ConflictWaived():
            assert state.matching.proposal is not None  # noqa: S101 - a waiver follows a proposal
            waived = replace(state.matching.proposal, waived_by=stamp.actor.id)
            todo = tasks.closed(state.tasks, stamp, TaskKind.WAIVE_CONFLICT, outcome="waived")
            return replace(state, matching=replace(state.matching, proposal=waived), tasks=todo)
        case MatchDeclined():
            todo = tasks.closed(
                state.tasks,
                stamp,
                TaskKind.WAIVE_CONFLICT,
                TaskKind.CONSULT,
                TaskKind.CONFIRM_MATCH,
                outcome="declined",
            )
            todo = tasks.opened(
                todo,
                state.id,
                stamp,
                TaskKind.PROPOSE_MENTOR,
                why=("match_declined",),
                due_at=event.match_due,
            )
            timers = put(dropped(state.timers, Subject.CONFIRMATION), *event.timers)
            open_again = replace(state.matching, proposal=None)
            return replace(state.slot_released(stamp), matching=open_again, tasks=todo, timers=timers)
        case MatchConfirmed():
            todo = tasks.closed(
                state.tasks,
                stamp,
                TaskKind.CONTACT_MENTEE,
                TaskKind.CONFIRM_MATCH,
                TaskKind.CONSULT,
                outcome="confirmed",
            )
            known = replace(state.matching, money_region=event.money_region)
            timers = dropped(state.timers, Subject.CONFIRMATION, Subject.MATCH, Subject.PRE_MATCH_CONTACT)
            return replace(
                state.at("contact"),
                matching=known,
                mentor=event.mentor,
                tasks=todo,
                timers=put(timers, *event.timers),
            )
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
    todo = tasks.closed(state.tasks, stamp, TaskKind.PROPOSE_MENTOR, outcome="proposed")
    if event.conflicts:
        todo = tasks.opened(
            todo,
            state.id,
            stamp,
            TaskKind.WAIVE_CONFLICT,
            why=event.conflicts,
            due_at=event.confirm_due,
        )
    if event.consult:
        todo = tasks.opened(todo, state.id, stamp, TaskKind.CONSULT, due_at=event.confirm_due)
    todo = tasks.opened(todo, state.id, stamp, TaskKind.CONFIRM_MATCH, due_at=event.confirm_due)
    timers = put(dropped(state.timers, Subject.MATCH), *event.timers)
    matching = replace(state.matching, proposals=event.number, proposal=proposal)
    return replace(
        state.slot_taken(slot_id, event.mentor, event.slot, stamp),
        matching=matching,
        tasks=todo,
        timers=timers,
    )


ROOM = Room(commands=COMMANDS, events=EVENTS, question=question, decide=decide, evolve=evolve)
