"""What an operation needs from the database: the relationships that it starts, and where its progress stands."""

from collections.abc import Collection
from typing import Protocol

from domain.workflow_contracts import RelationshipStart


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

    async def end(self, operation: str) -> None:
        """Store that an operation is done."""
