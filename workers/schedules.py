"""What runs without a cause from outside: the rounds of housekeeping, on a schedule, and the outbox, always."""

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

from domain.workflow_contracts import HOUSEKEEPING_SCHEDULE, HOUSEKEEPING_WORKFLOW, RELATIONSHIPS
from workers.temporal import TemporalOutbox

EVERY: Final = timedelta(minutes=5)


async def ensure_schedules(client: Client) -> None:
    """Create the schedules that do not exist yet. It is safe to call this at each start of a worker."""
    action = ScheduleActionStartWorkflow(
        HOUSEKEEPING_WORKFLOW, id=HOUSEKEEPING_SCHEDULE, task_queue=RELATIONSHIPS
    )
    spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=EVERY)], jitter=timedelta(seconds=30))
    # No second round starts while one is still running; a round missed while the server was away runs later.
    policy = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(hours=1))
    try:
        await client.create_schedule(HOUSEKEEPING_SCHEDULE, Schedule(action=action, spec=spec, policy=policy))
    except ScheduleAlreadyRunningError:
        return


async def ensure_outbox(client: Client) -> None:
    """Have the one workflow run that sends emails. It is safe to call this at each start of a worker."""
    await TemporalOutbox(client).call()


async def keep_house(client: Client) -> None:
    """Run one round now and wait for its end, as the demo does after its clock has moved.

    It does not go through the schedule: a trigger is skipped while a round is running, and does not report its end.
    """
    id = f"{HOUSEKEEPING_SCHEDULE}-{secrets.token_hex(8)}"
    await client.execute_workflow(HOUSEKEEPING_WORKFLOW, id=id, task_queue=RELATIONSHIPS)
