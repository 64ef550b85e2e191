"""The floor: the least that an update can cost on this server. One update that awaits one activity doing nothing."""

from datetime import timedelta

from temporalio import activity, workflow

QUEUE = "bench-floor"


@activity.defn
async def nothing() -> None:
    """Do nothing."""


@workflow.defn(name="Floor")
class FloorWorkflow:
    """Answers updates until it is told to stop."""

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

    @workflow.signal
    def stop(self) -> None:
        """End."""
        self._stopped = True
