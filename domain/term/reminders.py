"""Remind those who owe a duty, and escalate if it stays missing: who owes it, when, and who gets which email.

One ladder serves monthly records, log checks and surveys. An event is small, so lists of people are cut into parts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from domain import tasks
from domain.codec import instant_text
from domain.journal import Event
from domain.messages import Stamp
from domain.notices import Notice, NoticeKind, notice
from domain.rules.ladder import StepKind, climb, rung_at
from domain.rules.program import Rules
from domain.tasks import TaskKind
from domain.term.duties import Duty, Matter, SurveyAudience, ladder_of, settle
from domain.term.facts import TermFacts
from domain.term.state import Term

PART: Final = 100
"""The largest number of ids in one event."""
_OF_THE_REGION = (SurveyAudience.CONTACT.value, SurveyAudience.DISTRICT.value)
_TASKS = {
    Matter.MONTHLY_RECORD: TaskKind.CHASE_MONTHLY_RECORD,
    Matter.LOG_CHECK: TaskKind.CHECK_LOGS,
    Matter.SURVEY: TaskKind.CHASE_TERM_SURVEY,
}
_KINDS = {
    Matter.MONTHLY_RECORD: NoticeKind.MONTHLY_RECORD_DUE,
    Matter.LOG_CHECK: NoticeKind.LOG_CHECK_DUE,
    Matter.SURVEY: NoticeKind.TERM_SURVEY_DUE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyOwed(Event):
    """Who owes a duty, by the database at that moment; a long list takes several events."""

    matter: Matter
    key: str
    owing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyOpened(Event):
    """A survey is open, or it is time for a log check."""

    matter: Matter
    key: str
    next_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyNudged(Event):
    """A reminder is due: to ``people``, or to the region if none are named."""

    matter: Matter
    key: str
    rung: int
    people: tuple[str, ...] = ()
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyEscalated(Event):
    """Reminders did not help: a coordinator must act. ``missing`` says how many are still missing."""

    matter: Matter
    key: str
    rung: int
    missing: int
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutySettled(Event):
    """A duty is over: ``done``, ``nothing_owed`` or ``missing``."""

    matter: Matter
    key: str
    outcome: str


EVENTS: tuple[type[Event], ...] = (DutyOwed, DutyOpened, DutyNudged, DutyEscalated, DutySettled)
Step = DutyOwed | DutyOpened | DutyNudged | DutyEscalated | DutySettled


def on_due(state: Term, now: datetime, rules: Rules, facts: TermFacts) -> tuple[Event, ...]:
    """Return the steps of every duty whose next step ``now`` has passed."""
    return tuple(event for duty in state.duties_due(now) for event in _steps(state, duty, now, rules, facts))


def _steps(state: Term, duty: Duty, now: datetime, rules: Rules, facts: TermFacts) -> tuple[Event, ...]:
    """Return the steps of one duty up to ``now``; after an outage, a survey may open and be late at the same time."""
    events: tuple[Step, ...] = ()
    while duty.next_at is not None and duty.next_at <= now:
        following = _step(state, duty, now, rules, facts)
        for event in following:
            duty = after_step(duty, event)
        events = (*events, *following)
    return events


def _step(state: Term, duty: Duty, now: datetime, rules: Rules, facts: TermFacts) -> tuple[Step, ...]:
    if duty.closes_at is not None and duty.closes_at <= now:
        return (_settle(duty, "missing"),)
    if not duty.opened and duty.matter is not Matter.MONTHLY_RECORD:
        return _begin(state, duty, rules, facts)
    owed: tuple[Step, ...] = ()
    if not duty.opened:
        owing = facts.mentors.get(duty.key, ())
        if not owing:
            return (_settle(duty, "nothing_owed"),)
        owed = tuple(DutyOwed(matter=duty.matter, key=duty.key, owing=part) for part in _parts(owing))
        duty = replace(duty, owing=owing)
    return (*owed, *_rung(duty, now, rules, facts))


def _begin(state: Term, duty: Duty, rules: Rules, facts: TermFacts) -> tuple[Step, ...]:
    """Return the steps that open a survey or a log check, or settle it if nobody owes it."""
    calendar, ladder = rules.calendar, ladder_of(rules, duty.matter, duty.key)
    next_at = rung_at(calendar, ladder, duty.due, 0) or duty.closes_at or duty.due
    opened = DutyOpened(matter=duty.matter, key=duty.key, next_at=next_at)
    if duty.matter is Matter.LOG_CHECK:
        return (opened,) if facts.meeting else (_settle(duty, "nothing_owed"),)
    owing = (state.region,) if duty.key in _OF_THE_REGION else facts.administrators
    if not owing:
        return (_settle(duty, "nothing_owed"),)
    owed = tuple(DutyOwed(matter=duty.matter, key=duty.key, owing=part) for part in _parts(owing))
    return (*owed, opened)


def _rung(duty: Duty, now: datetime, rules: Rules, facts: TermFacts) -> tuple[Step, ...]:
    """Return the last rung that has passed, for those who still owe something and are active."""
    ladder = ladder_of(rules, duty.matter, duty.key)
    rung, number = climb(rules.calendar, ladder, duty.due, duty.rung, now)
    next_at = rung_at(rules.calendar, ladder, duty.due, number)
    if duty.closes_at is not None:
        next_at = min(next_at or duty.closes_at, duty.closes_at)
    late = _late(duty, facts)
    if not late or rung is None:
        missing = bool(late) or (duty.matter is Matter.MONTHLY_RECORD and bool(duty.late))
        return (_settle(duty, "missing" if missing else "done" if duty.done else "nothing_owed"),)
    if rung.step is StepKind.ESCALATE:
        escalated = DutyEscalated(
            matter=duty.matter, key=duty.key, rung=number, missing=len(late), next_at=next_at
        )
        return (escalated,)
    people = () if duty.matter is Matter.LOG_CHECK or duty.key in _OF_THE_REGION else late
    return tuple(
        DutyNudged(matter=duty.matter, key=duty.key, rung=number, people=part, next_at=next_at)
        for part in _parts(people)
    )


def _late(duty: Duty, facts: TermFacts) -> tuple[str, ...]:
    """Return those who still owe a duty, without mentors whose relationships are all paused or ended."""
    if duty.matter is Matter.LOG_CHECK:
        return tuple(pair for pair in facts.meeting if pair not in duty.done)
    if duty.matter is Matter.MONTHLY_RECORD:
        return tuple(mentor for mentor in duty.late if mentor in facts.active)
    return duty.late


def _settle(duty: Duty, outcome: str) -> DutySettled:
    return DutySettled(matter=duty.matter, key=duty.key, outcome=outcome)


def settled_by(duty: Duty, owner: str) -> tuple[Event, ...]:
    """Return the end of a duty after the submission of ``owner``, if nothing else is missing."""
    left = any(one != owner for one in duty.late)
    return () if not duty.opened or duty.settled or left else (_settle(duty, "done"),)


def _parts(ids: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Cut a list into parts that fit into an event; an empty list gives one empty part."""
    yield from (ids[start : start + PART] for start in range(0, max(len(ids), 1), PART))


