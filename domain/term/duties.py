"""Duties of a term in one region: what is owed by which day, by whom, and the next step of its ladder.

Mentors owe a monthly record, a log check covers relationships, and the region or people owe a survey.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.rules.program import Rules
from domain.rules.term import (
    Ladder,
    LogCheckRules,
    MonthlyRecordRules,
    TermSurveyRules,
)


class Matter(StrEnum):
    """The kind of a duty. With the key (a month, a period, an audience) it names one duty of a term."""

    MONTHLY_RECORD = "monthly_record"
    LOG_CHECK = "log_check"
    SURVEY = "survey"


class SurveyAudience(StrEnum):
    """Who answers a survey of the region (MASA-23, ESE-1, ESE-18); the key of its duty."""

    CONTACT = "contact"
    ADMINISTRATOR = "administrator"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One thing owed in a term. ``next_at`` is the time of the next step, None once it is settled.

    ``opened`` says that it was determined who owes it. ``owing`` are mentors, relationships, people or the region;
    ``done`` are those who have done it. ``settled`` is done, nothing_owed or missing.
    """

    matter: Matter
    key: str
    opens_at: datetime
    due: datetime
    closes_at: datetime | None = None
    next_at: datetime | None = None
    opened: bool = False
    rung: int = 0
    owing: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    settled: str = ""

    @property
    def late(self) -> tuple[str, ...]:
        """Those who still owe it."""
        return tuple(one for one in self.owing if one not in self.done)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A duty as planned when the term opens."""

    matter: Matter
    key: str
    opens_at: datetime
    due: datetime
    closes_at: datetime | None = None
    next_at: datetime


def ladder_of(rules: Rules, matter: Matter, key: str) -> Ladder:
    """Return the rungs of a duty; empty if the rules do not have it."""
    table: MonthlyRecordRules | LogCheckRules | TermSurveyRules | None
    if matter is Matter.MONTHLY_RECORD:
        table = rules.monthly_record
    elif matter is Matter.LOG_CHECK:
        table = rules.log_check
    else:
        table = dict(rules.region_surveys()).get(key)
    return () if table is None else table.ladder


def of_plan(plan: Planned) -> Duty:
    """Return the duty that begins from a plan."""
    return Duty(
        matter=plan.matter,
        key=plan.key,
        opens_at=plan.opens_at,
        due=plan.due,
        closes_at=plan.closes_at,
        next_at=plan.next_at,
    )


def settle(duty: Duty, outcome: str) -> Duty:
    """Return the duty, settled with an outcome."""
    return replace(duty, settled=outcome, next_at=None)
