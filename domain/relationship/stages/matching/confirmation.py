"""In stage matching: one person confirms the proposal by name (MASA-10, -16)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

from domain import tasks
from domain.actors import Role, demand_coordinator
from domain.codec import instant_text
from domain.errors import RuleViolation, demand, forbid, forbidden, required
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, drop, put, timer_after, timer_for
from domain.relationship.facts import Facts, Question
from domain.relationship.first_event import FirstEvent, RecordedDecision, RecordedFacts
from domain.relationship.forms_owed import StartsForms
from domain.relationship.room import Room
from domain.relationship.stages.matching.conflicts import demand_waived
from domain.relationship.stages.matching.consultation import demand_consulted
from domain.relationship.stages.matching.memberships import demand_memberships
from domain.relationship.stages.matching.mentor_fitness import (
    demand_two_humans,
    recorded_fitness,
    unfit,
)
from domain.relationship.stages.matching.money_region import money_region
from domain.relationship.state import Relationship
from domain.rules.form_uses import DueAfter
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmMatch(Command):
    """The regional contact confirms the pair by name.

    ``money_region`` says which region gets the stipend (K11), where the program lets the contact choose.
    """

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    needs_facts: ClassVar = True
    regions: ClassVar = {"money_region": "money_region_unknown"}
    example: ClassVar = {"money_region": ""}

    money_region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchConfirmed(StartsForms):
    """The pair is confirmed. Contact details are released from now on."""

    form_due_after: ClassVar = DueAfter.MATCH_CONFIRMED

    mentor: str
    mentor_region: str
    mentor_membership: str = ""
    mentee_membership: str = ""
    money_region: str
    timers: tuple[Timer, ...] = ()
    mentor_since: date | None = None
    credential_until: date | None = None


COMMANDS: tuple[type[Command], ...] = (ConfirmMatch,)
EVENTS: tuple[type[Event], ...] = (MatchConfirmed,)
CONFIRMER_IN_PAIR: Final = forbidden("confirmer_in_pair")
CHECKS_FITNESS: Final = 2
"""From this engine on, training, service and credential of the mentor are checked again at the confirmation."""


WAITS_OUT_THE_DAY: Final = 5
"""From this engine on, the last day for the first contact is over before anybody asks whether it was made."""


def question(state: Relationship, command: Command, general: Question) -> Question:
    """Return what to look up for a command of this room: the mentor that it is about."""
    match command:
        case ConfirmMatch() if state.matching.proposal is not None:
            return replace(general, mentor=state.matching.proposal.mentor)
    return general


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    demand(state.stage == "matching", "not_in_matching")
    match command:
        case ConfirmMatch():
            return _confirm(state, command, now, rules, facts)
    raise TypeError(type(command).__name__)


def _confirm(
    state: Relationship, command: ConfirmMatch, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    demand_coordinator(command.actor, state.region)
    proposal = required(state.matching.proposal, "no_proposal")
    demand_waived(proposal)
    demand_consulted(proposal)
    forbid(command.actor.id in (proposal.mentor, state.mentee), CONFIRMER_IN_PAIR)
    paid = money_region(state, proposal, command.money_region, rules)
    if facts is None:
        return ()
    demand_two_humans(state, proposal.mentor, facts)
    in_pair = any(facts.one_human(person, command.actor.id) for person in (proposal.mentor, state.mentee))
    forbid(in_pair, CONFIRMER_IN_PAIR)
    demand_memberships(state, proposal.mentor, rules, facts)
    checked = state.engine >= CHECKS_FITNESS
    if checked and (code := unfit(facts, rules.calendar.local_date(now), rules)):
        raise RuleViolation(code)
    return (
        MatchConfirmed(
            mentor=proposal.mentor,
            mentor_region=proposal.mentor_region,
            mentor_membership=facts.membership_of(proposal.mentor, rules.matching.mentor_classes),
            mentee_membership=facts.membership_of(state.mentee, rules.eligibility.mentee_classes),
            money_region=paid,
            timers=(_contact_timer(state, now, rules),),
            mentor_since=facts.mentor_since if checked and rules.matching.mentor_years else None,
            credential_until=facts.mentor_credential_until if checked else None,
        ),
    )


def _contact_timer(state: Relationship, now: datetime, rules: Rules) -> Timer:
    """Return the timer of the first contact: due at the end of its last day, which the welcome names."""
    timer = timer_after(rules, DeadlineKind.FIRST_CONTACT, now, rules.contact.first_contact_days)
    if state.engine < WAITS_OUT_THE_DAY:
        return timer
    calendar = rules.calendar
    return timer_for(rules, DeadlineKind.FIRST_CONTACT, calendar.end_of(calendar.local_date(timer.due)))


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case MatchConfirmed():
            return _evolve_confirmed(state, event, stamp)
    raise TypeError(type(event).__name__)


def _evolve_confirmed(state: Relationship, event: MatchConfirmed, stamp: Stamp) -> Relationship:
    done = (TaskKind.CONTACT_MENTEE, TaskKind.CONFIRM_MATCH, TaskKind.CONSULT)
    over = (DeadlineKind.CONFIRMATION, DeadlineKind.MATCH, DeadlineKind.PRE_MATCH_CONTACT)
    about = TaskKind.LOOK_AT_PERSON
    todo = tasks.close_tasks(state.tasks, stamp, about, subject=event.mentor, outcome="confirmed")
    return replace(
        state.at("contact"),
        matching=replace(state.matching, money_region=event.money_region),
        mentor=event.mentor,
        tasks=tasks.close_tasks(todo, stamp, *done, outcome="confirmed"),
        timers=put(drop(state.timers, *over), *event.timers),
    )


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case MatchConfirmed():
            return _welcome(state, event, stamp)
    return ()


def _welcome(state: Relationship, event: MatchConfirmed, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the welcome notices to both, and notices to both regions if the mentor's is another one (MASA-10, -28)."""
    # What is due at midnight belongs to the day that has just ended.
    over = timedelta(seconds=1) if state.engine >= WAITS_OUT_THE_DAY else timedelta(0)
    due = instant_text(event.timers[0].due - over)
    mentor, mentee = event.mentor, state.mentee
    welcome = (
        *notice_to.person(state, stamp, mentee, NoticeKind.WELCOME_MENTEE, mentor=mentor, due=due),
        *notice_to.person(state, stamp, mentor, NoticeKind.WELCOME_MENTOR, mentee=mentee, due=due),
    )
    if event.mentor_region == state.region:
        return welcome
    kind, data = NoticeKind.MATCH_ACROSS_REGIONS, {"mentor": mentor, "money_region": event.money_region}
    return (
        *welcome,
        *notice_to.region(state, stamp, state.region, kind, **data),
        *notice_to.region(state, stamp, event.mentor_region, kind, **data),
    )


def _facts_of_confirmation(decision: RecordedDecision, rules: Rules, draft: Rules) -> RecordedFacts:
    event, proposal = decision.first, decision.state.matching.proposal
    both = {
        decision.state.mentee: event.mentee_membership,
        proposal.mentor if proposal else "": event.mentor_membership,
    }
    memberships = {person: held for person, held in both.items() if held}
    facts, unknown = recorded_fitness(event, rules, draft)
    return RecordedFacts(facts=replace(facts, memberships=memberships), unknown=unknown)


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(MatchConfirmed, ConfirmMatch, facts=_facts_of_confirmation),
)
ROOM = Room(
    commands=COMMANDS,
    events=EVENTS,
    first_events=FIRST_EVENTS,
    question=question,
    decide=decide,
    evolve=evolve,
    notices=notices,
)
