"""The cost of a command as a ratio to the floor.

Samples of the floor and the commands are taken in turn on one office, so that other load on the machine affects all
equally. Before each sample the office comes to rest, so that none is measured beside what another one started: its
email, for example.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker

from domain.workflow_contracts import workflow_id
from tests.bench.floor import QUEUE, FloorWorkflow, nothing
from tests.conftest import PROGRAM, office_at_ten
from tests.e2e.people import Api, furnished, pair, person

PAIRS = 20
WARM = 30
FLOORS = {"log_meeting": "floor", "propose_match": "floor_facts"}
"""The floor that each command is compared with: one awaited activity, or two for a command that looks up facts."""
LIMITS = {"p50": 1.5, "p99": 2.0}
"""The greatest ratio to the floor."""


async def timed(act: Callable[[], Awaitable[Any]]) -> float:
    """Return the milliseconds that an act takes."""
    begun = time.perf_counter()
    await act()
    return (time.perf_counter() - begun) * 1000


async def measure(samples: int) -> dict[str, list[float]]:
    """Take all samples, in turn."""
    async with office_at_ten() as office:
        program = PROGRAM
        api = await furnished(office, program)
        now = await api.now()
        dates = {
            "first": str((now - timedelta(days=60)).date()),
            "last": str((now + timedelta(days=250)).date()),
        }
        term = (await api.done("admin", "terms", {"program": program, "name": "bench", **dates}))["term"]
        await api.done("admin", "mentors", {"person": person("mentor"), "capacity": 50})
        signed = [await pair(api, term, number, signed=True) for number in range(PAIRS)]
        matching = [await pair(api, term, PAIRS + number, signed=False) for number in range(PAIRS)]
        from workers.embedded.clock import demo_clock

        async with demo_clock(office.settings) as clock:
            await clock.move_to(now + timedelta(days=20))
        client = await office.client()
        async with Worker(client, task_queue=QUEUE, workflows=[FloorWorkflow], activities=[nothing]):
            floor = await client.start_workflow(FloorWorkflow.run, id="bench/floor", task_queue=QUEUE)
            taken = await _take(client, api, now, floor, signed, matching, samples)
            await floor.signal(FloorWorkflow.stop)
        await api.close()
        return taken


async def _rest(client: Client, subject: str) -> None:
    """Wait until the workflow of a relationship has carried out everything that it started."""
    handle = client.get_workflow_handle(workflow_id("relationship", subject.partition("/")[2]))
    while True:
        found = (await handle.describe()).raw_description
        if not found.pending_activities and not found.HasField("pending_workflow_task"):
            return
        await asyncio.sleep(0.01)


async def _take(
    client: Client,
    api: Api,
    since: datetime,
    floor: Any,
    signed: list[str],
    matching: list[str],
    samples: int,
) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {name: [] for floor in FLOORS.items() for name in reversed(floor)}
    for number in range(samples + WARM):
        subject, other = signed[number % PAIRS], matching[number % PAIRS]
        began = since + timedelta(days=1, minutes=20 * number)
        meeting = {"began_at": began.isoformat(), "minutes": 15, "mode": "phone", "topics": []}
        touched = await timed(lambda: floor.execute_update(FloorWorkflow.touch))
        touched_twice = await timed(lambda: floor.execute_update(FloorWorkflow.touch_twice))
        logged = await timed(lambda s=subject, m=meeting: api.done("mentor", f"{s}/log-meeting", m))
        await _rest(client, subject)
        mentor = {"mentor": person("mentor")}
        proposed = await timed(lambda o=other, m=mentor: api.done("coordinator", f"{o}/propose-match", m))
        await api.done("coordinator", f"{other}/decline-match", {"reason": "no_time"})
        await _rest(client, other)
        if number >= WARM:
            taken["floor"].append(touched)
            taken["floor_facts"].append(touched_twice)
            taken["log_meeting"].append(logged)
            taken["propose_match"].append(proposed)
    return taken


def figures(taken: dict[str, list[float]]) -> dict[str, Any]:
    """Return milliseconds and ratios, and whether each limit is kept."""
    result: dict[str, Any] = {}
    for name, values in taken.items():
        p = statistics.quantiles(values, n=100)
        result[name] = {"samples": len(values), "p50_ms": round(p[49], 2), "p99_ms": round(p[98], 2)}
    for name, floor in FLOORS.items():
        for at, limit in LIMITS.items():
            ratio = result[name][f"{at}_ms"] / result[floor][f"{at}_ms"]
            result[name][f"{at}_ratio"] = round(ratio, 2)
            result[name][f"{at}_limit"] = limit
            result[name][f"{at}_kept"] = ratio <= limit
    return result
