"""What an operation does beside the request that began it: it starts the relationships of an import, side by side.

Each relationship has an id that follows from its application, so one that was started before is left as it is. After a
kill the activity begins again and finds what is left.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from temporalio import activity

from activities.ports.operations import Operations
from activities.ports.workflows import Workflows
from domain.workflow_contracts import RELATIONSHIP_WORKFLOW, RELATIONSHIPS, RelationshipStart, workflow_id

SIDE_BY_SIDE: Final = 8
"""How many relationships are started at one time."""
AT_ONCE: Final = 100
"""How many relationships are looked up at one time."""
PATIENCE: Final = 300
"""How often an operation looks whether one more relationship is recorded, before it leaves the rest to housekeeping."""
PAUSE: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRelationshipsInput:
    """Which operation."""

    operation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipsStarted:
    """How many relationships are recorded, of how many."""

    recorded: int
    total: int


class OperationActivities:
    """The work of operations."""

    def __init__(self, operations: Operations, workflows: Workflows) -> None:
        self._operations = operations
        self._workflows = workflows

    @activity.defn
    async def start_relationships(self, start: StartRelationshipsInput) -> RelationshipsStarted:
        """Start what an import opens, wait until it is recorded, and end the operation."""
        while left := await self._operations.to_start(start.operation, AT_ONCE):
            await self._start_all(left)
            activity.heartbeat(await self._operations.progress(start.operation))
        recorded, total = await self._wait(start.operation)
        await self._operations.end(start.operation)
        return RelationshipsStarted(recorded=recorded, total=total)

    async def _start_all(self, starts: tuple[RelationshipStart, ...]) -> None:
        places = asyncio.Semaphore(SIDE_BY_SIDE)

        async def begin(start: RelationshipStart) -> None:
            async with places:
                id = workflow_id("relationship", start.relationship)
                await self._workflows.start(RELATIONSHIP_WORKFLOW, id, start, queue=RELATIONSHIPS)
                await self._operations.started(start.relationship)
                activity.heartbeat()

        async with asyncio.TaskGroup() as group:
            for start in starts:
                group.create_task(begin(start))

    async def _wait(self, operation: str) -> tuple[int, int]:
        """Wait until all relationships are recorded, or until no more are for a while."""
        recorded, total = await self._operations.progress(operation)
        patience = PATIENCE
        while recorded < total and patience:
            await asyncio.sleep(PAUSE)
            before, (recorded, total) = recorded, await self._operations.progress(operation)
            patience = PATIENCE if recorded > before else patience - 1
            activity.heartbeat(recorded)
        return recorded, total
