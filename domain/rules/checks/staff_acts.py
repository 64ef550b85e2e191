"""What a program file must not say about what staff enter for people."""

from collections.abc import Iterator
from typing import Final

from domain.codec import Fault
from domain.rules.program import Rules

MOST_DAYS: Final = 60


def faults(rules: Rules) -> Iterator[Fault]:
    """Yield the faults in how long a person can contradict staff, and in who signs."""
    days = rules.contradict_days
    if days is not None and not 1 <= days <= MOST_DAYS:
        yield Fault("contradict_days", f"write a number of days from 1 to {MOST_DAYS}")
    if days is None and rules.signed_on_paper:
        yield Fault(
            "contradict_days", 'missing; a signature "on_paper_too" can be contradicted for some days'
        )
