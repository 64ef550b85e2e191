"""The demo's clock on the real server: workflows start at the demo's time, and production uses none of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import Client, Interceptor, OutboundInterceptor, StartWorkflowInput, WorkflowHandle

from domain.journal import decode
from domain.workflow_contracts import RELATIONSHIP_WORKFLOW
from tests.workflows.fakes import FakeOffice
from tests.workflows.pairs import Pair, start_of, today, workers
from workers.temporal import plugin, start_once
from workers.time_skipping import DemoStarts, Skipper

AHEAD = timedelta(days=400)


async def ahead() -> timedelta:
    return AHEAD


async def test_a_workflow_starts_at_the_demos_time(
    client: Client, office: FakeOffice, queue: str, temporal: str
) -> None:
    demo = await Client.connect(temporal, namespace="mentorflow", plugins=[plugin([DemoStarts(ahead)])])
    async with workers(demo, office, queue):
        pair = Pair(demo, start_of(first=today() + AHEAD), queue)
        await pair.apply()
        expected = datetime.now(UTC) + AHEAD
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
