"""What an operation needs from the database: the relationships that it starts, and where its progress stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from domain.workflow_contracts import RelationshipStart

UNREADABLE: Final = "unreadable_application"
"""The code of an application that this version of the software cannot read, or whose term or rules are missing."""

RUN_FAILED: Final = "run_failed"
"""The code of a relationship whose workflow has ended before its time, and not by a rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrecorded:
    """A relationship of an operation that is not recorded, and whether its application can be read."""

    application: str
    relationship: str
    readable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NotOpened:
    """An application whose relationship can never be opened; ``code`` says why."""

    application: str
    relationship: str
    code: str


class RelationshipRuns(Protocol):
    """The workflows of relationships."""

    async def start(self, workflow: str, id: str, start: Any, *, queue: str) -> None:
        """Start a workflow once; leave one that runs or has ended unchanged."""

    async def failure(self, id: str) -> str:
        """Return the code with which a workflow has failed for good; an empty text if it runs, or never began."""


class Operations(Protocol):
    """The relationships that an import opens."""

    async def to_start(
        self, operation: str, limit: int, without: Collection[str] = ()
    ) -> tuple[RelationshipStart, ...]:
        """Return relationships of an operation that were not started yet, but for some."""

    async def started(self, relationships: Collection[str]) -> None:
        """Record that relationships were started."""

    async def progress(self, operation: str) -> tuple[int, int]:
        """Store how many relationships of an operation are recorded; return that number and how many there are."""

    async def unrecorded(self, operation: str) -> tuple[Unrecorded, ...]:
        """Return the relationships of an operation that are not recorded."""

    async def end(self, operation: str, not_opened: Sequence[NotOpened] = ()) -> None:
        """Store that an operation is done, or that some of its relationships can never be opened."""
