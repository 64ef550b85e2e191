"""What runs by the clock of the installation: the rounds of housekeeping."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)

from domain.workflow_contracts import HOUSEKEEPING_WORKFLOW, RELATIONSHIPS

HOUSEKEEPING: Final = "housekeeping"
EVERY: Final = timedelta(minutes=5)


async def ensure_schedules(client: Client) -> None:
    """Create the schedules that are not there yet. Safe to call at each start of a worker."""
    action = ScheduleActionStartWorkflow(HOUSEKEEPING_WORKFLOW, id=HOUSEKEEPING, task_queue=RELATIONSHIPS)
    spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=EVERY)], jitter=timedelta(seconds=30))
    # A round that is still at work is not joined by a second one; one missed while the server was away is made up for.
    policy = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(hours=1))
    try:
        await client.create_schedule(HOUSEKEEPING, Schedule(action=action, spec=spec, policy=policy))
    except ScheduleAlreadyRunningError:
        return


async def keep_house(client: Client) -> None:
    """Run one round now and await its end, as the demo does after its clock has moved.

    Beside the schedule and not through it: a trigger is skipped while a round is at work, and says nothing of its end.
    """
    id = f"{HOUSEKEEPING}-{secrets.token_hex(8)}"
    await client.execute_workflow(HOUSEKEEPING_WORKFLOW, id=id, task_queue=RELATIONSHIPS)
