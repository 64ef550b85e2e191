"""Faults in the table `survey` of a program file."""

from collections.abc import Iterator

from domain.codec import Fault
from domain.rules.intake import TermDates
from domain.rules.program import DeadlineKind, Rules

SMALLEST_GROUP, LARGEST_GROUP = 3, 100


def faults(rules: Rules) -> Iterator[Fault]:
    """Return what is wrong with the days of the closing survey."""
    survey = rules.survey
    if survey.closes_days <= survey.due_days:
        yield Fault(
            "survey.closes_days", "not later than due_days; the survey must stay open after its due day"
        )
    for number, rung in enumerate(rules.ladder(DeadlineKind.SURVEY)):
        if rung.after_days >= survey.closes_days - survey.due_days:
            yield Fault(
                f"ladders.survey[{number}].after_days", "comes after the survey has closed; write fewer days"
            )


def group_faults(rules: Rules) -> Iterator[Fault]:
    """Return a minimum group size that is missing, too small or too large."""
    if not SMALLEST_GROUP <= rules.survey.small_group <= LARGEST_GROUP:
        what = f"missing; write a number from {SMALLEST_GROUP} to {LARGEST_GROUP}"
        yield Fault("survey.small_group", what if not rules.survey.small_group else what.partition("; ")[2])


def end_faults(rules: Rules, term: TermDates) -> Iterator[Fault]:
    """Return a survey that would open before mentoring begins; ``term`` is any cycle of the program."""
    length = rules.intake.days(term)
    if rules.survey.opens_days_before_end >= length:
        here = "survey.opens_days_before_end"
        yield Fault(here, f"opens before mentoring begins, because it lasts {length} days; write fewer days")
