"""Faults in the table `policies` of a program file."""

from collections.abc import Iterator

from domain.codec import Fault


def faults(mentor_capacity: int) -> Iterator[Fault]:
    """Return a mentor capacity that is too small or too large."""
    if not 1 <= mentor_capacity <= 20:
        yield Fault("policies.mentor_capacity", "write a number from 1 to 20")
