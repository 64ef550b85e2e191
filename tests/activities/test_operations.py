"""An operation goes on until every relationship that an import opens is recorded, and says how many are left."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from temporalio.testing import ActivityEnvironment

from activities.operations import OperationActivities, RelationshipsStarted, StartRelationshipsInput
from activities.ports.operations import NotOpened, Unrecorded
from domain.workflow_contracts import RelationshipStart
from tests.workflows.pairs import start_of

OPERATION = StartRelationshipsInput(operation="o" * 32)


class Rows:
    """The relationships of one operation, as the database has them."""

    def __init__(self, count: int) -> None:
        self.starts = {
            each.relationship: each for each in (start_of(first=date(2026, 8, 1)) for _ in range(count))
        }
        self.begun: set[str] = set()
        self.recorded: set[str] = set()
        self.ended = False
        self.shown: list[int] = []
        self.unreadable: set[str] = set()
        self.not_opened: tuple[NotOpened, ...] = ()

    async def to_start(
        self, operation: str, limit: int, without: Collection[str] = ()
    ) -> tuple[RelationshipStart, ...]:
        kept = {*self.begun, *without, *self.unreadable}
        left = [id for id in sorted(self.starts) if id not in kept]
        return tuple(self.starts[id] for id in left[:limit])

    async def started(self, relationships: Collection[str]) -> None:
        self.begun.update(relationships)

    async def progress(self, operation: str) -> tuple[int, int]:
        self.shown.append(len(self.recorded))
        return len(self.recorded), len(self.starts)

    async def unrecorded(self, operation: str) -> tuple[Unrecorded, ...]:
        left = (id for id in sorted(self.starts) if id not in self.recorded)
        return tuple(
            Unrecorded(application=f"of {id}", relationship=id, readable=id not in self.unreadable)
            for id in left
        )

    async def end(self, operation: str, not_opened: Sequence[NotOpened] = ()) -> None:
        self.ended = True
        self.not_opened = tuple(not_opened)


class Engine:
    """An engine that starts workflows, but for some that fail a number of times."""

    def __init__(self, rows: Rows, failing: dict[str, int]) -> None:
        self.rows = rows
        self.failing = failing
        self.started: list[str] = []
        self.refused: dict[str, str] = {}
        self.asked: list[str] = []

    async def start(self, workflow: str, id: str, start: Any, *, queue: str) -> None:
        if self.failing.get(start.relationship, 0) > 0:
            self.failing[start.relationship] -= 1
            raise ConnectionError("the engine does not answer")
        self.started.append(start.relationship)
        if start.relationship not in self.refused:
            self.rows.recorded.add(start.relationship)

    async def failure(self, id: str) -> str:
        self.asked.append(id)
        return self.refused.get(id.partition("/")[2], "")


async def run(rows: Rows, engine: Engine, *, patience: int = 300) -> RelationshipsStarted:
    activities = OperationActivities(rows, engine, patience=patience, after_failure=0.1)
    return await ActivityEnvironment().run(activities.start_relationships, OPERATION)


async def test_a_start_that_fails_for_a_while_is_tried_again_and_keeps_no_other() -> None:
    rows = Rows(150)
    first = min(rows.starts)
    engine = Engine(rows, {first: 2})
    running = asyncio.create_task(run(rows, engine))
    while first not in rows.recorded:
        if len(rows.recorded) == 149:
            assert not rows.ended, "one is left, so it is not done"
        await asyncio.sleep(0.01)
    assert await running == RelationshipsStarted(recorded=150, total=150)
    assert rows.ended
    assert (len(engine.started), engine.started[-1]) == (150, first), "each once, the one that failed at last"
    assert rows.shown.count(149) >= 2, "the progress says that one is left"


async def test_without_progress_the_operation_is_not_done_and_says_how_many_are_left() -> None:
    rows = Rows(3)
    first = min(rows.starts)
    engine = Engine(rows, {first: 1000})
    assert await run(rows, engine, patience=2) == RelationshipsStarted(recorded=2, total=3)
    assert not rows.ended
    engine.failing.clear()
    assert await run(rows, engine) == RelationshipsStarted(recorded=3, total=3)
    assert rows.ended
    assert sorted(engine.started) == sorted(rows.starts), "each once"


async def test_an_operation_that_opens_nothing_is_done() -> None:
    rows = Rows(0)
    assert await run(rows, Engine(rows, {})) == RelationshipsStarted(recorded=0, total=0)
    assert rows.ended


async def test_what_can_never_be_opened_ends_the_operation_and_is_named() -> None:
    rows = Rows(4)
    unreadable, refused, *opened = sorted(rows.starts)
    rows.unreadable.add(unreadable)
    engine = Engine(rows, {})
    engine.refused[refused] = "term_over"
    assert await run(rows, engine, patience=1) == RelationshipsStarted(recorded=2, total=4, lost=2)
    assert rows.ended
    assert sorted(rows.recorded) == opened
    assert [(each.relationship, each.code) for each in rows.not_opened] == [
        (unreadable, "unreadable_application"),
        (refused, "term_over"),
    ]


async def test_what_can_never_be_opened_is_found_within_seconds_once_nothing_else_is_left() -> None:
    rows = Rows(40)
    engine = Engine(rows, {})
    engine.refused[min(rows.starts)] = "term_over"
    async with asyncio.timeout(5):
        assert await run(rows, engine) == RelationshipsStarted(recorded=39, total=40, lost=1)
    assert rows.ended
    assert len(engine.asked) == 1, "only what is left is asked about, and once"


async def test_one_that_runs_and_is_not_recorded_yet_keeps_the_operation_going() -> None:
    rows = Rows(30)
    slow, *lost = sorted(rows.starts)
    engine = Engine(rows, {})
    engine.refused = {slow: "", **dict.fromkeys(lost, "term_over")}
    assert await run(rows, engine, patience=5) == RelationshipsStarted(recorded=0, total=30)
    assert not rows.ended
    assert {*engine.asked} == {f"relationship/{slow}"}, "one that goes on is enough to wait"
    assert len(engine.asked) <= 3
