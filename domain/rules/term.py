"""The rules for deadlines that belong to no single relationship; ``none`` in the file is None here.

The term's own stream, one for each region, keeps these deadlines (``domain/term``).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from domain.calendar import Rhythm
from domain.rules.ladder import Rung

Ladder = tuple[Rung, ...]
REGION_AUDIENCES = ("contact", "administrator", "district")
"""Survey audiences of a region, which belong to no pair (MASA-23, ESE-18)."""
LISTENING_DAYS: Final = 60
"""The number of days after a term during which its stream still accepts late submissions."""


class MonthDue(StrEnum):
    """The day on which the record of a month is due."""

    LAST_WORKING_DAY = "last_working_day"
    NEXT_WORKING_DAY = "next_working_day"


class RecordBy(StrEnum):
    """Who writes the monthly record: each mentor writes one, whatever the number of mentees (NEA-52)."""

    MENTOR = "mentor"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyRecordRules:
    """One record per mentor and month (NEA-52). ``months`` are numbers such as ``09``."""

    months: tuple[str, ...]
    due: MonthDue
    by: RecordBy
    ladder: Ladder


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCheckRules:
    """The coordinator's regular check of the logs, with the evidence used (ESE-13)."""

    every: Rhythm
    opens_days: int
    evidence: tuple[str, ...]
    findings: tuple[str, ...]
    ladder: Ladder


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSurveyRules:
    """A survey of the region: how many days before the end of the term it opens, and when it is due and closes."""

    opens_days_before_end: int
    due_days: int
    closes_days: int
    ladder: Ladder


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSurveys:
    """The surveys of people outside the pairs (MASA-23, ESE-1, ESE-18); an audience that is not asked is None."""

    contact: TermSurveyRules | None
    administrator: TermSurveyRules | None
    district: TermSurveyRules | None

    def by_audience(self) -> tuple[tuple[str, TermSurveyRules], ...]:
        """Return the surveys of the program, each with its audience, in a fixed order."""
        every: tuple[tuple[str, TermSurveyRules | None], ...] = (
            ("contact", self.contact),
            ("administrator", self.administrator),
            ("district", self.district),
        )
        return tuple((audience, survey) for audience, survey in every if survey is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionContactRules:
    """The check that each region has an active contact (MASA-3). If it has none, a task is open until one is named."""

    look_days: int


def months_between(first: date, last: date) -> tuple[date, ...]:
    """Return the first day of each month with a day from ``first`` to ``last``."""
    months, day = [first.replace(day=1)], first.replace(day=1)
    while (day := day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1)) <= last:
        months.append(day)
    return tuple(months)


def month_end(first: date) -> date:
    """Return the first day of the month after the month of ``first``."""
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)
