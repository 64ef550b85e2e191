"""The ladder as data: the steps after a due day, each with its audience.

``relationship/any_stage/reminders`` climbs the ladders of a relationship, ``term/reminders`` those of a term.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.calendar import Calendar


class Audience(StrEnum):
    """Who gets a rung of a ladder. A reminder to ``coordinator`` is an email, not a task."""

    MENTOR = "mentor"
    MENTEE = "mentee"
    BOTH = "both"
    LATE = "late"
    COORDINATOR = "coordinator"


class StepKind(StrEnum):
    """The kind of a rung: a reminder goes to people; an escalation opens a coordinator's task (ESE-14)."""

    REMIND = "remind"
    ESCALATE = "escalate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder: how many calendar days after the due day it comes, what it does, and who gets it."""

    after_days: int
    step: StepKind
    to: Audience


def rung_at(calendar: Calendar, ladder: Sequence[Rung], due: datetime, number: int) -> datetime | None:
    """Return the instant of a rung, counted from 0; None if the ladder has no such rung."""
    if number >= len(ladder):
        return None
    days = ladder[number].after_days
    return due if days == 0 else max(due, calendar.after(calendar.local_date(due), days))


def climb(
    calendar: Calendar, ladder: Sequence[Rung], due: datetime, number: int, now: datetime
) -> tuple[Rung | None, int]:
    """Return the last rung that ``now`` has passed and its number from 1: one email after an outage, not three.

    ``number`` is that of the rungs already climbed.
    """
    passed = None
    while (at := rung_at(calendar, ladder, due, number)) is not None and at <= now:
        passed, number = ladder[number], number + 1
    return passed, number
