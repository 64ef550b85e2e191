"""What a program file must not say in the table `policies`."""

from collections.abc import Iterator

from domain.codec import Fault


def faults(mentor_capacity: int) -> Iterator[Fault]:
    """Return a mentor who has no place, or too many."""
    if not 1 <= mentor_capacity <= 20:
        yield Fault("policies.mentor_capacity", "write a number from 1 to 20")
