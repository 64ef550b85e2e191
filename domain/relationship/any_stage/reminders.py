"""In any stage: what a deadline with a ladder does. It reminds people, and then it becomes a coordinator's task."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from domain import tasks
from domain.actors import Side
from domain.codec import LATER
from domain.forms.model import Filler
from domain.journal import Event
from domain.messages import Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, Timers, drop
from domain.relationship.next_meeting import NAMES_PERIOD, period_of
from domain.relationship.reminder_days import rung_at
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules import ladder
from domain.rules.ladder import Audience, StepKind
from domain.rules.program import DeadlineKind, Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeDue(Event):
    """A reminder is due: subject, number of the rung from 1, whom it addresses, and when the next rung fires.

    ``period`` says which meeting is owed: that of a month (``2026-10``), or the one that was due by a day.
    """

    subject: DeadlineKind
    rung: int
    to: Audience
    next_at: datetime | None = None
    about: str = ""
    period: str | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(Event):
    """Reminders did not help, or a task is late: a coordinator must act."""

    subject: DeadlineKind
    rung: int
    next_at: datetime | None = None
    about: str = ""


EVENTS: tuple[type[Event], ...] = (NudgeDue, Escalated)
SPARES_SIGNED: Final = 4
"""From this engine on, who has signed the agreement is not reminded of it."""


def on_due(state: Relationship, timer: Timer, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Return the event of the last rung that was missed; without a ladder, a coordinator's task at once."""
    escalated = Escalated(subject=timer.subject, rung=timer.rung + 1, about=timer.about)
    step = climb(timer, now, rules) or escalated
    names = timer.subject is DeadlineKind.MEETING and state.engine >= NAMES_PERIOD
    if names and isinstance(step, NudgeDue):
        step = replace(step, period=period_of(state, timer, rules))
    return (step,)


def climb(timer: Timer, now: datetime, rules: Rules) -> Event | None:
    """Return the event of the last rung that ``now`` has passed, or None if the subject has no rung left."""
    rungs = rules.ladder(timer.subject)
    passed, number = ladder.climb(rules.calendar, rungs, timer.counts_from, timer.rung, now)
    if passed is None:
        return None
    following = rung_at(rules, timer.subject, timer.counts_from, number)
    if passed.step is StepKind.ESCALATE:
        return Escalated(subject=timer.subject, rung=number, next_at=following, about=timer.about)
    return NudgeDue(subject=timer.subject, rung=number, to=passed.to, next_at=following, about=timer.about)


def _after_rung(timers: Timers, event: NudgeDue | Escalated) -> Timers:
    """Return the timers after a rung: armed for the next, or gone if it was the last."""
    if event.next_at is None:
        return drop(timers, event.subject, about=event.about)
    next_at, same = event.next_at, (event.subject, event.about)
    return tuple(
        replace(timer, rung=event.rung, next_at=next_at) if (timer.subject, timer.about) == same else timer
        for timer in timers
    )


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case NudgeDue():
            return replace(state, timers=_after_rung(state.timers, event))
        case Escalated():
            return _evolve_escalated(state, event, stamp)
    raise TypeError(type(event).__name__)


def _evolve_escalated(state: Relationship, event: Escalated, stamp: Stamp) -> Relationship:
    timers = _after_rung(state.timers, event)
    kind = tasks.OF_SUBJECT.get(event.subject.value)
    if kind is None:
        return replace(state, timers=timers)  # the late task is open already; the email says that it is late
    if any(
        task.open and task.kind is tasks.TaskKind.FILL_FORM and task.subject == event.about
        for task in state.tasks
    ):
        return replace(state, timers=timers)
    why = (f"{event.subject.value}_overdue",)
    todo = tasks.open_task(state.tasks, state.id, stamp, kind, why=why, subject=event.about)
    return replace(state, timers=timers, tasks=todo)


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case NudgeDue():
            return _reminders(state, event, stamp)
        case Escalated():
            return notice_to.region(state, stamp, state.region, NoticeKind.TASK_FOR_REGION, **_about(event))
    return ()


def _about(event: NudgeDue | Escalated) -> dict[str, str]:
    """Return what a reminder or a task is about; for a form, which one."""
    about = {"about": event.subject.value}
    return {**about, "forms": event.about} if event.about else about


def _reminders(state: Relationship, event: NudgeDue, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the reminders to the people whom the rung addresses and who still owe something."""
    kind, data = NoticeKind.REMINDER, {**_about(event), "rung": str(event.rung)}
    if event.period is not None:
        data["period"] = event.period
    owed = next((each.by for each in state.owed if each.form == event.about), None)
    if event.to is Audience.COORDINATOR or owed is Filler.COORDINATOR:
        return notice_to.region(state, stamp, state.region, kind, **data)
    sides: tuple[Side, ...]
    match event.to:
        case Audience.MENTOR:
            sides = (Side.MENTOR,)
        case Audience.MENTEE:
            sides = (Side.MENTEE,)
        case Audience.LATE if owed is not None:
            sides = (Side(owed.value),)
        case Audience.LATE:
            sides = tuple(side for side in Side if side not in state.survey.answered)
        case _:
            sides = (Side.MENTOR, Side.MENTEE)
    draft = state.agreement.draft
    if event.subject is DeadlineKind.AGREEMENT and draft is not None and state.engine >= SPARES_SIGNED:
        sides = tuple(side for side in sides if side not in draft.signed_by)
    people = tuple(person for side in sides if (person := state.person_of(side)))
    return tuple(each for person in people for each in notice_to.person(state, stamp, person, kind, **data))


ROOM = Room(events=EVENTS, evolve=evolve, notices=notices)
