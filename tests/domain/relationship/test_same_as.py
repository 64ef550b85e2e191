"""Entries that count as one human count as one wherever a relationship compares people."""

from dataclasses import replace
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.messages import Command
from domain.person_changes import ChangeKind, HearPersonChange
from domain.relationship.decider import question
from domain.relationship.person_change import SettleChange
from domain.relationship.stages.application.refusal import AcceptAsSpecial, RefuseApplication
from domain.relationship.stages.application.special import DecideSpecialApplication, TakeSpecialApplication
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from tests.domain.builders import (
    COORDINATOR,
    FACTS,
    MENTEE,
    MENTOR,
    RULES,
    START,
    STATE_OFFICE,
    Case,
    document,
)
from tests.domain.relationship.steps import refused
from tests.domain.rules_variants import BY_PERSON


def one(*ids: str) -> dict[str, tuple[str, ...]]:
    return {id: tuple(other for other in ids if other != id) for id in ids}


def test_only_a_run_of_the_newest_engine_asks_which_entries_count_as_one() -> None:
    for engine, compared in ((1, None), (2, (COORDINATOR.id,))):
        case = Case(engine=engine).apply()
        command = ProposeMatch(id="c" * 32, actor=COORDINATOR, mentor=MENTOR.id)
        asked = question(case.state, command, START, RULES)
        assert asked is not None
        assert asked.compared == compared


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"one_mailbox": True, "same_as": one(MENTEE.id, MENTOR.id)}, "two_people_one_mailbox"),
        ({"same_as": one(MENTEE.id, MENTOR.id)}, "mentor_is_mentee"),
        ({"same_as": one(MENTOR.id, COORDINATOR.id)}, "proposer_is_mentor"),
    ],
)
def test_nobody_is_mentor_of_oneself_or_proposes_oneself_under_another_entry(
    facts: dict[str, Any], code: str
) -> None:
    case = Case(facts=replace(FACTS, **facts)).apply()
    refused(case, code, ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    proposed = Case().apply()
    proposed.do(ProposeMatch, STATE_OFFICE, mentor=MENTOR.id)
    proposed.facts = replace(FACTS, **facts)
    code = "confirmer_in_pair" if code == "proposer_is_mentor" else code
    refused(proposed, code, ConfirmMatch, COORDINATOR)


def test_two_people_who_share_a_mailbox_are_a_pair_once_somebody_said_that_they_are_two() -> None:
    case = Case(facts=replace(FACTS, one_mailbox=True, same_as={})).matched()
    assert case.state.stage == "contact"
    older = Case(facts=replace(FACTS, one_mailbox=True), engine=1).apply()
    refused(older, "mentor_is_mentee", ProposeMatch, COORDINATOR, mentor=MENTOR.id)


def test_nobody_decides_on_the_own_application_under_another_entry() -> None:
    same = replace(FACTS, same_as=one(MENTEE.id, STATE_OFFICE.id))
    acts: tuple[tuple[type[Command], dict[str, Any]], ...] = (
        (RefuseApplication, {}),
        (AcceptAsSpecial, {"reason": "hardship"}),
    )
    for kind, given in acts:
        case = Case(rules=BY_PERSON, facts=same).apply(first_year=False)
        refused(case, "own_application", kind, STATE_OFFICE, **given)
    special = Case(facts=same).apply(special_document=document("special"))
    special.do(TakeSpecialApplication, STATE_OFFICE)
    refused(
        special, "own_application", DecideSpecialApplication, STATE_OFFICE, accept=True, reason="hardship"
    )


def test_a_pair_that_turns_out_to_be_one_human_is_a_task_and_does_not_end() -> None:
    for case in (Case().signed(), Case().apply()):
        if case.state.stage == "matching":
            case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
        case.facts = replace(FACTS, same_as=one(MENTEE.id, MENTOR.id))
        change = {"person": MENTOR.id, "kind": ChangeKind.SAME_AS, "day": START.date()}
        assert case.do(HearPersonChange, SYSTEM, **change)
        [task] = [task for task in case.state.tasks if task.kind.value == "look_at_person"]
        assert (task.why, task.open) == (("pair_is_one_human",), True)
        case.facts = replace(FACTS, same_as={})
        case.do(HearPersonChange, SYSTEM, **change)
        assert "look_at_person" not in case.open_tasks()
        assert not case.state.ended
        assert case.refold() == case.state


@pytest.mark.parametrize(
    ("person", "limit", "fact"),
    [
        (MENTEE.id, "applied_under_two_entries", "applied_before"),
        (MENTOR.id, "too_many_pairs", "beyond_places"),
    ],
)
def test_each_limit_that_a_merge_breaks_is_one_task_and_ends_nothing(
    person: str, limit: str, fact: str
) -> None:
    """C60: one application a term, and the places of a mentor."""
    case = Case().signed()
    change = {"person": person, "kind": ChangeKind.SAME_AS, "day": START.date()}
    kept = replace(FACTS, same_as={}, applied_before=False, beyond_places=False)
    case.facts = kept
    assert case.do(HearPersonChange, SYSTEM, **change) == ()
    case.facts = replace(kept, **{fact: True})
    assert len(case.do(HearPersonChange, SYSTEM, **change)) == 2
    assert case.do(HearPersonChange, SYSTEM, **change) == (), "another answer opens no second task"
    [task] = [task for task in case.state.tasks if task.kind.value == "look_at_person"]
    assert (task.why, task.open, case.state.ended) == ((limit,), True, False)
    case.do(SettleChange, COORDINATOR, person=person)
    assert case.do(HearPersonChange, SYSTEM, **change) == (), "it was looked at"
    case = Case().signed()
    case.facts = replace(kept, **{fact: True})
    case.do(HearPersonChange, SYSTEM, **change)
    case.facts = kept
    case.do(HearPersonChange, SYSTEM, **change)
    assert "look_at_person" not in case.open_tasks()
    assert case.refold() == case.state == case.through_codec()


def test_only_a_change_of_who_is_one_asks_about_limits() -> None:
    case = Case().signed()
    for kind, engine, asks in ((ChangeKind.SAME_AS, 2, True), (ChangeKind.MENTOR, 2, None)):
        command = HearPersonChange(id="c" * 32, actor=SYSTEM, person=MENTEE.id, kind=kind, day=START.date())
        asked = question(replace(case.state, engine=engine), command, case.now, RULES)
        assert asked is not None
        assert asked.limits is asks
