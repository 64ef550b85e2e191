"""The demo's clock on the real server: workflows start at the demo's time, and production uses none of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.client import Client, Interceptor, OutboundInterceptor, StartWorkflowInput, WorkflowHandle
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from domain.journal import decode
from domain.workflow_contracts import RELATIONSHIP_WORKFLOW
from tests.workflows.fakes import FakeOffice
from tests.workflows.pairs import BEGINS, Pair, start_of, today, workers
from workers.temporal import plugin, start_once
from workers.time_skipping import ATTEMPTS, DemoStarts, NotSkipped, Skipper

AHEAD = timedelta(days=400)


async def ahead() -> timedelta:
    return AHEAD


async def test_a_workflow_starts_at_the_demos_time(
    client: Client, office: FakeOffice, queue: str, temporal: str
) -> None:
    demo = await Client.connect(temporal, namespace="mentorflow", plugins=[plugin([DemoStarts(ahead)])])
    async with workers(demo, office, queue):
        expected = datetime.now(UTC) + AHEAD  # the machine's clock: that of the server
        pair = Pair(demo, start_of(first=expected.date()), queue)
        await pair.apply()
        decided = decode(office.streams[pair.start.relationship][0].encode()).decided_at
        assert abs(decided - expected) < timedelta(seconds=30)
        skipper = Skipper(demo, seconds=20)
        await skipper.move(pair.id, expected + timedelta(days=30))
        now = await skipper.now_of(pair.id)
        assert now is not None
        assert now >= expected + timedelta(days=30)
        await demo.get_workflow_handle(pair.id).terminate()
        assert await skipper.now_of(pair.id) is None


class Watch(Interceptor):
    """Interceptor that keeps what is sent at a start."""

    def __init__(self) -> None:
        super().__init__()
        self.starts: list[StartWorkflowInput] = []

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        return _WatchOutbound(next, self)


class _WatchOutbound(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, watch: Watch) -> None:
        super().__init__(next)
        self._watch = watch

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:
        self._watch.starts.append(input)
        return await super().start_workflow(input)


async def test_production_sends_no_delay_and_no_skipped_time(temporal: str, queue: str) -> None:
    watch = Watch()
    client = await Client.connect(temporal, namespace="mentorflow", plugins=[plugin()], interceptors=[watch])
    assert [type(other) for other in client.config()["interceptors"]] == [Watch]
    start = start_of(first=today())
    await start_once(client, RELATIONSHIP_WORKFLOW, f"relationship/{start.relationship}", start, queue=queue)
    await client.get_workflow_handle(f"relationship/{start.relationship}").terminate()
    assert [(sent.start_delay, sent.time_skipping_config) for sent in watch.starts] == [(None, None)]


@workflow.defn(sandboxed=False)
class Held:
    """A run that cannot move while its one activity is in progress."""

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity("hold", start_to_close_timeout=timedelta(seconds=60))
        await workflow.sleep(timedelta(days=400))


@asynccontextmanager
async def held(client: Client, queue: str) -> AsyncIterator[tuple[WorkflowHandle[Any, Any], asyncio.Event]]:
    """Yield a run that is held, and what lets it go."""
    begun, go = asyncio.Event(), asyncio.Event()

    @activity.defn
    async def hold() -> None:
        begun.set()
        await go.wait()

    async with Worker(
        client,
        task_queue=queue,
        workflows=[Held],
        activities=[hold],
    ):
        run = await client.start_workflow(Held.run, id=f"held/{queue}", task_queue=queue)
        await begun.wait()
        try:
            yield run, go
        finally:
            go.set()
            await run.terminate()


async def replace(client: Client, run: WorkflowHandle[Any, Any]) -> None:
    """Put another, short move in the place of a run's move, and wait until that one is replaced in turn."""
    with pytest.raises(RuntimeError, match="does not match"):
        await TimeSkipper(client).fast_forward(run, timedelta(hours=1))


async def replace_always(client: Client, run: WorkflowHandle[Any, Any]) -> None:
    while True:
        await replace(client, run)


async def test_a_move_that_the_server_has_forgotten_is_asked_for_again(client: Client, queue: str) -> None:
    async with asyncio.timeout(60), held(client, queue) as (run, go):
        skipper, instant = Skipper(client, seconds=40), BEGINS + timedelta(days=30)
        move = asyncio.create_task(skipper.move(run.id, instant))
        for _ in range(2):
            await replace(client, run)
        go.set()
        await move
        now = await skipper.now_of(run.id)
        assert now is not None
        assert now >= instant


async def test_a_move_is_given_up_after_a_few_attempts(client: Client, queue: str) -> None:
    async with asyncio.timeout(60), held(client, queue) as (run, _):
        rival = asyncio.create_task(replace_always(client, run))
        with pytest.raises(NotSkipped, match=f"in {ATTEMPTS} attempts"):
            await Skipper(client, seconds=40).move(run.id, BEGINS + timedelta(days=30))
        rival.cancel()


@workflow.defn(sandboxed=False)
class Busy:
    """A run that works for a moment at its start and at each deadline, a month apart."""

    @workflow.run
    async def run(self) -> None:
        while True:
            await workflow.execute_activity("work", start_to_close_timeout=timedelta(seconds=20))
            await workflow.sleep(timedelta(days=30))


@pytest.mark.parametrize("takes", [0.0, 0.05, 0.3])
async def test_a_run_that_works_when_its_move_ends_does_not_go_on_to_its_next_deadline(
    client: Client, queue: str, takes: float
) -> None:
    @activity.defn
    async def work() -> None:
        await asyncio.sleep(takes)

    skipper = Skipper(client, seconds=20)

    async def now() -> datetime:
        await asyncio.sleep(takes + 0.5)
        found = await skipper.now_of(run.id)
        assert found is not None
        return found

    async with Worker(client, task_queue=queue, workflows=[Busy], activities=[work]):
        run = await client.start_workflow(Busy.run, id=f"busy/{queue}", task_queue=queue)
        begun = await now()
        assert abs(begun - BEGINS) < timedelta(minutes=1)
        deadline = begun
        for _ in range(3):
            deadline = await next_timer(run)
            await skipper.move(run.id, deadline)
            assert deadline <= await now() < deadline + timedelta(minutes=1)
        await run.terminate()


async def next_timer(run: WorkflowHandle[Any, Any]) -> datetime:
    """Return the instant at which the newest timer of a run fires."""
    started = [
        event
        async for event in run.fetch_history_events()
        if event.HasField("timer_started_event_attributes")
    ][-1]
    lasts = started.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
    return started.event_time.ToDatetime().replace(tzinfo=UTC) + lasts
