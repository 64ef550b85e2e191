"""Today's code replays histories of earlier code with the same decisions, byte for byte."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory

from domain.workflow_limits import HISTORY_LIMIT
from tests.replay import stored
from workers.audit.histories import replay_run, stored_inputs

HELP = (
    "Today's code decides differently from the code that made this history, and runs that live somewhere would be "
    "stuck or fork their journal. Branch on the run's engine number in the domain, raise ENGINE in the workflow, and "
    "store histories of the new engine with `python -m tests.replay.record`."
)
STAGES = ("application", "matching", "contact", "agreement", "meetings", "survey", "stipend", "recognition")


@pytest.mark.parametrize(
    "path", stored.paths(), ids=lambda path: f"{path.parent.name}-{path.name.removesuffix('.pb.gz')}"
)
async def test_a_stored_run_decides_now_what_it_decided_then(path: Path) -> None:
    replayed = await replay_run(stored.read(path))
    assert replayed.fault == "", f"{replayed.fault}. {HELP}"
    assert replayed.compared > 0


@pytest.mark.parametrize("engine", stored.engines())
def test_every_stage_has_a_stored_history(engine: str) -> None:
    names = {path.name.split("-")[0] for path in stored.paths(engine)}
    assert set(STAGES) <= names


@pytest.mark.parametrize("engine", stored.engines())
def test_a_run_that_reaches_the_limit_of_its_history_has_continued_as_new(engine: str) -> None:
    first, *later = [stored.read(path) for path in stored.paths(engine) if path.name.startswith("long-")]
    assert HISTORY_LIMIT <= len(first.events) < HISTORY_LIMIT + 100
    assert first.events[-1].HasField("workflow_execution_continued_as_new_event_attributes")
    assert later


def test_a_stored_run_looks_up_its_facts_within_the_task_that_decides() -> None:
    histories = [stored.read(path) for path in stored.paths() if path.name.startswith("facts_in_task-")]
    assert histories != []
    for history in histories:
        markers = [event for event in history.events if event.HasField("marker_recorded_event_attributes")]
        assert len(markers) == 3, "the application, the proposal and the confirmation"
        assert "gather_facts" not in {name for name, _ in stored_inputs(history)}


def tampered(history: WorkflowHistory, old: bytes, new: bytes) -> WorkflowHistory:
    """Return the history with other bytes in the inputs of its activities."""
    events = copy.deepcopy(list(history.events))
    for event in events:
        for payload in event.activity_task_scheduled_event_attributes.input.payloads:
            payload.data = payload.data.replace(old, new)
    return WorkflowHistory(history.workflow_id, events)


async def test_a_run_whose_record_has_one_other_byte_must_fail() -> None:
    [path] = [path for path in stored.paths("engine-1") if path.name.startswith("matching-1")]
    history = stored.read(path)
    assert (await replay_run(history)).fault == ""
    forged = tampered(history, b"no_time", b"no_tide")
    assert (await replay_run(forged)).fault.startswith("input_differs")


async def test_a_run_that_asked_for_another_activity_must_fail() -> None:
    [path] = [path for path in stored.paths("engine-1") if path.name.startswith("matching-1")]
    history = stored.read(path)
    events = copy.deepcopy(list(history.events))
    for event in events:
        scheduled = event.activity_task_scheduled_event_attributes
        if scheduled.activity_type.name == "gather_facts":
            scheduled.activity_type.name = "send_notice"
            break
    assert (await replay_run(WorkflowHistory(history.workflow_id, events))).fault == "not_deterministic"
