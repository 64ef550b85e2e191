"""Monthly records of mentors (NEA-52): who owes one for which months, and how it is submitted and amended."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo
from typing import ClassVar, Final

from domain.actors import Role
from domain.errors import demand, forbid, forbidden, required
from domain.journal import Document, Event
from domain.messages import By, Command, Stamp
from domain.rules.intake import TermDates
from domain.rules.ladder import rung_at
from domain.rules.program import Rules
from domain.rules.term import MonthDue, month_end, months_between
from domain.term.duties import Duty, Matter, Planned
from domain.term.facts import TermFacts, TermPair
from domain.term.reminders import settled_by
from domain.term.state import MonthlyRecord, Term

NOT_A_MENTOR_OF_TERM: Final = forbidden("not_a_mentor_of_term")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitMonthlyRecord(Command):
    """Submit a mentor's record of a month (NEA-52), which is stored as a document."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN_OR_STAFF
    needs_facts: ClassVar = True
    example: ClassVar = {"month": "2026-10", "answers": "@answers.monthly_record"}

    month: str
    answers: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendMonthlyRecord(Command):
    """Submit a new version of a mentor's record; the old version is kept."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN
    example: ClassVar = {"month": "2026-10", "answers": "@answers.monthly_record"}

    month: str
    answers: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyRecordSubmitted(Event):
    """A mentor submitted the record of a month."""

    mentor: str
    month: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyRecordAmended(Event):
    """A mentor submitted another version of a monthly record."""

    mentor: str
    month: str
    document: str
    version: int


COMMANDS: tuple[type[Command], ...] = (SubmitMonthlyRecord, AmendMonthlyRecord)
EVENTS: tuple[type[Event], ...] = (MonthlyRecordSubmitted, MonthlyRecordAmended)


def plan(rules: Rules, term: TermDates) -> Iterator[Planned]:
    """Return the record of each month that the program asks for, due at its end or on the next working day."""
    record, calendar = rules.monthly_record, rules.calendar
    if record is None:
        return
    for first in months_between(term.first, term.last):
        if f"{first.month:02}" not in record.months:
            continue
        last = calendar.last_working(first)
        if record.due is MonthDue.NEXT_WORKING_DAY:
            last = calendar.next_working(month_end(first))
        due = calendar.at(last)
        yield Planned(
            matter=Matter.MONTHLY_RECORD,
            key=f"{first.year}-{first.month:02}",
            opens_at=calendar.at(max(first, term.first), time(0, 0)),
            due=due,
            next_at=rung_at(calendar, record.ladder, due, 0) or due,
        )


def mentors_owing(month: str, pairs: Iterable[TermPair], zone: tzinfo) -> tuple[str, ...]:
    """Return the mentors who owe the record of a month such as ``2026-10``, in a fixed order.

    These are the mentors of pairs that were in stage meetings on some day of the month, even if they have left it for
    the survey since, and that are neither paused nor ended when this is asked.
    """
    first = date.fromisoformat(f"{month}-01")
    begins, ends = (datetime(day.year, day.month, day.day, tzinfo=zone) for day in (first, month_end(first)))
    return tuple(sorted({pair.mentor for pair in pairs if _met_between(pair, begins, ends)}))


def _met_between(pair: TermPair, begins: datetime, ends: datetime) -> bool:
    """Return whether a running pair was in stage meetings at some time from ``begins`` to ``ends``."""
    meets = pair.stage == "meetings" and pair.since < ends
    met = pair.stage == "survey" and pair.since >= begins
    return pair.running and (meets or met)


def active_mentors(pairs: Iterable[TermPair]) -> tuple[str, ...]:
    """Return the mentors with a pair that is neither paused nor ended; nobody else is reminded of a late record."""
    return tuple(sorted({pair.mentor for pair in pairs if pair.running}))


def decide(
    state: Term, command: Command, now: datetime, rules: Rules, facts: TermFacts | None
) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``. Empty if facts are needed and missing."""
    match command:
        case SubmitMonthlyRecord():
            return _submit(state, command, now, facts)
        case AmendMonthlyRecord():
            return _amend(state, command, now)
    raise TypeError(type(command).__name__)


def _month(state: Term, month: str, now: datetime) -> Duty:
    """Return the duty of a month, which must have begun."""
    every = [duty for duty in state.duties if duty.matter is Matter.MONTHLY_RECORD]
    demand(bool(every), "no_monthly_record")
    duty = required(state.duty(Matter.MONTHLY_RECORD, month), "month_not_in_term", field="month")
    demand(now >= duty.opens_at, "month_not_open_yet", field="month")
    return duty


def _submit(
    state: Term, command: SubmitMonthlyRecord, now: datetime, facts: TermFacts | None
) -> tuple[Event, ...]:
    duty, mentor = _month(state, command.month, now), command.actor.person
    demand(state.record_of(mentor, command.month) is None, "already_submitted", field="month")
    if facts is None:
        return ()
    forbid(not facts.mentors_in, NOT_A_MENTOR_OF_TERM)
    demand(state.region in facts.mentors_in, "other_region")
    submitted = MonthlyRecordSubmitted(mentor=mentor, month=command.month, document=command.answers.doc)
    # What staff enter settles nothing before the mentor can no longer contradict it.
    settled = () if command.actor.acting_for else settled_by(duty, mentor)
    return (submitted, *settled)


def _amend(state: Term, command: AmendMonthlyRecord, now: datetime) -> tuple[Event, ...]:
    _month(state, command.month, now)
    record = required(state.record_of(command.actor.id, command.month), "nothing_to_amend", field="month")
    demand(record.until is None, "answer_staff_act_first", field="month")
    amended = MonthlyRecordAmended(
        mentor=record.mentor,
        month=record.month,
        document=command.answers.doc,
        version=record.version + 1,
    )
    return (amended,)


def evolve(state: Term, event: Event, stamp: Stamp) -> Term:
    """Return the state after a record was submitted or amended."""
    match event:
        case MonthlyRecordSubmitted():
            record = MonthlyRecord(
                mentor=event.mentor, month=event.month, document=event.document, submitted_at=stamp.at
            )
            after = state.with_done(Matter.MONTHLY_RECORD, event.month, event.mentor)
            return replace(after, records=(*state.records, record))
        case MonthlyRecordAmended():
            return replace(state, records=tuple(_amended(one, event, stamp) for one in state.records))
    raise TypeError(type(event).__name__)


def _amended(record: MonthlyRecord, event: MonthlyRecordAmended, stamp: Stamp) -> MonthlyRecord:
    if (record.mentor, record.month) != (event.mentor, event.month):
        return record
    return replace(record, document=event.document, version=event.version, amended_at=stamp.at)
