"""A relationship is moved to another version of its rules by a named person, and by nothing else."""

from dataclasses import replace

import pytest

from domain.actors import Actor, Role
from domain.rulebook import text_of
from domain.stages.moving import MoveRules, RulesMoved, digest_of
from tests.domain.builders import COORDINATOR, FACTS, MENTEE, RULES, STATE_OFFICE, Case, person
from tests.domain.test_stages import refused

NEWER = replace(RULES, version="2", contact=replace(RULES.contact, first_contact_days=3))
ADMIN = Actor(id=person("admin"), role=Role.ADMIN)


def case() -> Case:
    return Case(facts=replace(FACTS, rules_text=text_of(NEWER))).matched()


@pytest.mark.parametrize("mover", [STATE_OFFICE, ADMIN])
def test_the_event_names_both_rules_and_changes_nothing_else(mover: Actor) -> None:
    moved = case()
    before = moved.state
    (event,) = moved.do(MoveRules, mover, rules_version="2", reason="new_cohort_rules")
    assert event == RulesMoved(
        version="2",
        digest=digest_of(text_of(NEWER)),
        left_version="1",
        left_digest=digest_of(text_of(RULES)),
        reason="new_cohort_rules",
    )
    assert replace(moved.state, applied_seq=before.applied_seq) == before
    assert moved.refold() == moved.state


def test_only_the_state_office_moves_and_says_why() -> None:
    refused(case(), "state_office_only", MoveRules, COORDINATOR, rules_version="2", reason="new_rules")
    refused(case(), "role_not_allowed", MoveRules, MENTEE, rules_version="2", reason="new_rules")
    refused(case(), "reason_missing", MoveRules, STATE_OFFICE, rules_version="2", reason="")
    own = replace(STATE_OFFICE, id=MENTEE.id)
    refused(case(), "mover_in_pair", MoveRules, own, rules_version="2", reason="new_rules")


def test_a_version_is_kept_differs_and_is_of_the_same_program() -> None:
    unknown = Case().matched()
    refused(unknown, "unknown_version", MoveRules, STATE_OFFICE, rules_version="9", reason="new_rules")
    same = Case(facts=replace(FACTS, rules_text=text_of(RULES))).matched()
    refused(same, "same_rules", MoveRules, STATE_OFFICE, rules_version="1", reason="new_rules")
    other = Case(facts=replace(FACTS, rules_text=text_of(replace(NEWER, program="other")))).matched()
    refused(other, "other_program", MoveRules, STATE_OFFICE, rules_version="2", reason="new_rules")
