"""Timers and the ladder: who is reminded, when, and when a reminder becomes a coordinator's task.

A timer has a due instant and climbs the rungs that the program gives its subject. After an outage, only the last missed
rung fires: people get one reminder, never three at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from domain.relationship.reminder_days import rung_at
from domain.rules.program import DeadlineKind, Rules

Timers = tuple["Timer", ...]
RESTS: Final = 4
"""From this engine on, no ladder nags on the day on which somebody catches up with what it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A running deadline: subject, the instant it is due, the instant it fires next, rungs already climbed.

    If a subject can have several timers at once, ``about`` tells them apart: it names the form that is owed. A timer
    with no rung left, or whose subject has no ladder, fires once, at ``due``, so that the stage's room can act.
    ``begins`` is the instant from which its rungs count, if that is not ``due``.
    """

    subject: DeadlineKind
    due: datetime
    next_at: datetime
    rung: int = 0
    about: str = ""
    begins: datetime | None = None

    @property
    def counts_from(self) -> datetime:
        """The instant from which the days of its rungs count."""
        return self.begins or self.due


def timer_for(rules: Rules, subject: DeadlineKind, due: datetime, about: str = "") -> Timer:
    """Return a timer for ``subject``, armed for the first rung, or for the due instant if there is none."""
    return Timer(subject=subject, due=due, next_at=rung_at(rules, subject, due, 0) or due, about=about)


def rearm(timers: Timers, rules: Rules, after: Rules) -> Timers:
    """Return the timers under other rules: the same due days, and the next rung by the ladders of ``after``.

    If a new ladder has no rung left after those climbed, its last rung still fires, because it asks a coordinator.
    """
    kept: Timers = ()
    for timer in timers:
        rung = min(timer.rung, max(len(after.ladder(timer.subject)) - 1, 0))
        then = rung_at(rules, timer.subject, timer.counts_from, timer.rung) or timer.due
        now = rung_at(after, timer.subject, timer.counts_from, rung) or timer.due
        same = then == now and rung == timer.rung
        kept = (*kept, timer if same else replace(timer, rung=rung, next_at=now))
    return kept


def after_grace(rules: Rules, timer: Timer, now: datetime) -> Timer:
    """Return a timer of which no rung fires before 09:00 of the next working day (C20).

    If one would, its ladder begins on that morning, with the first rung; the due instant stays the same.
    """
    calendar = rules.calendar
    morning = calendar.after(calendar.local_date(now), 1)
    if timer.next_at >= morning:
        return timer
    ladder = rules.ladder(timer.subject)
    first = ladder[0].after_days if ladder else 0
    begins = calendar.at(calendar.local_date(morning) - timedelta(days=first))
    return replace(timer, begins=begins, next_at=morning, rung=0)


def put_off(engine: int, rules: Rules, timers: Iterable[Timer], now: datetime) -> Timers | None:
    """Return those timers that would fire before 09:00 of the next working day, so that their ladders begin there.

    None if there are none, or in a run that decides in an older way.
    """
    pairs = ((timer, after_grace(rules, timer, now)) for timer in timers) if engine >= RESTS else ()
    return tuple(later for timer, later in pairs if later != timer) or None


def of_subject(timers: Timers, subject: DeadlineKind) -> Timers:
    """Return the timers of one subject."""
    return tuple(timer for timer in timers if timer.subject is subject)


def timer_after(rules: Rules, subject: DeadlineKind, now: datetime, days: int, about: str = "") -> Timer:
    """Return a timer due on the first working day at least ``days`` calendar days from the local date of ``now``."""
    return timer_for(rules, subject, rules.calendar.after(rules.calendar.local_date(now), days), about)


def still_looking(rules: Rules, now: datetime) -> Timers:
    """Return the timer for the next word to an applicant who waits for a mentor; none if the program sends none."""
    weeks = rules.matching.still_looking_weeks
    return () if weeks is None else (timer_after(rules, DeadlineKind.STILL_LOOKING, now, 7 * weeks),)


def put(timers: Timers, *new: Timer) -> Timers:
    """Return the timers with ``new`` in place of those with the same subject and ``about``, ordered by subject."""
    known = {(timer.subject, timer.about): timer for timer in (*timers, *new)}
    order = list(DeadlineKind)
    return tuple(known[key] for key in sorted(known, key=lambda key: (order.index(key[0]), key[1])))


def drop(timers: Timers, *subjects: DeadlineKind, about: str | None = None) -> Timers:
    """Return the timers without those of ``subjects``; if ``about`` is given, drop only the ones about that."""
    return tuple(
        timer for timer in timers if timer.subject not in subjects or about not in (None, timer.about)
    )


def earliest(timers: Timers) -> Timer | None:
    """Return the timer that fires first; between equals, the order of the stages decides."""
    return min(timers, key=lambda timer: timer.next_at, default=None)


def shift(rules: Rules, timers: Iterable[Timer], days: int) -> Timers:
    """Return the timers moved by calendar days; the local hour stays the same when the clocks change.

    The next rung counts from the new due day, because ``climb`` looks for it there, and because a rung's day that is
    moved by itself may not be a working day.
    """
    calendar = rules.calendar

    def later(instant: datetime) -> datetime:
        local = instant.astimezone(calendar.zone)
        return calendar.at(local.date() + timedelta(days=days), local.time())

    def shift(timer: Timer) -> Timer:
        due = later(timer.due)
        begins = None if timer.begins is None else later(timer.begins)
        next_at = rung_at(rules, timer.subject, begins or due, timer.rung) or due
        return replace(timer, due=due, begins=begins, next_at=next_at)

    return tuple(shift(timer) for timer in timers)
