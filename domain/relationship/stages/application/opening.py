"""In stage application: a mentee asks for mentoring, and the rules accept, or a person decides (MASA-4 to -7).

The rules say whether the mentee is eligible (``eligibility.py``). What they do not accept they refuse at once, or they
propose the refusal to a person, as the program says (``refusal.py``). A special application is never decided by a rule
(``special.py``).
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, ClassVar, Final

from domain import tasks
from domain.actors import Actor, Role, demand_role
from domain.codec import LATER
from domain.errors import demand, forbid, forbidden, required
from domain.journal import Document, Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, drop, put, still_looking, timer_after
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent, RecordedDecision, RecordedFacts
from domain.relationship.forms_owed import StartsForms
from domain.relationship.parts.application import NO_MEMBERSHIP, Application, ProposedRefusal
from domain.relationship.room import Room
from domain.relationship.stages.application.eligibility import refusal_of
from domain.relationship.state import Relationship
from domain.rules.form_uses import DueAfter
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind

APPLICANTS: Final = (Role.COORDINATOR, Role.ADMIN, Role.PARTICIPANT)
"""The roles in which a person may submit an application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRelationship(Command):
    """The application as it arrived; the first command of every relationship, sent when it starts.

    ``reason`` is the program's code for why this person is new; ``special_document`` is the sealed text of a special
    application. ``predecessor`` names the relationship that this one continues after a change of partner, ``earlier``
    the refused one if the person applies again for the same term.
    """

    roles: ClassVar = (*APPLICANTS, Role.SYSTEM)
    by: ClassVar = By.OWN
    needs_facts: ClassVar = True
    example: ClassVar = {"reason": "@eligibility.reasons"}

    application: str
    reason: str
    first_year: bool = True
    applied_on: date
    special_document: Document | None = None
    predecessor: str = ""
    predecessor_head: str = ""
    areas: tuple[str, ...] = ()
    earlier: str | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationReceived(StartsForms):
    """An application opened this relationship. ``side_stream`` is its X stream; the two ids make it provable."""

    form_due_after: ClassVar = DueAfter.APPLIED

    application: str
    mentee: str
    program: str
    term: str
    region: str
    reason: str
    first_year: bool
    applied_on: date
    special: bool
    side_stream: str
    predecessor: str = ""
    predecessor_head: str = ""
    areas: tuple[str, ...] = ()
    earlier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationAccepted(Event):
    """The mentee is eligible, by rule or by a person's decision; the contact before the match is due.

    ``exception`` says that a person accepted as special what the rules would have refused.
    """

    reason: str
    membership: str = ""
    timers: tuple[Timer, ...] = ()
    contact_due: datetime | None = None
    match_due: datetime
    exception: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalProposed(Event):
    """The rules would refuse the application: ``reason`` is the first rule that said no. A person decides.

    ``membership`` is the class that was found, ``as_of`` the day for which it was looked up.
    """

    reason: str
    membership: str = ""
    as_of: date
    timers: tuple[Timer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRefused(Event):
    """The mentee is not eligible. The relationship is over; ``reason`` is the first rule that said no.

    ``appeal`` says what the program lets a refused person do, so that the email says exactly that.
    """

    reason: str
    membership: str = ""
    appeal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialApplicationOpened(Event):
    """The application asks for an exception and waits for a person."""

    document: str
    timers: tuple[Timer, ...] = ()


COMMANDS: tuple[type[Command], ...] = (OpenRelationship,)
EVENTS: tuple[type[Event], ...] = (
    ApplicationReceived,
    ApplicationAccepted,
    RefusalProposed,
    ApplicationRefused,
    SpecialApplicationOpened,
)
NOT_YOUR_APPLICATION: Final = forbidden("not_your_application")


def region_of_application(actor: Actor, mentee: str, home: str | None) -> str:
    """Return the region in which a mentee applies; refuse an actor who may not submit an application for the mentee.

    A participant may apply for nobody else; a coordinator may apply for the people of the coordinator's regions, and
    the administrator for everybody. ``home`` is the mentee's region, None if nobody knows such a person.
    """
    demand_role(actor, *APPLICANTS)
    forbid(actor.role is Role.PARTICIPANT and mentee != actor.id, NOT_YOUR_APPLICATION)
    region = required(home, "other_region")
    demand(actor.covers(region), "other_region")
    return region


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case OpenRelationship():
            return _open(state, command, now, rules, facts)
    raise TypeError(type(command).__name__)


def _open(
    state: Relationship, command: OpenRelationship, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    assert facts is not None  # noqa: S101 - the shell gathers facts for this command
    special = command.special_document is not None
    received = ApplicationReceived(
        application=command.application,
        mentee=state.mentee,
        program=rules.program,
        term=state.term,
        region=state.region,
        reason=command.reason,
        first_year=command.first_year,
        applied_on=command.applied_on,
        special=special,
        side_stream=state.side_stream,
        predecessor=command.predecessor,
        predecessor_head=command.predecessor_head,
        areas=command.areas,
        earlier=command.earlier,
    )
    membership = facts.membership_of(state.mentee, rules.eligibility.mentee_classes)
    if command.predecessor:
        return (received, accepted(now, rules, command.reason, membership, contacted=True))
    if command.special_document is not None and rules.eligibility.special_applications:
        timer = timer_after(
            rules, DeadlineKind.SPECIAL_DECISION, now, rules.eligibility.special_decision_days
        )
        return (received, SpecialApplicationOpened(document=command.special_document.doc, timers=(timer,)))
    applied = Application(
        reason=command.reason,
        special=special,
        areas=command.areas,
        first_year=command.first_year,
        applied_on=command.applied_on,
    )
    reason = refusal_of(applied, state.term_dates, rules, membership)
    if not reason:
        return (received, accepted(now, rules, command.reason, membership))
    if rules.refused_by_person:
        return (received, _proposed(now, rules, reason, membership))
    return (received, refused(rules, reason, membership))


def _proposed(now: datetime, rules: Rules, reason: str, membership: str) -> RefusalProposed:
    timer = timer_after(rules, DeadlineKind.REFUSAL, now, rules.eligibility.refusal_days or 1)
    today = rules.calendar.local_date(now)
    return RefusalProposed(reason=reason, membership=membership, as_of=today, timers=(timer,))


def refused(rules: Rules, reason: str, membership: str) -> ApplicationRefused:
    """Return the refusal, with what the program then lets the person do."""
    appeal = rules.refusal_appeal.value if rules.refusal_appeal else ""
    return ApplicationRefused(reason=reason, membership=membership, appeal=appeal)


def accepted(
    now: datetime,
    rules: Rules,
    reason: str,
    membership: str,
    *,
    contacted: bool = False,
    exception: bool | None = None,
) -> ApplicationAccepted:
    """Return the acceptance, with the deadlines that begin; ``contacted`` leaves out the contact before the match."""
    contact = timer_after(rules, DeadlineKind.PRE_MATCH_CONTACT, now, rules.matching.pre_match_contact_days)
    match = timer_after(rules, DeadlineKind.MATCH, now, rules.matching.match_days)
    timers = (match,) if contacted else (contact, match)
    return ApplicationAccepted(
        reason=reason,
        membership=membership,
        timers=(*timers, *still_looking(rules, now)),
        contact_due=None if contacted else contact.due,
        match_due=match.due,
        exception=exception,
    )


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case ApplicationReceived():
            return replace(
                state,
                application=Application(
                    reason=event.reason,
                    special=event.special,
                    areas=event.areas,
                    first_year=event.first_year,
                    applied_on=event.applied_on,
                ),
                application_id=event.application,
                side_stream=event.side_stream,
                predecessor=event.predecessor,
                earlier=event.earlier,
            )
        case SpecialApplicationOpened():
            open_tasks = tasks.open_task(
                state.tasks,
                state.id,
                stamp,
                TaskKind.DECIDE_SPECIAL_APPLICATION,
                due_at=event.timers[0].due,
            )
            application = replace(state.application, special_document=event.document)
            return replace(
                state, application=application, tasks=open_tasks, timers=put(state.timers, *event.timers)
            )
        case ApplicationAccepted():
            return _evolve_accepted(state, event, stamp)
        case RefusalProposed():
            return _evolve_proposed(state, event, stamp)
        case ApplicationRefused():
            return state.end(stamp, "refused", event.reason)
    raise TypeError(type(event).__name__)


def _evolve_proposed(state: Relationship, event: RefusalProposed, stamp: Stamp) -> Relationship:
    todo = tasks.open_task(
        state.tasks,
        state.id,
        stamp,
        TaskKind.DECIDE_REFUSAL,
        why=looked_at(event.reason, event.membership),
        due_at=event.timers[0].due,
    )
    proposed = ProposedRefusal(reason=event.reason, membership=event.membership)
    application = replace(state.application, refusal=proposed)
    return replace(state, application=application, tasks=todo, timers=put(state.timers, *event.timers))


def looked_at(reason: str, membership: str) -> tuple[str, ...]:
    """Return why a refusal is proposed, as the codes of its task: the reason, and the membership that was found."""
    return (reason, membership or NO_MEMBERSHIP)


def _evolve_accepted(state: Relationship, event: ApplicationAccepted, stamp: Stamp) -> Relationship:
    done = (TaskKind.DECIDE_SPECIAL_APPLICATION, TaskKind.DECIDE_REFUSAL)
    todo = tasks.close_tasks(state.tasks, stamp, *done, outcome="accepted")
    if event.contact_due is not None:
        todo = tasks.open_task(todo, state.id, stamp, TaskKind.CONTACT_MENTEE, due_at=event.contact_due)
    todo = tasks.open_task(todo, state.id, stamp, TaskKind.PROPOSE_MENTOR, due_at=event.match_due)
    waiting = (DeadlineKind.SPECIAL_DECISION, DeadlineKind.REFUSAL)
    timers = put(drop(state.timers, *waiting), *event.timers)
    application = replace(state.application, accepted=True, reason=event.reason, refusal=None)
    if event.exception:
        application = replace(application, special=True, decider=stamp.actor.id)
    return replace(state.at("matching"), application=application, tasks=todo, timers=timers)


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case ApplicationReceived():
            return notice_to.mentee(state, stamp, NoticeKind.APPLICATION_RECEIVED)
        case ApplicationRefused():
            data = {"reason": event.reason} | ({"appeal": event.appeal} if event.appeal else {})
            return notice_to.mentee(state, stamp, NoticeKind.APPLICATION_REFUSED, **data)
        case ApplicationAccepted():
            return notice_to.mentee(state, stamp, NoticeKind.APPLICATION_ACCEPTED)
    return ()


def _special_document(decision: RecordedDecision) -> dict[str, Any]:
    name = next((getattr(event, "document", "") for event in decision.events[1:]), "")
    return {"special_document": decision.document(name) if decision.first.special else None}


def facts_of(decision: RecordedDecision, rules: Rules, draft: Rules) -> RecordedFacts:
    """Return the membership that the events of a decision hold."""
    membership = next((held for event in decision.events if (held := getattr(event, "membership", ""))), "")
    memberships = {decision.state.mentee: membership} if membership else {}
    return RecordedFacts(facts=Facts(memberships=memberships))


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(ApplicationReceived, OpenRelationship, _special_document, facts=facts_of),
)
ROOM = Room(
    commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve, notices=notices
)
