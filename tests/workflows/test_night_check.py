"""The nightly check goes on after a kill of the worker: no part is lost, and one is done again (C66)."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client

from domain.workflow_contracts import NIGHT_CHECK_WORKFLOW
from workers.settings import REPOSITORY
from workflows import night_check, options


@pytest.mark.slow
async def test_a_check_whose_worker_is_killed_in_the_middle_goes_on_where_it_was(
    client: Client, temporal: str, queue: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.workflows.check_worker", temporal, queue, str(tmp_path)]
    first = await asyncio.create_subprocess_exec(*command, cwd=REPOSITORY)
    handle = await client.start_workflow(NIGHT_CHECK_WORKFLOW, id=f"night-check-{queue}", task_queue=queue)
    assert await asyncio.wait_for(first.wait(), 30) == -9
    second = await asyncio.create_subprocess_exec(*command, cwd=REPOSITORY)
    try:
        await asyncio.wait_for(handle.result(), 60)
    finally:
        second.kill()
        await second.wait()
    assert (tmp_path / "parts").read_text().split() == ["0", "1", "2", "3", "4"]
    begun, ended, called = (tmp_path / "records").read_text().splitlines()
    check = begun.removeprefix("begun ")
    assert len(check) == 32
    assert ended == f"ended {check} 50 6 0 1 2 3 4"
    assert called == "outbox called"


def test_a_dead_worker_is_noticed_within_half_a_minute() -> None:
    assert options.CHECK["heartbeat_timeout"] <= timedelta(seconds=30)
    assert night_check.PARTS * 12 < 4096, "a run continues as new before the server suggests it"
