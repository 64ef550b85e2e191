"""Faults in the table `matching` of a program file."""

from collections.abc import Iterator
from typing import Final

from domain.codec import Fault
from domain.rules.checks.codes import choice_faults
from domain.rules.program import Consultation, Rules

MOST_WEEKS: Final = 26


def faults(rules: Rules) -> Iterator[Fault]:
    """Return what is wrong with the years that a mentor needs, with weeks, and with answers and reasons."""
    matching = rules.matching
    if matching.still_looking_weeks is not None and not 1 <= matching.still_looking_weeks <= MOST_WEEKS:
        yield Fault("matching.still_looking_weeks", f"write a number of weeks from 1 to {MOST_WEEKS}")
    for name in ("training_valid_years", "mentor_years", "mentor_away_years"):
        if not 0 <= getattr(matching, name) <= 40:
            yield Fault(f"matching.{name}", "write a number of years from 0 to 40")
    consults = matching.consultation is not Consultation.NONE
    answers = matching.consultation_answers
    yield from choice_faults("matching.consultation_answers", answers, consults, "nobody is asked")
    waived = matching.conflicts_waivable and bool(matching.conflict_kinds)
    reasons = matching.waiver_reasons
    yield from choice_faults("matching.waiver_reasons", reasons, waived, "no conflict can be waived")
