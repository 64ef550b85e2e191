"""The sample rules with other parts: for programs that decide in other ways."""

from dataclasses import replace
from datetime import date, time
from typing import Any

from domain.rules.ladder import Audience, Rung, StepKind
from domain.rules.meetings import (
    Booking,
    CoverApprover,
    CoverCost,
    CoverRules,
    DistrictSlot,
    ObservationRules,
    ScheduleRules,
    Weekday,
)
from domain.rules.money import MoneyUnit as MoneyUnit
from domain.rules.program import (
    Appeal,
    Lapse,
    Refusals,
    Rules,
)
from tests.domain.builders import RULES, TASK_LADDER


def with_rules(**parts: Any) -> Rules:
    """Return the sample rules with whole parts replaced."""
    return replace(RULES, **parts)


BY_PERSON = with_rules(
    refusals=Refusals.BY_PERSON,
    refusal_appeal=Appeal.NEW_APPLICATION,
    membership_lapse=Lapse.HOLD,
    eligibility=replace(RULES.eligibility, refusal_days=7),
    ladders={**RULES.ladders, "refusal": TASK_LADDER},
)
"""The sample rules of a program in which a person decides on refusals, and a refused person may apply again."""


RICH = with_rules(
    meetings=replace(
        RULES.meetings,
        first_meeting_only=("entry_plan",),
        quick_logs=True,
        group_logs=True,
        referrals=True,
    ),
    observations=ObservationRules(
        booked_by=Booking.PAIR,
        required=2,
        needs_cover=True,
        shortest_minutes=20,
        longest_minutes=90,
        due_days_before_end=60,
    ),
    cover=CoverRules(
        minutes_per_pair=120,
        approver=CoverApprover.COORDINATOR,
        refusal_reasons=("none_free", "no_substitute"),
        cost=CoverCost.HOURLY,
        cents_per_hour=2501,
    ),
    schedule=ScheduleRules(
        slots=(
            DistrictSlot(code="early_release", weekday=Weekday.WEDNESDAY, begins=time(13, 30), minutes=60),
            DistrictSlot(code="orientation", on=date(2026, 8, 20), begins=time(9, 0), minutes=120),
        ),
        places=("school", "online"),
    ),
    ladders={
        **RULES.ladders,
        "observation": (
            Rung(after_days=0, step=StepKind.REMIND, to=Audience.BOTH),
            Rung(after_days=7, step=StepKind.ESCALATE, to=Audience.COORDINATOR),
        ),
    },
)
"""The sample rules of a program that has everything: quick notes, groups, observations, cover, slots."""
