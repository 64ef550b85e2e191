"""Runs that had stopped deciding: whether they go on, as housekeeping looks."""

from temporalio import activity

from activities.ports.parked_runs import ParkedRuns, Runs


class ParkedRunActivities:
    """The look at the runs that have an open task."""

    def __init__(self, parked: ParkedRuns, runs: Runs) -> None:
        self._parked = parked
        self._runs = runs

    @activity.defn
    async def look_at_parked(self) -> int:
        """Close the tasks about runs that go on or have ended, however that was brought about; return how many."""
        count = 0
        for each in await self._parked.open():
            try:
                parked = await self._runs.is_parked(each.workflow)
            except Exception:
                activity.logger.warning("stopped run not asked", extra={"workflow": each.workflow})
                continue
            if not parked:
                await self._parked.goes_on(each.task)
                count += 1
        return count
