"""The cost of a relationship in Temporal events: limited by the formula of the design, and in total by a file."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from tests.replay import stored

BUDGET = tomllib.loads((Path(__file__).parent / "budget.toml").read_text())
SKIPPING = ("TIME_SKIPPING", "OPTIONS_UPDATED")
EFFECTS = (
    "send_notice",
    "send_again",
    "deliver_claim",
    "withdraw_claim",
    "start_successor",
    "report_obligation",
)


def cost(history: WorkflowHistory) -> int:
    """Return the number of events of a run, without those that only skipped time causes."""
    names = (EventType.Name(event.event_type) for event in history.events)
    return sum(not any(word in name for word in SKIPPING) for name in names)


def allowed(history: WorkflowHistory) -> int:
    """Return 8 per run, 11 per command, 12 per fired deadline, 6 per effect or command to itself; and what facts cost.

    That is 6 for an activity of their own, 1 within the workflow task that decides.
    """
    kinds = Counter(EventType.Name(event.event_type) for event in history.events)
    scheduled = Counter(
        event.activity_task_scheduled_event_attributes.activity_type.name
        for event in history.events
        if event.HasField("activity_task_scheduled_event_attributes")
    )
    commands = kinds["EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED"]
    effects = sum(scheduled[name] for name in EFFECTS)
    deadlines = kinds["EVENT_TYPE_TIMER_FIRED"]
    to_itself = max(0, scheduled["record"] - commands - deadlines)
    facts = scheduled["gather_facts"] + scheduled["gather_payment_facts"] + scheduled["gather_term_facts"]
    in_task = kinds["EVENT_TYPE_MARKER_RECORDED"]
    return 8 + 11 * commands + 6 * facts + in_task + 12 * deadlines + 6 * (effects + to_itself)


@pytest.mark.parametrize(
    "path", stored.paths(), ids=lambda path: f"{path.parent.name}-{path.name.removesuffix('.pb.gz')}"
)
def test_a_run_costs_no_more_than_the_design_says(path: Path) -> None:
    history = stored.read(path)
    assert cost(history) <= allowed(history)


def test_a_scenario_costs_no_more_than_its_budget() -> None:
    totals: Counter[tuple[str, str]] = Counter()
    for path in stored.paths():
        totals[path.parent.name, path.name.split("-")[0]] += cost(stored.read(path))
    assert {name for _, name in totals} == set(BUDGET)
    assert {run: total for run, total in totals.items() if total > BUDGET[run[1]]} == {}
