"""How this installation connects to Temporal: one plugin sets up clients, workers and replayers.

So they always use the same converter, failure converter and sandbox. Only the embedded stack and tests give the plugin
the interceptor of the demo clock, as an argument; without it, a start has no trace of skipped time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from pydantic_core import to_json
from temporalio.api.common.v1 import Payload
from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.plugin import SimplePlugin
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.errors import Unavailable
from activities.ports.operations import RUN_FAILED
from activities.ports.workflows import Answer, Sent
from domain.codec import left_out
from domain.messages import Command, Receipt
from domain.workflow_contracts import OUTBOX, OUTBOX_WORKFLOW, RELATIONSHIPS, RULE_VIOLATION
from workers.settings import Settings
from workers.time_skipping import DemoStarts, Offset


class JsonConverter(PydanticJSONPlainPayloadConverter):
    """Pydantic's converter, which leaves out the fields that were added later and are None (``codec.LATER``)."""

    def to_payload(self, value: Any) -> Payload | None:
        """Return the payload of a value; the bytes of what earlier code recorded stay the same."""
        if absent := left_out(value):
            data = to_json(value, exclude=absent)
            return Payload(metadata={"encoding": self.encoding.encode()}, data=data)
        return super().to_payload(value)


_JSON: Final = JsonConverter(max_cached_type_adapters=None)


class SharedPayloadConverter(CompositePayloadConverter):
    """Pydantic's converter, with one set of type adapters for the process.

    Temporal makes a converter for each run, and pydantic's own builds the adapter of each type again in each: about ten
    milliseconds a type, and most of the memory of an open run.
    """

    def __init__(self) -> None:
        converters = DefaultPayloadConverter.default_encoding_payload_converters
        super().__init__(
            *(_JSON if isinstance(each, JSONPlainPayloadConverter) else each for each in converters)
        )


CONVERTER: Final = DataConverter(
    payload_converter_class=SharedPayloadConverter,
    failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
)
STICKY: Final = timedelta(seconds=2)
"""How long a run waits for a worker that is gone before another one takes over."""
_PASSED_THROUGH: Final = (
    "domain",
    "activities",
    "workflows",
    "pydantic",
    "pydantic_core",
    "typing_extensions",
)
"""Modules that runs share with the process, which halves the memory of an open run. The sandbox does not guard them:
tests/architecture/test_workflow_code.py and the replay gate do."""


def plugin(interceptors: Sequence[Any] = ()) -> SimplePlugin:
    """Return the plugin that clients, workers, replayers and tests share.

    Args:
        interceptors: Those of the embedded stack (the demo clock) or of the replay check; none in production.
    """
    return SimplePlugin(
        "mentorflow",
        data_converter=CONVERTER,
        interceptors=list(interceptors) or None,
        workflow_runner=_sandbox,
    )


def _sandbox(_: WorkflowRunner | None) -> WorkflowRunner:
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*_PASSED_THROUGH)
    return SandboxedWorkflowRunner(restrictions=restrictions)


async def connect(
    settings: Settings, *, offset: Offset | None = None, identity: str = "mentorflow"
) -> Client:
    """Return the client of one process.

    Args:
        settings: Where the server is, and how to sign in there.
        offset: How far a demo's clock is ahead, read at each start; None in production.
        identity: Names the process in Temporal's history; a fixed word, because host and user names are private.

    Raises:
        Unavailable: The server does not answer.
    """
    key = settings.temporal_api_key
    try:
        return await Client.connect(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            tls=settings.temporal_tls,
            api_key=None if key is None else key.get_secret_value(),
            identity=identity,
            plugins=[plugin([] if offset is None else [DemoStarts(offset)])],
        )
    except RuntimeError:  # what the client raises for a server that it does not reach
        raise Unavailable("engine") from None


_WITHOUT_RESULT: Final = (
    WorkflowExecutionStatus.FAILED,
    WorkflowExecutionStatus.CANCELED,
    WorkflowExecutionStatus.TERMINATED,
    WorkflowExecutionStatus.TIMED_OUT,
)


class TemporalWorkflows:
    """The port of `activities.effects` to other workflows, over a client."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def start(self, workflow: str, id: str, start: Any, *, queue: str) -> None:
        """Start a workflow once; one that is running or has ended is left as it is."""
        await start_once(self._client, workflow, id, start, queue=queue)

    async def update(self, id: str, command: Command) -> Sent:
        """Send a command under its id and wait for the answer; raise if the other side cannot be reached."""
        handle = self._client.get_workflow_handle(id)
        try:
            receipt = await handle.execute_update(
                type(command).__name__, command, id=command.id, result_type=Receipt
            )
        except WorkflowUpdateFailedError as failed:
            cause = failed.cause
            if isinstance(cause, ApplicationError) and cause.type == RULE_VIOLATION:
                return Sent(answer=Answer.REFUSED, code=str(cause.details[0]) if cause.details else "")
            raise
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return Sent(answer=Answer.GONE)
            raise
        return Sent(answer=Answer.TAKEN, receipt=receipt)

    async def failure(self, id: str) -> str:
        """Return the code with which a workflow has failed for good; an empty text if it runs, or never began."""
        handle = self._client.get_workflow_handle(id)
        try:
            status = (await handle.describe()).status
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return ""
            raise
        if status not in _WITHOUT_RESULT:
            return ""
        try:
            await handle.result()
        except WorkflowFailureError as failed:
            cause = failed.cause
            if isinstance(cause, ApplicationError) and cause.type == RULE_VIOLATION and cause.details:
                return str(cause.details[0])
        return RUN_FAILED

    async def signal(self, id: str, name: str) -> bool:
        """Send a signal without an argument; return False if the workflow is gone."""
        try:
            await self._client.get_workflow_handle(id).signal(name)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return True

    async def is_parked(self, id: str) -> bool:
        """Return whether a workflow runs and has stopped deciding."""
        handle = self._client.get_workflow_handle(id)
        try:
            if (await handle.describe()).status is not WorkflowExecutionStatus.RUNNING:
                return False
            parked: bool = await handle.query("parked", result_type=bool)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return parked


class TemporalOutbox:
    """The way to the one workflow that sends emails."""

    def __init__(self, client: Client) -> None:
        self._workflows = TemporalWorkflows(client)
        self._client = client

    async def call(self) -> None:
        """Have the outbox look at what waits; start it if it does not run, also after an operator has ended it."""
        if await self._workflows.signal(OUTBOX, "call"):
            return
        await self._client.start_workflow(
            OUTBOX_WORKFLOW,
            id=OUTBOX,
            task_queue=RELATIONSHIPS,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )


async def start_once(client: Client, workflow: str, id: str, start: Any, *, queue: str) -> bool:
    """Start a workflow unless its id was ever used; the server's answer does not say whether a new one was started.

    Returns:
        False if a workflow with that id has already ended.
    """
    try:
        await client.start_workflow(
            workflow,
            start,
            id=id,
            task_queue=queue,
            request_eager_start=True,  # where a worker shares the client, the first task goes to it at once
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
    except WorkflowAlreadyStartedError:
        return False
    return True


__all__ = [
    "CONVERTER",
    "TemporalOutbox",
    "TemporalWorkflows",
    "connect",
    "plugin",
    "start_once",
]
