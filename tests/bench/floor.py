"""Floors: the lowest possible cost of an update on this server.

One update awaits an activity that does nothing, as a command awaits its record. Another awaits two, one after the
other, like a command that looks up facts first.
"""

from datetime import timedelta

from temporalio import activity, workflow

QUEUE = "bench-floor"


@activity.defn
async def nothing() -> None:
    """Do nothing."""


@workflow.defn(name="Floor")
class FloorWorkflow:
    """Workflow that answers updates until a signal stops it."""

    def __init__(self) -> None:
        self._stopped = False

    @workflow.run
    async def run(self) -> None:
        """Wait for the signal to stop."""
        await workflow.wait_condition(lambda: self._stopped)

    @workflow.update
    async def touch(self) -> str:
        """Await one activity that does nothing."""
        await workflow.execute_activity(nothing, start_to_close_timeout=timedelta(seconds=10))
        return "done"

    @workflow.update
    async def touch_twice(self) -> str:
        """Await two activities that do nothing, one after the other."""
        for _ in range(2):
            await workflow.execute_activity(nothing, start_to_close_timeout=timedelta(seconds=10))
        return "done"

    @workflow.signal
    def stop(self) -> None:
        """End the workflow."""
        self._stopped = True
