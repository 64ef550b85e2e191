"""What the nightly check needs from the outside world: the checks themselves, and the record of what they found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from domain.night_checks import JournalFault


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPart:
    """One part of a check: how many of each it looked at, which faults it found, and where the next part begins.

    ``next`` is empty after the last part. ``unnamed`` is how many faults it found beside those that it names.
    """

    next: str
    counts: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[JournalFault, ...] = ()
    unnamed: int = 0


class JournalChecks(Protocol):
    """The checks of ``mentorflow replay --all``, a part at a time."""

    async def part(self, place: str) -> CheckedPart:
        """Check the part that begins at a place; an empty place is the beginning."""
        ...


class NightCheckRecords(Protocol):
    """The record of nightly checks, and the tasks about their faults. Each call is safe to repeat."""

    async def begin(self, check: str) -> None:
        """Record that a check has begun."""
        ...

    async def end(self, check: str, done: CheckedPart) -> None:
        """Record what a check has found; open a task for each new fault, and close those of faults that are gone."""
        ...
