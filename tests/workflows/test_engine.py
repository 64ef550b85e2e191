"""In which way a run decides: a new run in the newest, an older one from its next run on. The journal names it once."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest
from temporalio.client import Client

from activities.cross_workflow import EffectActivities, SuccessorStart
from domain.journal import decode, engine_of
from domain.projection_rows import row
from domain.workflow_contracts import OBLIGATION_ENGINE, RELATIONSHIP_ENGINE
from tests.workflows.fakes import FakeDeliveries, FakeOffice, FakeWorkflows
from tests.workflows.pairs import Pair, start_of, today, workers
from workflows.obligation import ObligationWorkflow
from workflows.relationship import RelationshipWorkflow


def named(office: FakeOffice, stream: str) -> list[tuple[int, int]]:
    """Return number and engine of each event that names an engine."""
    envelopes = [decode(text.encode()) for text in office.streams[stream]]
    return [(each.seq, each.engine) for each in envelopes if each.engine is not None]


async def test_the_first_event_of_a_new_stream_names_the_newest_way_and_no_other_does(client: Client) -> None:
    office, queue = FakeOffice(), f"engine-{secrets.token_hex(4)}"
    async with workers(client, office, queue):
        pair = await Pair(client, start_of(first=today()), queue).signed()
        assert named(office, pair.start.relationship) == [(1, RELATIONSHIP_ENGINE)]
        assert (await pair.state()).engine == RELATIONSHIP_ENGINE


async def test_an_older_run_decides_in_the_newest_way_once_it_has_continued_as_new(client: Client) -> None:
    office, queue = FakeOffice(), f"engine-{secrets.token_hex(4)}"
    start = replace(start_of(first=today(), history_limit=60), engine=1)
    async with workers(client, office, queue):
        pair = await Pair(client, start, queue).signed()
        for _ in range(3):
            await pair.days(20)
            await pair.meet()
        (first,) = named(office, start.relationship)
        assert first[0] > 1
        assert first[1] == RELATIONSHIP_ENGINE
        envelopes = [decode(text.encode()) for text in office.streams[start.relationship]]
        assert engine_of(envelopes[: first[0] - 1]) == 1
        assert engine_of(envelopes) == (await pair.state()).engine == RELATIONSHIP_ENGINE


async def test_a_successor_starts_in_the_newest_way_whatever_its_predecessor_passes_on() -> None:
    office = FakeOffice()
    activities = EffectActivities(FakeWorkflows(office), FakeDeliveries(office))
    older = replace(start_of(first=today()), engine=1)
    await activities.start_successor(SuccessorStart(start=older))
    ((_, started),) = office.started
    assert started.engine == RELATIONSHIP_ENGINE


def test_workflows_decide_in_the_way_that_starts_name() -> None:
    assert RelationshipWorkflow.ENGINE == RELATIONSHIP_ENGINE
    assert ObligationWorkflow.ENGINE == OBLIGATION_ENGINE


def test_a_column_that_was_added_later_leaves_no_trace_while_it_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("domain.projection_rows.LATER", {"sample": frozenset(("grown",))})
    assert row("sample", "1", old=None, grown=None).values == {"old": None}
    assert row("sample", "1", old=None, grown="a").values == {"old": None, "grown": "a"}
