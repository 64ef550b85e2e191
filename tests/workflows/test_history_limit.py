"""The longest history of a run: its start says it, and a run from before there was a limit passes the limit on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.payments.claims import AddClaim
from domain.payments.state import new
from domain.rules.canonical_json import text_of
from domain.term import decider as term
from domain.workflow_contracts import HISTORY_LIMIT, ObligationStart
from tests.domain.builders import START, TERM, Case
from tests.workflows.pairs import start_of
from tests.workflows.test_term import term_of
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
    assert continued == replace(begun, history_limit=next_limit)
