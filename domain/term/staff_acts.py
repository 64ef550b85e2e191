"""Staff enter the monthly record of a mentor, who confirms or contradicts it within the program's days.

Until then nobody reminds the mentor, and the record is not in the list of those that were submitted.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from domain import tasks
from domain.acting_for import AnswerToStaff, answerable, demand_may_act, entered
from domain.actors import StaffReason
from domain.codec import instant_text
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.notices import Notice, NoticeKind, notice
from domain.rules.program import Rules
from domain.tasks import TaskKind
from domain.term.duties import Duty, Matter
from domain.term.facts import TermFacts
from domain.term.reminders import settled_by
from domain.term.state import MonthlyRecord, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmMonthlyRecord(AnswerToStaff):
    """The mentor says that the record of a month, which staff entered, is right."""

    example: ClassVar = {"month": "2026-10"}

    month: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContradictMonthlyRecord(AnswerToStaff):
    """The mentor says that the record of a month, which staff entered, is wrong: it is owed again."""

    example: ClassVar = {"month": "2026-10"}

    month: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActedForMentor(Event):
    """The record in the same decision was entered by staff, as the mentor told them; it can be contradicted until."""

    mentor: str
    month: str
    reason: StaffReason
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordConfirmed(Event):
    """The mentor says that the record is right."""

    mentor: str
    month: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStands(Event):
    """The mentor did not contradict the record in time."""

    mentor: str
    month: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContradicted(Event):
    """The mentor says that the record is wrong; ``document`` was not what the mentor reports."""

    mentor: str
    month: str
    document: str


COMMANDS: tuple[type[Command], ...] = (ConfirmMonthlyRecord, ContradictMonthlyRecord)
EVENTS: tuple[type[Event], ...] = (ActedForMentor, RecordConfirmed, RecordStands, RecordContradicted)


def demand_staff(state: Term, command: Command, rules: Rules) -> None:
    """Refuse a command for a mentor that staff may not send."""
    demand_may_act(command, state.region, rules.contradict_days)


def acted(command: Command, events: tuple[Event, ...], now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Return the event that says for which mentor staff entered the record; none without any."""
    said, month = entered(command, events, rules.contradict_until(now)), str(getattr(command, "month", ""))
    if said is None:
        return ()
    return (ActedForMentor(mentor=said.person, month=month, reason=said.reason, until=said.until),)


def decide(
    state: Term, command: Command, now: datetime, rules: Rules, facts: TermFacts | None
) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``."""
    match command:
        case ConfirmMonthlyRecord():
            record = _open_record(state, command.actor.id, command.month)
            said = RecordConfirmed(mentor=record.mentor, month=record.month)
            return (said, *_settled(state, record))
        case ContradictMonthlyRecord():
            record = _open_record(state, command.actor.id, command.month)
            wrong = RecordContradicted(mentor=record.mentor, month=record.month, document=record.document)
            return (wrong,)
    raise TypeError(type(command).__name__)


def _open_record(state: Term, mentor: str, month: str) -> MonthlyRecord:
    return answerable(state.record_of(mentor, month), lambda record: record.until is not None, field="month")


def _settled(state: Term, record: MonthlyRecord) -> tuple[Event, ...]:
    duty = state.duty(Matter.MONTHLY_RECORD, record.month)
    return settled_by(duty, record.mentor) if duty else ()


def on_due(state: Term, now: datetime) -> tuple[Event, ...]:
    """Return the records that can no longer be contradicted, each with what it settles."""
    events: tuple[Event, ...] = ()
    for record in state.records:
        if record.until is not None and record.until <= now:
            events = (*events, RecordStands(mentor=record.mentor, month=record.month))
            settled = {getattr(event, "key", "") for event in events}
            events = (*events, *(() if record.month in settled else _settled(state, record)))
    return events


def evolve(state: Term, event: Event, stamp: Stamp) -> Term:
    """Return the state after staff entered a record, or the mentor answered."""
    match event:
        case ActedForMentor():
            return _with_record(state, event, lambda record: replace(record, until=event.until))
        case RecordConfirmed() | RecordStands():
            return _with_record(state, event, lambda record: replace(record, until=None))
        case RecordContradicted():
            left = tuple(
                record
                for record in state.records
                if (record.mentor, record.month) != (event.mentor, event.month)
            )
            owed = state.with_duty(Matter.MONTHLY_RECORD, event.month, lambda duty: _owed_again(duty, event))
            todo = tasks.open_task(
                state.tasks,
                state.id,
                stamp,
                TaskKind.CHASE_MONTHLY_RECORD,
                why=("staff_act_contradicted",),
                subject=event.month,
            )
            return replace(owed, records=left, tasks=todo)
    raise TypeError(type(event).__name__)


def _with_record(
    state: Term,
    event: ActedForMentor | RecordConfirmed | RecordStands,
    change: Callable[[MonthlyRecord], MonthlyRecord],
) -> Term:
    named = (event.mentor, event.month)
    records = tuple(change(one) if (one.mentor, one.month) == named else one for one in state.records)
    return replace(state, records=records)


def _owed_again(duty: Duty, event: RecordContradicted) -> Duty:
    """Return a month's duty, owed by the mentor again; one that was settled waits for the record, with a task."""
    done = tuple(owner for owner in duty.done if owner != event.mentor)
    return replace(duty, done=done, owing=tuple(dict.fromkeys((*duty.owing, event.mentor))), settled="")


def notices(after: Term, event: Event, seq: int) -> tuple[Notice, ...]:
    """Return the email to the mentor for whom staff entered a record."""
    if not isinstance(event, ActedForMentor):
        return ()
    duty = after.duty(Matter.MONTHLY_RECORD, event.month)
    assert duty is not None  # noqa: S101 - only the record of a month of the term is entered
    data = {"entry": "SubmitMonthlyRecord", "said": event.reason.value, "since": instant_text(duty.opens_at)}
    until = instant_text(event.until)
    kind = NoticeKind.ACTED_FOR_YOU
    return (notice(after.id, seq, kind, person=event.mentor, **data, until=until),)
