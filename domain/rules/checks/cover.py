"""Faults in the table `cover` of a program file."""

from collections.abc import Iterator

from domain.codec import Fault
from domain.rules.checks.codes import choice_faults
from domain.rules.meetings import CoverApprover, CoverCost
from domain.rules.program import Rules

MOST_COVER = 10_000  # minutes; four weeks of school days
MOST_CENTS = 100_000  # for an hour of cover; a thousand dollars


def faults(rules: Rules) -> Iterator[Fault]:
    """Return what is wrong with the minutes of cover, who approves them, and what they cost."""
    policy = rules.cover
    covered = policy.minutes_per_pair > 0
    yield from choice_faults("cover.refusal_reasons", policy.refusal_reasons, covered, "no cover")
    if not 0 <= policy.minutes_per_pair <= MOST_COVER:
        yield Fault("cover.minutes_per_pair", f"write a number of minutes from 0 to {MOST_COVER}")
    if covered != (policy.approver is not CoverApprover.NONE):
        wanted = "there is cover; write coordinator" if covered else "there is no cover; write none"
        yield Fault("cover.approver", wanted)
    if policy.cost is CoverCost.NONE:
        if policy.cents_per_hour is not None:
            yield Fault("cover.cents_per_hour", "no cost is counted; leave it out")
        return
    if not covered:
        yield Fault("cover.cost", "there is no cover; write none")
    if policy.cents_per_hour is None:
        yield Fault("cover.cents_per_hour", "missing; write what an hour of a substitute costs, in cents")
    elif not 1 <= policy.cents_per_hour <= MOST_CENTS:
        yield Fault("cover.cents_per_hour", f"write a number of cents from 1 to {MOST_CENTS}")
