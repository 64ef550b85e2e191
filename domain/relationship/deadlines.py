"""Timers and the ladder: whom to remind, when, and when a reminder becomes a coordinator's task.

A timer has a due instant and climbs the rungs that the program gives its subject. After an outage only the last rung
that was missed is fired: people get one reminder, never three at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.journal import Event
from domain.rules.ladder import Audience, StepKind
from domain.rules.program import Rules, Subject

Timers = tuple["Timer", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A running deadline: subject, the instant it is due, the instant it fires next, rungs already climbed.

    Where a subject can have several at once, ``about`` tells them apart: the form that is owed.
    A timer without a rung left (or whose subject has no ladder) fires once, at ``due``, for the stage room to act.
    """

    subject: Subject
    due: datetime
    next_at: datetime
    rung: int = 0
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeDue(Event):
    """A reminder is due: subject, number of the rung from 1, whom it addresses, when the next rung fires."""

    subject: Subject
    rung: int
    to: Audience
    next_at: datetime | None = None
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(Event):
    """Reminders did not help, or a task is late: a coordinator must act."""

    subject: Subject
    rung: int
    next_at: datetime | None = None
    about: str = ""


EVENTS: tuple[type[Event], ...] = (NudgeDue, Escalated)


def started(rules: Rules, subject: Subject, due: datetime, about: str = "") -> Timer:
    """A timer for ``subject``, armed for the first rung, or for the due instant where there is none."""
    return Timer(subject=subject, due=due, next_at=_rung_at(rules, subject, due, 0) or due, about=about)


def rearmed(timers: Timers, rules: Rules, after: Rules) -> Timers:
    """The timers as other rules have them by now: the same due days, the next rung by the ladders of ``after``.

    A new ladder with fewer rungs than were climbed still has its last one to go: that is where a coordinator is asked.
    """
    kept: Timers = ()
    for timer in timers:
        rung = min(timer.rung, max(len(after.ladder(timer.subject)) - 1, 0))
        then = _rung_at(rules, timer.subject, timer.due, timer.rung) or timer.due
        now = _rung_at(after, timer.subject, timer.due, rung) or timer.due
        same = then == now and rung == timer.rung
        kept = (*kept, timer if same else replace(timer, rung=rung, next_at=now))
    return kept


def after_days(rules: Rules, subject: Subject, now: datetime, days: int, about: str = "") -> Timer:
    """A timer due on the first working day at least ``days`` calendar days from the local date of ``now``."""
    return started(rules, subject, rules.calendar.after(rules.calendar.local_date(now), days), about)


def put(timers: Timers, *new: Timer) -> Timers:
    """The timers with ``new`` ones in place of those that are about the same, ordered by subject."""
    known = {(timer.subject, timer.about): timer for timer in (*timers, *new)}
    order = list(Subject)
    return tuple(known[key] for key in sorted(known, key=lambda key: (order.index(key[0]), key[1])))


def dropped(timers: Timers, *subjects: Subject, about: str | None = None) -> Timers:
    """The timers without those of ``subjects``; with ``about``, without the one of each that it names."""
    return tuple(
        timer for timer in timers if timer.subject not in subjects or about not in (None, timer.about)
    )


def earliest(timers: Timers) -> Timer | None:
    """The timer that fires first, the stage order deciding between equals."""
    return min(timers, key=lambda timer: timer.next_at, default=None)


def moved(rules: Rules, timers: Iterable[Timer], days: int) -> Timers:
    """The timers moved by calendar days, keeping the local hour across a change of clocks.

    The next rung counts from the new due day: ``climb`` looks for it there, and a day moved by itself may be no
    working day.
    """
    calendar = rules.calendar

    def shift(timer: Timer) -> Timer:
        local = timer.due.astimezone(calendar.zone)
        due = calendar.at(local.date() + timedelta(days=days), local.time())
        return replace(timer, due=due, next_at=_rung_at(rules, timer.subject, due, timer.rung) or due)

    return tuple(shift(timer) for timer in timers)


def climb(timer: Timer, now: datetime, rules: Rules) -> Event | None:
    """The event of the last rung that ``now`` has passed, or None where the subject has no ladder."""
    rungs = rules.ladder(timer.subject)
    number = timer.rung
    passed = None
    while number < len(rungs):
        at = _rung_at(rules, timer.subject, timer.due, number)
        if at is None or at > now:
            break
        passed, number = rungs[number], number + 1
    if passed is None:
        return None
    following = _rung_at(rules, timer.subject, timer.due, number)
    if passed.step is StepKind.ESCALATE:
        return Escalated(subject=timer.subject, rung=number, next_at=following, about=timer.about)
    return NudgeDue(subject=timer.subject, rung=number, to=passed.to, next_at=following, about=timer.about)


def climbed(timers: Timers, event: NudgeDue | Escalated) -> Timers:
    """The timers after a rung: armed for the next, or gone where it was the last."""
    if event.next_at is None:
        return dropped(timers, event.subject, about=event.about)
    next_at, same = event.next_at, (event.subject, event.about)
    return tuple(
        replace(timer, rung=event.rung, next_at=next_at) if (timer.subject, timer.about) == same else timer
        for timer in timers
    )


def _rung_at(rules: Rules, subject: Subject, due: datetime, number: int) -> datetime | None:
    rungs = rules.ladder(subject)
    if number >= len(rungs):
        return None
    days = rungs[number].after_days
    if days == 0:
        return due
    return max(due, rules.calendar.after(rules.calendar.local_date(due), days))
