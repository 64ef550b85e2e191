"""What staff must know at once calls the outbox, and the task about a stopped run ends once it goes on (C66)."""

import pytest

from activities.journal import JournalActivities, JournalRecord, ParkedReport, Recorded
from activities.parked_runs import ParkedRunActivities
from activities.ports.parked_runs import ParkedRun
from domain.projection_rows import Row
from domain.tasks import TOLD, TaskKind


class Office:
    """Journal, parked runs and outbox in one; ``away`` lets no call through, ``refused`` is the journal's answer."""

    def __init__(self, *, refused: str = "", away: bool = False) -> None:
        self.refused, self.away = refused, away
        self.calls = 0
        self.parked: list[ParkedReport] = []

    async def record(self, record: JournalRecord) -> Recorded:
        return Recorded(seq=1, hash="h", refused=self.refused)

    async def append_parked(self, report: ParkedReport) -> None:
        self.parked.append(report)

    async def call(self) -> None:
        self.calls += 1
        if self.away:
            raise ConnectionError


def record(kind: TaskKind, closed_at: str | None = None) -> JournalRecord:
    task = Row(table="tasks", key="t", values={"kind": kind.value, "closed_at": closed_at})
    pair = Row(table="relationships", key="r", values={"stage": "matching"})
    return JournalRecord(workflow="w", run="r", stream="s", command="c", events=(), rows=(pair, task))


def activities(office: Office) -> JournalActivities:
    return JournalActivities(office, office, office)  # type: ignore[arg-type]  # the parts that are used


@pytest.mark.parametrize("kind", TaskKind)
async def test_a_record_with_work_that_cannot_wait_calls_the_outbox(kind: TaskKind) -> None:
    office = Office()
    assert await activities(office).record(record(kind)) == Recorded(seq=1, hash="h")
    assert office.calls == (TOLD[kind] != "digest")


async def test_neither_a_closed_task_nor_a_refused_record_calls_the_outbox() -> None:
    office, refusing = Office(), Office(refused="slot_taken")
    await activities(office).record(record(TaskKind.HANDLE_COMPLAINT, "2026-11-02T09:00:00Z"))
    await activities(refusing).record(record(TaskKind.HANDLE_COMPLAINT))
    assert (office.calls, refusing.calls) == (0, 0)


async def test_what_is_recorded_stands_although_the_outbox_does_not_answer() -> None:
    office = Office(away=True)
    assert await activities(office).record(record(TaskKind.RESOLVE_RETURN)) == Recorded(seq=1, hash="h")
    report = ParkedReport(workflow="relationship/s", stream="s", seq=2, code="record_refused")
    await activities(office).report_parked(report)
    assert (office.parked, office.calls) == ([report], 2)


class Runs:
    """Stopped runs by workflow; None does not answer."""

    def __init__(self, **parked: bool | None) -> None:
        self.parked = parked
        self.ended: list[str] = []

    async def open(self) -> tuple[ParkedRun, ...]:
        return tuple(ParkedRun(task=f"task of {id}", workflow=id) for id in self.parked)

    async def is_parked(self, id: str) -> bool:
        found = self.parked[id]
        if found is None:
            raise ConnectionError
        return found

    async def goes_on(self, task: str) -> None:
        self.ended.append(task)


async def test_housekeeping_closes_the_tasks_of_runs_that_go_on_and_one_without_an_answer_keeps_no_other() -> (
    None
):
    runs = Runs(silent=None, stopped=True, moving=False)
    count = await ParkedRunActivities(runs, runs).look_at_parked()  # type: ignore[arg-type]  # the parts that are used
    assert (count, runs.ended) == (1, ["task of moving"])
