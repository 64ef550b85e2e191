"""What an operation does beside the request that began it: it starts the relationships of an import, side by side.

Each relationship has an id that follows from its application, so one that was started before is left as it is. After a
kill the activity begins again and finds what is left. An operation is done when all are recorded, and not before. Where
all that is left can never be opened, it ends too, and names the rows.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Final

import structlog
from temporalio import activity

from activities.ports.operations import UNREADABLE, NotOpened, Operations, RelationshipRuns
from domain.codec import LATER
from domain.workflow_contracts import RELATIONSHIP_WORKFLOW, RELATIONSHIPS, RelationshipStart, workflow_id

SIDE_BY_SIDE: Final = 8
"""How many relationships are started at one time."""
AT_ONCE: Final = 100
"""How many relationships are looked up at one time."""
PATIENCE: Final = 128
"""How often an operation looks whether one more relationship is recorded, before it says how many are left."""
SOON: Final = 4
"""After so many looks without progress, an operation asks whether all that is left can never be opened.

It asks again after twice as many looks each time.
"""
PAUSE: Final = 0.5
AFTER_FAILURE: Final = 2.0
"""Seconds before relationships that could not be started are tried again."""
_LOG: Final = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRelationshipsInput:
    """Which operation."""

    operation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipsStarted:
    """How many relationships are recorded, of how many. ``lost`` is how many of the others can never be opened."""

    recorded: int
    total: int
    lost: int | None = field(default=None, metadata=LATER)


class OperationActivities:
    """The work of operations."""

    def __init__(
        self,
        operations: Operations,
        workflows: RelationshipRuns,
        *,
        patience: int = PATIENCE,
        after_failure: float = AFTER_FAILURE,
    ) -> None:
        self._operations = operations
        self._workflows = workflows
        self._patience = patience
        self._after_failure = after_failure

    @activity.defn
    async def start_relationships(self, start: StartRelationshipsInput) -> RelationshipsStarted:
        """Start what an import opens, wait until it is recorded, and end the operation once nothing is left.

        After a while without progress the answer says how many are recorded; the workflow then asks again.
        """
        recorded, total = await self._operations.progress(start.operation)
        lost: tuple[NotOpened, ...] = ()
        idle, failed = 0, True
        while recorded < total and not lost and idle < self._patience:
            if failed:
                failed = await self._start_left(start.operation)
            before, (recorded, total) = recorded, await self._operations.progress(start.operation)
            idle = 0 if recorded > before else idle + 1
            activity.heartbeat(recorded)
            if recorded < total and (_asks(idle) or idle >= self._patience):
                lost = await self._lost(start.operation)
            if recorded < total and not lost:
                await asyncio.sleep(self._after_failure if failed else PAUSE)
        if recorded + len(lost) >= total:
            await self._operations.end(start.operation, lost)
        return RelationshipsStarted(recorded=recorded, total=total, lost=len(lost) or None)

    async def _lost(self, operation: str) -> tuple[NotOpened, ...]:
        """Return what can never be opened: applications that cannot be read, and runs that have failed.

        That is all that is left, or nothing: one that may still be opened keeps the operation going, so no other is
        looked at.
        """
        lost = []
        for each in await self._operations.unrecorded(operation):
            id = workflow_id("relationship", each.relationship)
            code = await self._workflows.failure(id) if each.readable else UNREADABLE
            if not code:
                return ()
            lost.append(NotOpened(application=each.application, relationship=each.relationship, code=code))
            activity.heartbeat()
        return tuple(lost)

    async def _start_left(self, operation: str) -> bool:
        """Start each relationship that is left, once; return whether one of them could not be started."""
        failed: set[str] = set()
        while left := await self._operations.to_start(operation, AT_ONCE, failed):
            failed |= await self._start_all(left)
            activity.heartbeat(await self._operations.progress(operation))
        return bool(failed)

    async def _start_all(self, starts: tuple[RelationshipStart, ...]) -> set[str]:
        """Start relationships side by side, and return those that could not be; one does not keep the others."""
        places = asyncio.Semaphore(SIDE_BY_SIDE)
        failed: set[str] = set()

        async def begin(start: RelationshipStart) -> None:
            async with places:
                id = workflow_id("relationship", start.relationship)
                try:
                    await self._workflows.start(RELATIONSHIP_WORKFLOW, id, start, queue=RELATIONSHIPS)
                except Exception:
                    _LOG.exception("a relationship could not be started", workflow=id)
                    failed.add(start.relationship)
                activity.heartbeat()

        async with asyncio.TaskGroup() as group:
            for start in starts:
                group.create_task(begin(start))
        await self._operations.started(
            [each.relationship for each in starts if each.relationship not in failed]
        )
        return failed


def _asks(idle: int) -> bool:
    """Return whether it is time to ask after so many looks without progress: 4, 8, 16, …"""
    return idle >= SOON and idle % SOON == 0 and (idle // SOON).bit_count() == 1
