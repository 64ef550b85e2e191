"""The floors: the least that an update can cost on this server.

An update that awaits one activity doing nothing, as a command awaits its record; and one that awaits two, one after the
other, as a command does that looks up facts first.
"""

from datetime import timedelta

from temporalio import activity, workflow

QUEUE = "bench-floor"


@activity.defn
async def nothing() -> None:
    """Do nothing."""


@workflow.defn(name="Floor")
class FloorWorkflow:
    """Answers updates until a signal stops it."""

    def __init__(self) -> None:
        self._stopped = False

    @workflow.run
    async def run(self) -> None:
        """Wait for the end."""
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
        """End."""
        self._stopped = True
