"""A pause on the real server: its own timer fires while all others wait."""

from __future__ import annotations

from temporalio.client import Client

from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from tests.domain.builders import COORDINATOR, RULES
from tests.workflows.fakes import FakeOffice
from tests.workflows.pairs import Pair, start_of, today, workers


async def test_a_pause_that_outlasts_the_mentoring_asks_a_coordinator(
    client: Client, office: FakeOffice, queue: str
) -> None:
    async with workers(client, office, queue):
        pair = await Pair(client, start_of(RULES, first=today()), queue).signed()
        await pair.do(PauseRelationship, COORDINATOR, reason="leave")
        await pair.days(500)
        state = await pair.state()
        assert state.pause is not None
        assert [task.kind.value for task in state.tasks if task.open] == ["resume_or_end"]
        await pair.do(ResumeRelationship, COORDINATOR)
        await pair.days(1)
        later = await pair.state()
        await pair.handle.terminate()
    assert [task.kind.value for task in later.tasks if task.open] == ["decide_completion"]
