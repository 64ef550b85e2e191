"""In stage application: what the rules would refuse, a person decides, on facts that may have changed meanwhile.

While the task is open, a person refuses, accepts as special, corrects a slip in the application, or asks for the facts
again. As soon as the facts say yes, the application is accepted without a person: a change about the mentee asks again
by itself.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from domain import tasks
from domain.actors import Actor, Role, demand_coordinator, demand_role, demand_statewide
from domain.errors import demand, forbid, required
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.person_changes import ChangeKind, HearPersonChange
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.parts.application import ProposedRefusal
from domain.relationship.room import Room
from domain.relationship.stages.application.eligibility import lacks_membership, refusal_of
from domain.relationship.stages.application.opening import (
    ApplicationAccepted,
    ApplicationRefused,
    accepted,
    facts_of,
    looked_at,
    refused,
)
from domain.relationship.stages.application.special import OWN_APPLICATION, decides_special
from domain.relationship.state import Relationship
from domain.rules.program import Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseApplication(Command):
    """A coordinator of the region refuses the application for the reason that the task names; an email says so."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    needs_facts: ClassVar = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptAsSpecial(Command):
    """The state office accepts what the rules would refuse, with one of the reasons for special applications."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    needs_facts: ClassVar = True
    example: ClassVar = {"reason": "@eligibility.special_reasons"}

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFactsAgain(Command):
    """A coordinator of the region has the facts looked up again, for example after a membership was recorded."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    needs_facts: ClassVar = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectApplication(Command):
    """Whoever may import applications corrects a slip in one that waits; what is left out was right.

    That is a coordinator of the region, or an administrator. The facts are looked up again at once, so an application
    that is right by now is accepted.
    """

    roles: ClassVar = (Role.COORDINATOR, Role.ADMIN)
    by: ClassVar = By.STAFF
    needs_facts: ClassVar = True
    example: ClassVar = {"reason": "@eligibility.reasons", "areas": ["@eligibility.areas"]}

    reason: str | None = None
    first_year: bool | None = None
    applied_on: date | None = None
    areas: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationCorrected(Event):
    """What the mentee applied with is this. What stood there before is in the events before."""

    reason: str
    first_year: bool
    applied_on: date | None
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsAskedAgain(Event):
    """The facts were looked up again on ``as_of``. ``reason`` still says no; without one, they say yes."""

    reason: str = ""
    membership: str = ""
    as_of: date


COMMANDS: tuple[type[Command], ...] = (
    RefuseApplication,
    AcceptAsSpecial,
    AskFactsAgain,
    CorrectApplication,
)
EVENTS: tuple[type[Event], ...] = (FactsAskedAgain, ApplicationCorrected)
_ASKED_AGAIN = (ChangeKind.MEMBERSHIP, ChangeKind.SAME_AS)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    too_late = isinstance(command, CorrectApplication) and state.application.accepted
    demand(not too_late, "application_accepted")
    proposed = required(state.application.refusal, "no_refusal_proposed")
    match command:
        case RefuseApplication():
            return _refuse_application(state, command.actor, proposed, rules, facts)
        case AcceptAsSpecial():
            return _accept(state, command, now, rules, facts)
        case AskFactsAgain():
            _demand_decider(state, command.actor)
            return () if facts is None else ask_again(state, now, rules, facts)
        case CorrectApplication():
            return _correct(state, command, now, rules, facts)
    raise TypeError(type(command).__name__)


def _demand_decider(state: Relationship, actor: Actor) -> None:
    demand_coordinator(actor, state.region)
    forbid(actor.id == state.mentee, OWN_APPLICATION)


