"""How many events of Temporal a year allows each run, and that a busy machine is no fault of the year."""

import copy

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from tests.replay import stored
from workers.embedded.year.report import YearReport, measure

TASK = (
    EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
)


def measured(history: WorkflowHistory) -> tuple[int, list[str]]:
    report = YearReport(program="any", seed=1)
    measure("run", history, report)
    return report.events["run"], report.faults


def with_lost_tasks(history: WorkflowHistory, count: int) -> WorkflowHistory:
    """Return a history in which so many more workflow tasks timed out."""
    lost = [copy.deepcopy(history.events[1]) for _ in TASK * count]
    for event, kind in zip(lost, TASK * count, strict=True):
        event.event_type = kind
    return WorkflowHistory(history.workflow_id, [history.events[0], *lost, *history.events[1:]])


def test_workflow_tasks_that_a_busy_machine_lost_do_not_count_against_a_run() -> None:
    for path in stored.paths("engine-3"):
        history = stored.read(path)
        cost, faults = measured(history)
        assert 0 < cost <= len(history.events)
        assert measured(with_lost_tasks(history, 40)) == (cost, faults), path.name


def test_a_run_with_more_events_than_the_design_allows_is_a_fault() -> None:
    history = stored.read(stored.paths("engine-3")[0])
    timer = next(event for event in history.events if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED)
    events = [*history.events, *(copy.deepcopy(timer) for _ in range(200))]
    _, [fault] = measured(WorkflowHistory(history.workflow_id, events))
    assert "the design allows" in fault
