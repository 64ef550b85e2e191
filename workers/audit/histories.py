"""The replay of one run: its decisions are made again from its history, and the activities they ask for are compared.

The SDK's replayer compares which activities a run asks for, but not with what: it stays silent when a decision comes
out differently. So an interceptor keeps each input that the replay produces; its bytes are compared with the history.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from temporalio.client import WorkflowHistory
from temporalio.worker import (
    Interceptor,
    Replayer,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

from workers.audit.code_version import code_version
from workers.temporal import CONVERTER, plugin
from workflows.obligation import ObligationWorkflow
from workflows.relationship import RelationshipWorkflow
from workflows.term import TermWorkflow

WORKFLOWS: Final[tuple[type, ...]] = (RelationshipWorkflow, ObligationWorkflow, TermWorkflow)
LONGEST: Final = 60.0  # seconds that one replay may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The result of replaying one run. ``fault`` is empty if every decision came out as before."""

    workflow: str
    run: str
    events: int
    compared: int
    fault: str = ""


class Derived(Interceptor):
    """An interceptor that keeps the inputs of activities, as bytes, in the order of a replayed run."""

    def __init__(self) -> None:
        self.inputs: list[tuple[str, bytes]] = []

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        """Return the interceptor of a replayed run, bound to this list."""
        derived = self.inputs

        class Outbound(WorkflowOutboundInterceptor):
            def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:
                derived.append((input.activity, _encoded(input.args)))
                return super().start_activity(input)

        class Inbound(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(Outbound(outbound))

        return Inbound


def _encoded(args: Sequence[Any]) -> bytes:
    return b"\n".join(payload.data for payload in CONVERTER.payload_converter.to_payloads(args))


def stored_inputs(history: WorkflowHistory) -> list[tuple[str, bytes]]:
    """Return the type and input bytes of each activity in a history, in order."""
    return [
        (
            event.activity_task_scheduled_event_attributes.activity_type.name,
            b"\n".join(
                payload.data for payload in event.activity_task_scheduled_event_attributes.input.payloads
            ),
        )
        for event in history.events
        if event.HasField("activity_task_scheduled_event_attributes")
    ]


async def replay_run(history: WorkflowHistory) -> Replayed:
    """Replay one run and compare what it asked for, byte for byte."""
    stored = stored_inputs(history)
    fault, compared = "", 0
    # A run whose first task has no answer yet has decided nothing, and the replayer would wait for it forever.
    if any(event.HasField("workflow_task_completed_event_attributes") for event in history.events):
        derived = Derived()
        replayer = Replayer(workflows=WORKFLOWS, plugins=[plugin([derived])], build_id=code_version())
        try:
            outcome = await asyncio.wait_for(
                replayer.replay_workflow(history, raise_on_replay_failure=False), LONGEST
            )
            if outcome.replay_failure is not None:
                fault = "not_deterministic"
            else:
                fault, compared = _difference(stored, derived.inputs)
        except TimeoutError:
            fault = "too_slow"
    return Replayed(
        workflow=history.workflow_id,
        run=history.run_id,
        events=len(history.events),
        compared=compared,
        fault=fault,
    )


def _difference(stored: list[tuple[str, bytes]], derived: list[tuple[str, bytes]]) -> tuple[str, int]:
    for number, (then, now) in enumerate(zip(stored, derived, strict=False), 1):
        if then != now:
            return f"input_differs_{number}_{then[0]}", number - 1
    if len(stored) > len(derived):
        return "input_missing", len(derived)
    return "", len(stored)