def _refuse_application(
    state: Relationship, actor: Actor, proposed: ProposedRefusal, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    _demand_decider(state, actor)
    if facts is None:
        return ()  # the validator asks without facts
    forbid(facts.one_human(state.mentee, actor.id), OWN_APPLICATION)
    membership = facts.membership_of(state.mentee, rules.eligibility.mentee_classes)
    # Nobody is refused for a reason that no longer holds, or that the person who refuses has not read.
    reason = refusal_of(state.application, state.term_dates, rules, membership)
    demand(reason == proposed.reason, "facts_have_changed")
    return (refused(rules, reason, membership),)


def _accept(
    state: Relationship, command: AcceptAsSpecial, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    _demand_decider(state, command.actor)
    demand_statewide(command.actor)
    demand(rules.eligibility.special_applications, "no_special_applications")
    demand(command.reason in rules.eligibility.special_reasons, "unknown_reason", field="reason")
    if facts is None:
        return ()
    forbid(facts.one_human(state.mentee, command.actor.id), OWN_APPLICATION)
    membership = facts.membership_of(state.mentee, rules.eligibility.mentee_classes)
    demand(not lacks_membership(membership, rules), "not_a_member")
    return (accepted(now, rules, command.reason, membership, exception=True),)


def _correct(
    state: Relationship, command: CorrectApplication, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    demand_role(command.actor, Role.COORDINATOR, Role.ADMIN)
    demand(command.actor.covers(state.region), "other_region")
    forbid(command.actor.id == state.mentee, OWN_APPLICATION)
    was = state.application
    event = ApplicationCorrected(
        reason=was.reason if command.reason is None else command.reason,
        first_year=was.first_year if command.first_year is None else command.first_year,
        applied_on=command.applied_on or was.applied_on,
        areas=was.areas if command.areas is None else command.areas,
    )
    right = _as_corrected(state, event)
    demand(replace(right.application, corrected=was.corrected) != was, "nothing_to_change")
    today = rules.calendar.local_date(now)
    demand(event.applied_on is None or event.applied_on <= today, "applied_in_future", field="applied_on")
    if facts is None:
        _demand_codes(command, rules)
        return ()
    forbid(facts.one_human(state.mentee, command.actor.id), OWN_APPLICATION)
    return (event, *ask_again(right, now, rules, facts))


def _demand_codes(command: CorrectApplication, rules: Rules) -> None:
    """Refuse a reason or an area that the program does not list; where it lists no areas, every one will do.

    The validator alone does: a correction that was recorded before this check is decided again as it was.
    """
    known = rules.eligibility
    demand(command.reason is None or command.reason in known.reasons, "unknown_reason", field="reason")
    demand(not known.areas or set(command.areas or ()) <= set(known.areas), "unknown_area", field="areas")


def _as_corrected(state: Relationship, event: ApplicationCorrected) -> Relationship:
    application = replace(
        state.application,
        reason=event.reason,
        first_year=event.first_year,
        applied_on=event.applied_on,
        areas=event.areas,
        corrected=True,
    )
    return replace(state, application=application)


def ask_again(
    state: Relationship, now: datetime, rules: Rules, facts: Facts
) -> tuple[FactsAskedAgain, *tuple[Event, ...]]:
    """Return that the facts were looked up, and the acceptance if they now say yes."""
    membership = facts.membership_of(state.mentee, rules.eligibility.mentee_classes)
    reason = refusal_of(state.application, state.term_dates, rules, membership)
    asked = FactsAskedAgain(reason=reason, membership=membership, as_of=rules.calendar.local_date(now))
    if reason:
        return (asked,)
    return (asked, accepted(now, rules, state.application.reason, membership))


def on_change(
    state: Relationship, change: HearPersonChange, now: datetime, rules: Rules, facts: Facts
) -> tuple[Event, ...]:
    """Return what the facts say after a change about the mentee, if they say something else than before."""
    waits = state.application.refusal
    if waits is None or change.person != state.mentee or change.kind not in _ASKED_AGAIN:
        return ()
    events = ask_again(state, now, rules, facts)
    same = ProposedRefusal(reason=events[0].reason, membership=events[0].membership) == waits
    return () if same else events


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room: the task says what the facts say now."""
    match event:
        case ApplicationCorrected():
            return _as_corrected(state, event)
        case FactsAskedAgain():
            known = ProposedRefusal(reason=event.reason, membership=event.membership)
            if not event.reason or known == state.application.refusal:
                return state
            due = next((each.due_at for each in state.tasks if each.kind is TaskKind.DECIDE_REFUSAL), None)
            todo = tasks.close_tasks(state.tasks, stamp, TaskKind.DECIDE_REFUSAL, outcome="facts_changed")
            why = looked_at(event.reason, event.membership)
            todo = tasks.open_task(todo, state.id, stamp, TaskKind.DECIDE_REFUSAL, why=why, due_at=due)
            return replace(state, application=replace(state.application, refusal=known), tasks=todo)
    raise TypeError(type(event).__name__)


def _decides_refusal(state: Relationship) -> bool:
    return not decides_special(state)


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(ApplicationRefused, RefuseApplication, state=_decides_refusal, facts=facts_of),
    FirstEvent(ApplicationAccepted, AcceptAsSpecial, state=_decides_refusal, facts=facts_of),
    FirstEvent(FactsAskedAgain, AskFactsAgain, facts=facts_of),
    FirstEvent(ApplicationCorrected, CorrectApplication, facts=facts_of),
)
ROOM = Room(
    commands=COMMANDS,
    events=EVENTS,
    first_events=FIRST_EVENTS,
    decide=decide,
    evolve=evolve,
    on_change=on_change,
)
