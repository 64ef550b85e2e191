"""An operation looks again until nothing is left, also after an attempt that failed."""

import asyncio
from datetime import timedelta

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from activities.operations import RelationshipsStarted, StartRelationshipsInput
from domain.workflow_contracts import OPERATION_WORKFLOW, OperationStart, workflow_id
from tests.workflows.pairs import BEGINS
from workers.temporal import start_once
from workers.time_skipping import Skipper
from workflows.operation import OperationWorkflow


class Attempts:
    """Attempts to start what an import opens: one that leaves something, one that fails, one that is done."""

    def __init__(self) -> None:
        self.looks = 0
        self.looked = asyncio.Event()

    @activity.defn(name="start_relationships")
    async def start_relationships(self, start: StartRelationshipsInput) -> RelationshipsStarted:
        self.looks += 1
        self.looked.set()
        if self.looks == 2:
            raise ApplicationError("the database is gone", non_retryable=True)
        return RelationshipsStarted(recorded=2 if self.looks > 2 else 1, total=2)


async def test_an_operation_looks_again_until_nothing_is_left(client: Client, queue: str) -> None:
    attempts, id = Attempts(), workflow_id("operation", queue)
    worker = Worker(
        client, task_queue=queue, workflows=[OperationWorkflow], activities=[attempts.start_relationships]
    )
    async with worker:
        await start_once(client, OPERATION_WORKFLOW, id, OperationStart(operation=queue), queue=queue)
        await asyncio.wait_for(attempts.looked.wait(), 30)
        skipper = Skipper(client, seconds=30)
        for looks in (2, 3):
            await skipper.move(id, BEGINS + timedelta(minutes=2 * looks))
        await client.get_workflow_handle(id).result()
    assert attempts.looks == 3
