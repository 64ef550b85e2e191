"""Faults in the table `eligibility` of a program file."""

from collections.abc import Iterator

from domain.codec import Fault
from domain.rules.checks.codes import choice_faults
from domain.rules.program import Rules


def faults(rules: Rules) -> Iterator[Fault]:
    """Return what is wrong with the reasons for special applications."""
    special, reasons = rules.eligibility.special_applications, rules.eligibility.special_reasons
    yield from choice_faults("eligibility.special_reasons", reasons, special, "no special applications")
