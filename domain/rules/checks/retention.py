"""Faults in the table `retention` of a program file."""

from collections.abc import Iterator

from domain.codec import Fault
from domain.rules.checks.codes import CODE
from domain.rules.program import KeptAfter, Rules

LONGEST_KEPT = 36_500  # days: a hundred years


def faults(rules: Rules) -> Iterator[Fault]:
    """Return kept documents without a number of days, and numbers that are too small or too large."""
    periods = rules.retention.documents
    for number, code in enumerate(rules.agreement.kept_documents):
        here = f"agreement.kept_documents[{number}]"
        if code not in periods:
            yield Fault(here, f"{code} has no number of days; add it to retention.documents")
        elif periods[code].after is not KeptAfter.ENDED:
            yield Fault(here, f"{code} is destroyed after the selection (K5); remove it from the list")
    for code, period in periods.items():
        here = f"retention.documents.{code}"
        if not CODE.fullmatch(code):
            yield Fault(here, "write a code of lower-case letters, digits and _, at most 64")
        if not 1 <= period.days <= LONGEST_KEPT:
            yield Fault(f"{here}.days", f"write a number of days from 1 to {LONGEST_KEPT}")
