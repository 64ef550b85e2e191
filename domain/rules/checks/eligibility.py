"""Faults in the table `eligibility` of a program file."""

from collections.abc import Iterator

from domain.codec import Fault
from domain.fault_words import missing
from domain.rules.checks.codes import choice_faults
from domain.rules.program import Rules


def faults(rules: Rules) -> Iterator[Fault]:
    """Return what is wrong with the reasons for special applications, and with the days to decide on a refusal."""
    special, reasons = rules.eligibility.special_applications, rules.eligibility.special_reasons
    yield from choice_faults("eligibility.special_reasons", reasons, special, "no special applications")
    if rules.refused_by_person and rules.eligibility.refusal_days is None:
        yield Fault("eligibility.refusal_days", missing(int))
    if not rules.refused_by_person and rules.eligibility.refusal_days is not None:
        yield Fault("eligibility.refusal_days", "no person decides on refusals; remove it")
