"""The longest history of a run: its start says it, and a run at its limit waits for its effects, but not for long."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from domain.actors import SYSTEM
from domain.codec import text_of
from domain.journal import Head
from domain.payments.claims import AddClaim
from domain.payments.state import new
from domain.term import decider as term
from domain.workflow_contracts import TRY_AGAIN, ObligationStart
from domain.workflow_limits import HISTORY_LIMIT
from tests.domain.builders import START, TERM, Case
from tests.workflows.pairs import start_of
from tests.workflows.test_relationship import parked
from tests.workflows.test_term import term_of
from workflows import shell
from workflows.obligation import ObligationWorkflow
from workflows.relationship import RelationshipWorkflow
from workflows.stream import StreamWorkflow
from workflows.term import TermWorkflow

ID = "0" * 32
PAIR = start_of(first=TERM.first)
CLAIM = AddClaim(
    id=ID,
    actor=SYSTEM,
    claim=ID,
    relationship=PAIR.relationship,
    mentee=PAIR.mentee,
    mentor=ID,
    program=PAIR.program,
    term=PAIR.term,
    term_dates=TERM,
    kind="mentor_stipend",
    unit="per_mentor_per_year",
    region=PAIR.region,
    due_at=START,
)
OWED = ObligationStart(
    obligation=ID,
    program=PAIR.program,
    origin=PAIR.origin,
    rules_text=PAIR.rules_text,
    rules_digest=PAIR.rules_digest,
    rules_version=PAIR.rules_version,
    opening=CLAIM,
)
RUNS: tuple[tuple[type[StreamWorkflow[Any, Any]], Any, Any], ...] = (
    (RelationshipWorkflow, PAIR, Case().signed().state),
    (ObligationWorkflow, OWED, new(id=ID, now=START)),
    (TermWorkflow, term_of(), term.new(id=ID, now=START)),
)


@pytest.mark.parametrize(("given_limit", "next_limit"), [(0, HISTORY_LIMIT), (150, 150)])
@pytest.mark.parametrize(("kind", "start", "state"), RUNS, ids=[kind.__name__ for kind, _, _ in RUNS])
def test_a_run_without_a_limit_continues_with_one(
    kind: type[StreamWorkflow[Any, Any]], start: Any, state: Any, given_limit: int, next_limit: int
) -> None:
    begun = replace(start, state=text_of(state), history_limit=given_limit)
    continued = kind(begun).next_start()
    assert continued == replace(begun, history_limit=next_limit, engine=kind.ENGINE)


class Run:
    """A relationship's run without a server. A test sets its time and the length of its history."""

    LIMIT = 100

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.time, self.length = START, 10
        self.answered = asyncio.Event()
        info = SimpleNamespace(
            get_current_history_length=lambda: self.length, is_continue_as_new_suggested=lambda: False
        )
        monkeypatch.setattr(shell, "workflow", SimpleNamespace(now=lambda: self.time, info=lambda: info))
        state = text_of(Case().signed().state)
        start = replace(PAIR, state=state, head=Head(seq=9), history_limit=self.LIMIT)
        self.shell = RelationshipWorkflow(start).shell
        self.shell.decider = replace(self.shell.decider, act=self._act)

    async def _act(self, effect: object) -> None:
        await self.answered.wait()

    def takes_commands(self) -> bool:
        """Return whether the run accepts a command now, and does not ask its sender to try again."""
        try:
            self.shell.check(parked(1))
        except ApplicationError as refused:
            return refused.type != TRY_AGAIN
        return True


async def test_a_run_at_its_limit_lets_callers_wait_five_seconds_for_its_effects_and_then_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = Run(monkeypatch)
    run.shell.start_effects((object(),))
    assert run.takes_commands(), "the history is short"
    run.length = run.LIMIT
    assert not run.takes_commands()
    run.time += timedelta(seconds=4.9)
    assert not run.takes_commands()
    run.time += timedelta(seconds=0.1)
    assert run.takes_commands(), "an effect that takes long does not keep people from their work"
    run.shell.start_effects((object(),))
    assert not run.takes_commands(), "the time begins again with each effect"
    run.answered.set()


async def test_a_run_at_its_limit_continues_as_new_once_its_effects_are_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = Run(monkeypatch)
    run.length = run.LIMIT
    assert run.takes_commands(), "no effect is running"
    run.shell.start_effects((object(), object()))
    run.time += timedelta(minutes=1)
    assert run.takes_commands()
    run.answered.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert not run.takes_commands(), "it is about to continue as new"
