"""Faults in the rules of a program file, table by table. A region's own rules are checked in the same way."""

from collections.abc import Iterator

from domain.codec import Fault
from domain.rules.checks import (
    agreement,
    calendar,
    codes,
    cover,
    eligibility,
    intake,
    ladders,
    log_check,
    matching,
    meetings,
    money,
    monthly_record,
    observations,
    retention,
    schedule,
    staff_acts,
    survey,
    term_surveys,
    values,
)
from domain.rules.program import Rules


def rule_faults(rules: Rules) -> Iterator[Fault]:
    """Return everything that is wrong with rules whose values have the right types."""
    yield from values.head_faults(rules)
    yield from codes.code_faults(rules)
    yield from values.number_faults(rules)
    yield from intake.faults(rules)
    yield from eligibility.faults(rules)
    yield from matching.faults(rules)
    dated = tuple(calendar.faults(rules.calendar))
    yield from dated
    if not dated:
        yield from rhythm_faults(rules)
    for table in (meetings, survey, agreement, retention, observations, cover, schedule, ladders):
        yield from table.faults(rules)
    for table in (monthly_record, log_check, term_surveys, money, staff_acts):
        yield from table.faults(rules)


def rhythm_faults(rules: Rules) -> Iterator[Fault]:
    """Return what is wrong with the rhythms: first those of the Letter, because those of meetings must fit them."""
    wrong = tuple(agreement.rhythm_faults(rules))
    yield from wrong
    if not any(fault.path.endswith(".every") or fault.path == "calendar.breaks" for fault in wrong):
        yield from meetings.rhythm_faults(rules)
