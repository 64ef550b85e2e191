"""Complaints about an unsuitable pairing or conduct, decided by one named person outside the pair (NEA-32, NEA-36).

Either side or a coordinator opens a case with a code; a text, if there is one, is sealed for the person who takes the
case. That person decides, and if the program says so, a second one must agree. Meanwhile the relationship continues.
Nobody in the pair, and nobody the complaint is about, takes, decides or seconds it.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Final

from domain import tasks
from domain.actors import Actor, Role, demand_coordinator, demand_role
from domain.codec import LATER, instant_text
from domain.errors import demand, forbid, forbidden, required
from domain.ids import derive, is_id
from domain.journal import Document, Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent, RecordedDecision
from domain.relationship.parts.complaint import PARTING, Complaint, ComplaintDecision
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import Rules
from domain.tasks import TaskKind

_STAFF = (Role.COORDINATOR, Role.ADMIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenComplaint(Command):
    """Either side or a coordinator makes a complaint to the committee. The partner is not told of it.

    ``against`` names a person by id, or nobody if the pairing does not fit. The statement, if any, is sealed at once;
    only the person who takes the case may read it.
    """

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    by: ClassVar = By.OWN
    while_paused: ClassVar = True
    people: ClassVar = {"against": "unknown_person"}
    example: ClassVar = {"about": "@endings.complaint_kinds", "against": ""}

    about: str
    against: str = ""
    statement: Document | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeComplaint(Command):
    """One person takes the case and may read the statement; an administrator may take it over."""

    roles: ClassVar = _STAFF
    by: ClassVar = By.STAFF
    while_paused: ClassVar = True

    complaint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideComplaint(Command):
    """The person who took the case decides. ``reason`` is an ending code, needed if the pair is separated."""

    roles: ClassVar = _STAFF
    by: ClassVar = By.STAFF
    while_paused: ClassVar = True
    example: ClassVar = {"reason": ""}

    complaint: str
    decision: ComplaintDecision
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondComplaint(Command):
    """A second person agrees with the decision, which then holds, or returns the case."""

    roles: ClassVar = _STAFF
    by: ClassVar = By.STAFF
    while_paused: ClassVar = True

    complaint: str
    agree: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintOpened(Event):
    """A case is open. ``by`` is a side or ``coordinator``.

    ``hear_by`` is the instant by which one of the pair who opened it hears how it ended; that person gets a receipt.
    """

    complaint: str
    about: str
    against: str = ""
    document: str = ""
    by: str
    due_at: datetime
    hear_by: datetime | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintTaken(Event):
    """One person looks into the case."""

    complaint: str
    taken_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintDecided(Event):
    """The person who took the case decided; with ``due_at``, a second one must answer by then."""

    complaint: str
    decision: ComplaintDecision
    reason: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintReturned(Event):
    """The second person did not agree: the case must be decided again."""

    complaint: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintClosed(Event):
    """The decision holds; ``seconded`` says that a second person agreed."""

    complaint: str
    decision: ComplaintDecision
    reason: str = ""
    seconded: bool = False


COMMANDS: tuple[type[Command], ...] = (OpenComplaint, TakeComplaint, DecideComplaint, SecondComplaint)
EVENTS: tuple[type[Event], ...] = (
    ComplaintOpened,
    ComplaintTaken,
    ComplaintDecided,
    ComplaintReturned,
    ComplaintClosed,
)
SENDS_RECEIPT: Final = 5
"""From this engine on, whoever of the pair complains is told that it has arrived, and by when there is an answer."""
NOT_THE_DECIDER: Final = forbidden("not_the_decider")
DECIDER_SECONDS: Final = forbidden("decider_seconds")
DECIDES_IN_OWN_PAIR: Final = forbidden("decides_in_own_pair")
COMPLAINT_IS_ABOUT_YOU: Final = forbidden("complaint_is_about_you")


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case OpenComplaint():
            return (_open(state, command, now, rules),)
        case TakeComplaint():
            case = _case(state, command.complaint, command.actor)
            demand(case.taken_by != command.actor.id, "already_yours")
            free = not case.taken_by or command.actor.role is Role.ADMIN
            demand(free and case.status != "decided", "already_taken")
            return (ComplaintTaken(complaint=case.id, taken_by=command.actor.id),)
        case DecideComplaint():
            return _decide(state, command, now, rules)
        case SecondComplaint():
            return (_second(state, command, now, rules),)
    raise TypeError(type(command).__name__)


def _open(state: Relationship, command: OpenComplaint, now: datetime, rules: Rules) -> ComplaintOpened:
    if command.actor.role is Role.PARTICIPANT:
        by = state.side_of(command.actor).value
    else:
        demand_coordinator(command.actor, state.region)
        by = Role.COORDINATOR.value
    demand(bool(state.mentor), "no_partner")
    demand(command.about in rules.endings.complaint_kinds, "unknown_complaint", field="about")
    demand(command.against == "" or is_id(command.against), "unknown_person", field="against")
    demand(command.against != command.actor.id, "complains_of_oneself", field="against")
    return ComplaintOpened(
        complaint=derive("complaint", state.id, command.id),
        about=command.about,
        against=command.against,
        document=command.statement.doc if command.statement else "",
        by=by,
        due_at=_after(rules, now, rules.endings.complaint_days),
        hear_by=heard_by(state, now, rules) if command.actor.id in (state.mentor, state.mentee) else None,
    )


def heard_by(state: Relationship, opened_at: datetime, rules: Rules) -> datetime | None:
    """Return by when one of the pair hears how its case ended: a second person who must agree needs days as well.

    None in an engine that sends no receipt.
    """
    if state.engine < SENDS_RECEIPT:
        return None
    endings = rules.endings
    second = endings.second_days if endings.complaint_needs_second else 0
    return _after(rules, opened_at, endings.complaint_days + second)


def _decide(state: Relationship, command: DecideComplaint, now: datetime, rules: Rules) -> tuple[Event, ...]:
    case = _case(state, command.complaint, command.actor)
    forbid(case.taken_by != command.actor.id, NOT_THE_DECIDER)
    demand(case.status == "taken", "already_decided")
    _demand_possible(state, command.decision)
    if command.decision in PARTING:
        demand(command.reason in rules.ending_reasons, "unknown_reason", field="reason")
    else:
        demand(command.reason == "", "no_reason_needed", field="reason")
    needs_second = rules.endings.complaint_needs_second
    decided = ComplaintDecided(
        complaint=case.id,
        decision=command.decision,
        reason=command.reason,
        due_at=_after(rules, now, rules.endings.second_days) if needs_second else None,
    )
    if needs_second:
        return (decided,)
    closed = ComplaintClosed(complaint=case.id, decision=command.decision, reason=command.reason)
    return (decided, closed)


def _second(state: Relationship, command: SecondComplaint, now: datetime, rules: Rules) -> Event:
    case = _case(state, command.complaint, command.actor)
    demand(case.status == "decided", "not_decided")
    forbid(case.decided_by == command.actor.id, DECIDER_SECONDS)
    if not command.agree:
        return ComplaintReturned(complaint=case.id, due_at=_after(rules, now, rules.endings.second_days))
    decision = ComplaintDecision(case.decision)
    _demand_possible(state, decision)
    return ComplaintClosed(complaint=case.id, decision=decision, reason=case.reason, seconded=True)


def _demand_possible(state: Relationship, decision: ComplaintDecision) -> None:
    possible = decision is not ComplaintDecision.PARTNER_CHANGED or state.can_change_partner
    demand(possible, "too_late_to_change", field="decision")


def _case(state: Relationship, id: str, actor: Actor) -> Complaint:
    """Return a case that is not closed; refuse a person who may not handle it."""
    demand_role(actor, *_STAFF)
    demand(actor.covers(state.region), "other_region")
    forbid(actor.id in (state.mentor, state.mentee), DECIDES_IN_OWN_PAIR)
    found = required(
        next((case for case in state.complaints if case.id == id), None), "unknown_case", field="complaint"
    )
    forbid(found.against == actor.id, COMPLAINT_IS_ABOUT_YOU)
    demand(found.closed_at is None, "case_is_closed")
    return found


def _after(rules: Rules, now: datetime, days: int) -> datetime:
    return rules.calendar.after(rules.calendar.local_date(now), days)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case ComplaintOpened():
            case = Complaint(
                id=event.complaint,
                about=event.about,
                against=event.against,
                opened_by=stamp.actor.id,
                document=event.document,
                opened_at=stamp.at,
                due_at=event.due_at,
            )
            todo = _handling_tasks(state, stamp, case)
            return replace(state, complaints=(*state.complaints, case), tasks=todo)
        case ComplaintTaken():
            return _change(state, event.complaint, status="taken", taken_by=event.taken_by)
        case ComplaintDecided():
            return _evolve_decided(state, event, stamp)
        case ComplaintReturned():
            return _evolve_returned(state, event, stamp)
        case ComplaintClosed():
            return _evolve_closed(state, event, stamp)
    raise TypeError(type(event).__name__)


def _evolve_returned(state: Relationship, event: ComplaintReturned, stamp: Stamp) -> Relationship:
    todo = tasks.close_tasks(
        state.tasks, stamp, TaskKind.SECOND_COMPLAINT, subject=event.complaint, outcome="returned"
    )
    again = _change(
        replace(state, tasks=todo),
        event.complaint,
        status="taken",
        decision="",
        reason="",
        decided_by="",
        due_at=event.due_at,
    )
    case = next(case for case in again.complaints if case.id == event.complaint)
    return replace(again, tasks=_handling_tasks(again, stamp, case))


def _evolve_closed(state: Relationship, event: ComplaintClosed, stamp: Stamp) -> Relationship:
    done = (TaskKind.HANDLE_COMPLAINT, TaskKind.SECOND_COMPLAINT)
    todo = tasks.close_tasks(state.tasks, stamp, *done, subject=event.complaint, outcome=event.decision.value)
    by = stamp.actor.id if event.seconded else ""
    ended = {"status": "closed", "seconded_by": by, "closed_at": stamp.at}
    return _change(replace(state, tasks=todo), event.complaint, **ended)


def _evolve_decided(state: Relationship, event: ComplaintDecided, stamp: Stamp) -> Relationship:
    todo = tasks.close_tasks(
        state.tasks, stamp, TaskKind.HANDLE_COMPLAINT, subject=event.complaint, outcome=event.decision.value
    )
    if event.due_at is not None:
        todo = tasks.open_task(
            todo,
            state.id,
            stamp,
            TaskKind.SECOND_COMPLAINT,
            why=(event.decision.value,),
            subject=event.complaint,
            due_at=event.due_at,
        )
    return _change(
        replace(state, tasks=todo),
        event.complaint,
        status="decided",
        decision=event.decision.value,
        reason=event.reason,
        decided_by=stamp.actor.id,
        due_at=event.due_at,
    )


def _handling_tasks(state: Relationship, stamp: Stamp, case: Complaint) -> tuple[tasks.Task, ...]:
    """Return the tasks with a new one to look into a case."""
    return tasks.open_task(
        state.tasks,
        state.id,
        stamp,
        TaskKind.HANDLE_COMPLAINT,
        why=(case.about,),
        subject=case.id,
        due_at=case.due_at,
    )


def _change(state: Relationship, id: str, **fields: object) -> Relationship:
    kept = {name: value for name, value in fields.items() if value is not None}
    cases = tuple(
        replace(case, **kept) if case.id == id else case  # type: ignore[arg-type]  # fields of a case by name
        for case in state.complaints
    )
    return replace(state, complaints=cases)


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case ComplaintOpened(hear_by=datetime() as due):
            # It goes to the writer alone: whom the complaint is about must not hear of it by this.
            said = {"statement": "yes"} if event.document else {}
            kind = NoticeKind.COMPLAINT_RECEIVED
            return notice_to.person(state, stamp, stamp.actor.id, kind, due=instant_text(due), **said)
        case ComplaintClosed():
            case = next(case for case in state.complaints if case.id == event.complaint)
            if case.opened_by in (state.mentor, state.mentee):
                # The notice does not say what was decided; only what follows from it shows it.
                return notice_to.person(state, stamp, case.opened_by, NoticeKind.COMPLAINT_CLOSED)
    return ()


def _statement(decision: RecordedDecision) -> dict[str, Any]:
    name = decision.first.document
    return {"statement": decision.document(name) if name else None}


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(ComplaintOpened, OpenComplaint, _statement),
    FirstEvent(ComplaintTaken, TakeComplaint),
    FirstEvent(ComplaintDecided, DecideComplaint),
    FirstEvent(ComplaintReturned, SecondComplaint, lambda decision: {"agree": False}),
    FirstEvent(ComplaintClosed, SecondComplaint, lambda decision: {"agree": True}),
)
ROOM = Room(
    commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve, notices=notices
)
