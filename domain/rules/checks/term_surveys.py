"""Faults in the tables `term_surveys` of a program file."""

from collections.abc import Iterator

from domain.codec import Fault
from domain.rules.checks.ladders import LONGEST_LADDER, duty_faults
from domain.rules.ladder import Audience
from domain.rules.program import Rules


def faults(rules: Rules) -> Iterator[Fault]:
    """Return surveys of a region that close too early or too late, and what is wrong with their ladders."""
    for name, survey in rules.region_surveys():
        here = f"term_surveys.{name}"
        if survey.closes_days <= survey.due_days:
            yield Fault(f"{here}.closes_days", "not later than due_days; write more days")
        if survey.closes_days > survey.opens_days_before_end + LONGEST_LADDER:
            yield Fault(f"{here}.closes_days", f"more than {LONGEST_LADDER} days after the term; write fewer")
        open_for = survey.closes_days - survey.due_days - 1
        yield from duty_faults(f"{here}.ladder", survey.ladder, Audience.LATE, open_for)
