"""Runs with hundreds of events whose worker dies: the next one has little to replay, and everybody gets an answer."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from domain.workflow_limits import HISTORY_LIMIT
from tests.conftest import PROGRAM, office_at_ten, unavailable
from tests.e2e.people import Api, furnished, pair, person
from workers.audit.replay import runs_of
from workers.embedded.clock import demo_clock
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.supervisor import OfficeProcesses

PAIRS = 8
MEETINGS = 40
LONGEST = 20.0  # seconds until all have an answer


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def long_runs() -> AsyncIterator[tuple[OfficeProcesses, Api, list[str]]]:
    """Yield a running office whose pairs have met so often that their runs have continued as new."""
    try:
        async with office_at_ten() as office:
            api = await furnished(office, PROGRAM)
            today = await api.today()
            dates = {"first": str(today - timedelta(days=60)), "last": str(today + timedelta(days=250))}
            term = await api.done("admin", "terms", {"program": PROGRAM, "name": "now", **dates})
            await api.done("admin", "mentors", {"person": person("mentor"), "capacity": PAIRS})
            subjects = [await pair(api, term["term"], number, signed=True) for number in range(PAIRS)]
            async with demo_clock(office.settings) as clock:
                await clock.move_to(await clock.now() + timedelta(days=20))
            await asyncio.gather(*(meet_often(api, subject) for subject in subjects))
            yield office, api, subjects
            await api.close()
    except StartFailed as obstacle:
        unavailable(obstacle)


async def meet_often(api: Api, subject: str) -> None:
    """Log one meeting after the other."""
    for number in range(MEETINGS):
        await log(api, subject, number)


async def log(api: Api, subject: str, number: int) -> None:
    """Log a meeting that has its own quarter of an hour."""
    began = await api.now() - timedelta(days=19) + timedelta(minutes=20 * number)
    meeting = {"began_at": began.isoformat(), "minutes": 15, "mode": "phone", "topics": []}
    await api.eventually("mentor", f"{subject}/log-meeting", meeting, key=f"{subject}-{number}")


@pytest.mark.slow
async def test_after_the_death_of_a_worker_all_long_runs_answer_within_twenty_seconds(
    long_runs: tuple[OfficeProcesses, Api, list[str]],
) -> None:
    office, api, subjects = long_runs
    begun = time.monotonic()
    await office.kill_worker()
    await asyncio.gather(*(log(api, subject, MEETINGS) for subject in subjects))
    assert time.monotonic() - begun < LONGEST
    client = await office.client()
    for subject in subjects:
        runs = await runs_of(client, subject.replace("relationships", "relationship"))
        assert len(runs) > 1, "a run that reached the limit has continued as new"
        assert max(len(run.events) for run in runs) < HISTORY_LIMIT + 100
