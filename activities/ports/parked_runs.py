"""What is known about runs that have stopped deciding, and the way to ask them."""

from dataclasses import dataclass
from typing import Protocol

from activities.ports.journal import ParkedReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedRun:
    """A run that has stopped deciding: the task about it, and the id of its workflow."""

    task: str
    workflow: str


class ParkedRuns(Protocol):
    """Runs that have stopped deciding, and the tasks about them. Each call is one transaction."""

    async def append_parked(self, report: ParkedReport) -> None:
        """Append the report to the side stream and open a task, once each time the run stops."""

    async def open(self) -> tuple[ParkedRun, ...]:
        """Return the runs that have stopped, as the open tasks know them."""
        ...

    async def goes_on(self, task: str) -> None:
        """Close the task about a run that decides again, or has ended."""


class Runs(Protocol):
    """The way to ask a run."""

    async def is_parked(self, id: str) -> bool:
        """Return whether a workflow runs and has stopped deciding."""
        ...