def after_step(duty: Duty, event: Step) -> Duty:
    """Return a duty after one of its steps."""
    match event:
        case DutyOwed():
            return replace(duty, opened=True, owing=tuple(dict.fromkeys((*duty.owing, *event.owing))))
        case DutyOpened():
            return replace(duty, opened=True, next_at=event.next_at)
        case DutyNudged() | DutyEscalated():
            return replace(duty, rung=event.rung, next_at=event.next_at)
        case DutySettled():
            return settle(duty, event.outcome)


def evolve(state: Term, event: Event, stamp: Stamp) -> Term:
    """Return the state after a step: the duty, and the task of coordinators that belongs to it."""
    if not isinstance(event, Step):
        raise TypeError(type(event).__name__)
    after = state.with_duty(event.matter, event.key, lambda duty: after_step(duty, event))
    kind, todo = _TASKS[event.matter], state.tasks
    if isinstance(event, DutyOpened) and event.matter is Matter.LOG_CHECK:
        duty = after.duty(event.matter, event.key)
        due = duty.due if duty else None
        todo = tasks.open_task(
            todo, state.id, stamp, kind, why=(event.matter.value,), subject=event.key, due_at=due
        )
    elif isinstance(event, DutyEscalated):
        why = (event.matter.value, f"missing_{event.missing}")
        todo = tasks.open_task(todo, state.id, stamp, kind, why=why, subject=event.key)
    elif isinstance(event, DutySettled):
        todo = tasks.close_tasks(todo, stamp, kind, subject=event.key, outcome=event.outcome)
    return replace(after, tasks=todo)


def notices(after: Term, event: Event, seq: int) -> tuple[Notice, ...]:
    """Return the emails of a step: to people who owe the duty, or to the contacts of the region."""
    if not isinstance(event, DutyOpened | DutyNudged | DutyEscalated):
        return ()
    duty = after.duty(event.matter, event.key)
    assert duty is not None  # noqa: S101 - the event is one of the duty's own
    data = {"about": duty.matter.value, "key": duty.key, **_days(duty)}
    match event:
        case DutyOpened():
            kind = NoticeKind.TERM_SURVEY_OPEN if duty.matter is Matter.SURVEY else _KINDS[duty.matter]
            return _to(after, seq, kind, _people(after, duty), rung="0", **data)
        case DutyNudged():
            return _to(after, seq, _KINDS[duty.matter], event.people, rung=str(event.rung), **data)
        case DutyEscalated():
            missing = str(event.missing)
            return (
                notice(after.id, seq, NoticeKind.TERM_TASK, region=after.region, missing=missing, **data),
            )


def _days(duty: Duty) -> dict[str, str]:
    return {"since": instant_text(duty.opens_at), "due": instant_text(duty.due)}


def _people(after: Term, duty: Duty) -> tuple[str, ...]:
    """Return the people of a duty; empty if the region owes it."""
    return () if after.region in duty.owing else duty.owing


def _to(after: Term, seq: int, kind: NoticeKind, people: tuple[str, ...], **data: str) -> tuple[Notice, ...]:
    if not people:
        return (notice(after.id, seq, kind, region=after.region, **data),)
    return tuple(notice(after.id, seq, kind, person=person, **data) for person in people)
