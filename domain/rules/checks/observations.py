"""Faults in the table `observations` of a program file."""

from collections.abc import Iterator

from domain.codec import Fault
from domain.fault_words import missing
from domain.rules.meetings import Booking
from domain.rules.program import Rules

MOST_OBSERVATIONS = 50
LONGEST_OBSERVATION = 480  # minutes; a school day is no longer


def faults(rules: Rules) -> Iterator[Fault]:
    """Return what is wrong with how many observations there are, how long they are, and who books them."""
    policy = rules.observations
    details = {
        "shortest_minutes": policy.shortest_minutes,
        "longest_minutes": policy.longest_minutes,
        "due_days_before_end": policy.due_days_before_end,
    }
    if policy.booked_by is Booking.NONE:
        if policy.required:
            yield Fault("observations.required", "booked_by is none; write 0")
        if policy.needs_cover:
            yield Fault("observations.needs_cover", "booked_by is none; write false")
        for name, value in details.items():
            if value is not None:
                yield Fault(f"observations.{name}", "booked_by is none; remove it")
        return
    if not 1 <= policy.required <= MOST_OBSERVATIONS:
        yield Fault("observations.required", f"write a number from 1 to {MOST_OBSERVATIONS}")
    for name, value in details.items():
        if value is None:
            yield Fault(f"observations.{name}", missing(int))
    shortest, longest = policy.shortest_minutes, policy.longest_minutes
    if shortest is not None and longest is not None and not 1 <= shortest <= longest <= LONGEST_OBSERVATION:
        here = "observations.longest_minutes" if longest > LONGEST_OBSERVATION or shortest >= 1 else ""
        wanted = f"write minutes from shortest_minutes to {LONGEST_OBSERVATION}"
        yield Fault(here or "observations.shortest_minutes", wanted if here else "write at least 1")
    owed = (shortest or 0) * policy.required
    if policy.needs_cover and rules.cover.minutes_per_pair < max(1, owed):
        yield Fault(
            "cover.minutes_per_pair", f"less than the required observations need; write at least {owed}"
        )
