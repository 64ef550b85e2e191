"""What answers now: the database, the engine with its workers, and the mail server."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Final

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from activities.adapters.postgres.clock import SqlClock
from activities.errors import Unavailable
from domain.workflow_contracts import PAYMENTS, RELATIONSHIPS
from workers.settings import Settings

PATIENCE: Final = 3.0
"""Seconds in which a part answers, or counts as silent."""
PARTS: Final = ("database", "engine", "worker_relationships", "worker_payments", "mail")


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPart:
    """A part of the installation, and whether it answers."""

    part: str
    ok: bool


class Health:
    """Looks at the parts of the installation; it starts and changes nothing."""

    def __init__(self, client: Client, clock: SqlClock, settings: Settings) -> None:
        self._client = client
        self._clock = clock
        self._settings = settings

    async def parts(self) -> Sequence[HealthPart]:
        """Return all parts, and whether each answers."""
        pollers = [self._pollers(queue) for queue in (RELATIONSHIPS, PAYMENTS)]
        database, relationships, payments, mail = await asyncio.gather(
            _within(self._database()), *map(_within, pollers), _within(self._mail())
        )
        engine = relationships is not None or payments is not None
        found = (bool(database), engine, bool(relationships), bool(payments), bool(mail))
        return [HealthPart(part=part, ok=ok) for part, ok in zip(PARTS, found, strict=True)]

    async def _database(self) -> int:
        await self._clock.now()
        return 1

    async def _pollers(self, queue: str) -> int:
        """Return how many workers ask for the work of a queue."""
        request = DescribeTaskQueueRequest(
            namespace=self._settings.temporal_namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
        return len((await self._client.workflow_service.describe_task_queue(request)).pollers)

    async def _mail(self) -> int:
        _, writer = await asyncio.open_connection(self._settings.smtp_host, self._settings.smtp_port)
        writer.close()
        return 1


async def _within(answer: Awaitable[int]) -> int | None:
    """Return what a part answers; None if it does not."""
    try:
        return await asyncio.wait_for(answer, PATIENCE)
    except (OSError, TimeoutError, RPCError, Unavailable):
        return None
