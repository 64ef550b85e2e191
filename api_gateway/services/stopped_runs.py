"""Runs that have stopped deciding: how somebody starts one again."""

import asyncio
from typing import Final

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.postgres.writes.office_tasks import OfficeTaskWrites
from api_gateway.services.problem import Problem, unavailable
from domain.actors import Actor

SETTLED: Final = 1.0
"""Seconds in which a run that cannot go on stops again."""


class StoppedRuns:
    """The runs behind the tasks about them."""

    def __init__(self, client: Client, tasks: OfficeTaskWrites) -> None:
        self._client = client
        self._tasks = tasks

    async def start_again(self, task: str, *, actor: Actor, command: str) -> None:
        """Let the run of a task decide again, and close the task; raise ``Problem`` if it stops at once."""
        workflow = await self._tasks.stopped_run(task)
        if workflow is None:
            raise Problem(404, "no_such_task")
        handle = self._client.get_workflow_handle(workflow)
        try:
            await handle.signal("unpark")
            await asyncio.sleep(SETTLED)
            parked = await handle.query("parked", result_type=bool)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise unavailable("engine") from None
            parked = False  # it has ended, and nothing is left to start
        if parked:
            raise Problem(409, "run_stopped_again")
        await self._tasks.started_again(task, actor=actor, command=command)
