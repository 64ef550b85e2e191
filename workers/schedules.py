"""What runs without a cause from outside: housekeeping and the nightly check, on schedules; the outbox, always."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
)

from domain.workflow_contracts import (
    HOUSEKEEPING_SCHEDULE,
    HOUSEKEEPING_WORKFLOW,
    NIGHT_CHECK_SCHEDULE,
    NIGHT_CHECK_WORKFLOW,
    RELATIONSHIPS,
)
from workers.temporal import TemporalOutbox

EVERY: Final = timedelta(minutes=5)
NIGHT: Final = 3
"""The hour of the nightly check, one that every night has."""


async def ensure_schedules(client: Client, zone: str) -> None:
    """Create the schedules that do not exist yet. It is safe to call this at each start of a worker.

    Args:
        client: The office's client.
        zone: The time zone in which it is night.
    """
    action = ScheduleActionStartWorkflow(
        HOUSEKEEPING_WORKFLOW, id=HOUSEKEEPING_SCHEDULE, task_queue=RELATIONSHIPS
    )
    spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=EVERY)], jitter=timedelta(seconds=30))
    # No second round starts while one is still running; a round missed while the server was away runs later.
    policy = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(hours=1))
    await _ensure(client, HOUSEKEEPING_SCHEDULE, Schedule(action=action, spec=spec, policy=policy))
    check = ScheduleActionStartWorkflow(
        NIGHT_CHECK_WORKFLOW, id=NIGHT_CHECK_SCHEDULE, task_queue=RELATIONSHIPS
    )
    at_night = ScheduleSpec(
        calendars=[ScheduleCalendarSpec(hour=[ScheduleRange(NIGHT)])],
        jitter=timedelta(minutes=15),
        time_zone_name=zone,
    )
    policy = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(hours=20))
    await _ensure(client, NIGHT_CHECK_SCHEDULE, Schedule(action=check, spec=at_night, policy=policy))


async def _ensure(client: Client, id: str, schedule: Schedule) -> None:
    try:
        await client.create_schedule(id, schedule)
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


async def check_journal(client: Client) -> None:
    """Run the nightly check now and wait for its end, as a demo does whose clock has passed a night."""
    id = f"{NIGHT_CHECK_SCHEDULE}-{secrets.token_hex(8)}"
    await client.execute_workflow(NIGHT_CHECK_WORKFLOW, id=id, task_queue=RELATIONSHIPS)
