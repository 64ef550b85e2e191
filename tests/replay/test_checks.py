"""The checks of the replay command find what is wrong, and report nothing where nothing is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

import pytest

from domain.journal import check_chain, decode, engine_of, seal
from domain.night_checks import JournalFault
from domain.relationship.projection import rows
from domain.rules.canonical_json import rules_from_text, rules_text
from domain.rules.intake import IntakeKind, TermDates
from domain.visibility import AUDIT
from tests.domain.builders import RULES, TERM, Case
from tests.domain.relationship.test_what_if import Journal
from tests.domain.rules_variants import with_rules
from tests.replay import stored
from workers.audit import replay as audit
from workers.audit.replay import difference, folded_relationship, recorded_texts


class OneTerm:
    """Journal that contains one term."""

    async def term_dates(self, term: str) -> TermDates | None:
        return TERM


def completed(engine: str) -> list[str]:
    """Return what the runs of scenario `completed` have recorded under an engine, in order."""
    runs = [stored.read(path) for path in stored.paths(engine) if path.name.startswith("completed-")]
    return [text for run in runs for text in recorded_texts(run)]


@pytest.mark.parametrize("engine", stored.engines())
def test_the_records_of_all_runs_together_are_one_whole_chain(engine: str) -> None:
    texts = completed(engine)
    head, fault = check_chain((n, seal(text.encode()), text.encode()) for n, text in enumerate(texts, 1))
    assert fault is None
    assert head.seq == len(texts) > 30


def test_stored_rules_keep_their_text_and_so_their_digest() -> None:
    texts = set()
    for path in stored.paths("engine-1"):
        started = stored.read(path).events[0].workflow_execution_started_event_attributes
        texts.add(json.loads(started.input.payloads[0].data)["rules_text"])
    assert len(texts) > 1
    for text in texts:
        rules = rules_from_text(text)
        assert rules_text(rules) == text
        assert (rules.refusals, rules.refusal_appeal, rules.membership_lapse) == (None, None, None)


@pytest.mark.parametrize("engine", stored.engines())
async def test_the_fold_of_stored_events_ends_where_the_relationship_did(engine: str) -> None:
    envelopes = tuple(decode(text.encode()) for text in completed(engine))
    assert engine == f"engine-{engine_of(envelopes)}"
    state = await folded_relationship(OneTerm(), envelopes)
    assert state is not None
    assert (state.outcome, state.outcome_reason) == ("completed", "colleagues")


def test_a_row_that_differs_from_the_fold_is_named() -> None:
    right = rows(Case().signed().state)
    assert difference(right, right) == ""
    wrong = replace(right[0], values={**right[0].values, "stage": "survey"})
    assert difference(right, (wrong, *right[1:])) == "relationships_stage"
    assert difference(right, right[:-1]).endswith("_row_missing")
    assert difference(right[:-1], right).endswith("_row_unknown")


async def test_the_rows_of_a_rolling_program_are_the_same_by_the_dates_of_its_term() -> None:
    case = Journal(with_rules(intake=replace(RULES.intake, kind=IntakeKind.ROLLING, course_months=12)))
    course = case.rules.intake.course(TERM.first, TERM)
    case.state = replace(case.state, term_dates=course)
    case.surveyed()
    state = await folded_relationship(OneTerm(), tuple(case.envelopes))
    assert state is not None
    assert state.term_dates == TERM != course
    assert replace(state, term_dates=course) == case.state
    assert rows(state) == rows(case.state)


class LongJournal:
    """A journal whose stream has so many events after it was looked at."""

    def __init__(self, events: int) -> None:
        self.events = events

    async def entries(self, sight: object, stream: str) -> tuple[int, ...]:
        return tuple(range(self.events))


@pytest.mark.parametrize(
    ("events", "faulty", "looks", "faults"),
    [(5, 0, 1, 0), (6, 1, 2, 0), (5, 9, 1, 1), (6, 9, 2, 1)],
    ids=["in order", "moved meanwhile", "wrong and at rest", "wrong, and moved once"],
)
async def test_a_stream_with_a_fault_is_looked_at_again_only_if_it_has_moved(
    monkeypatch: pytest.MonkeyPatch, events: int, faulty: int, looks: int, faults: int
) -> None:
    looked: list[int] = []

    async def look(*given: Any) -> int:
        looked.append(1)
        if len(looked) <= faulty:
            given[-1].faults.append(
                JournalFault(stream="s", check="join", code="records_differ_from_journal")
            )
        return 5 if len(looked) == 1 else 6

    monkeypatch.setattr(audit, "_look", look)
    monkeypatch.setattr(audit, "_SETTLED", 0.0)
    tally = audit.Tally()
    await audit.check_stream(
        cast(Any, LongJournal(events)), cast(Any, None), AUDIT, "relationship", "s", tally
    )
    assert (len(looked), len(tally.faults)) == (looks, faults)
