"""A relationship is moved to another version of its rules by a named person, and by nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import Actor, Role
from domain.codec import text_of
from domain.relationship.any_stage.reminders import Escalated, NudgeDue
from domain.relationship.any_stage.rules_version import MoveRules, RulesMoved
from domain.rules.canonical_json import rules_digest
from domain.rules.intake import IntakeKind
from domain.rules.money import Trigger
from tests.domain.builders import COORDINATOR, FACTS, MENTEE, RULES, STATE_OFFICE, Case, person
from tests.domain.relationship.steps import refused

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
        digest=rules_digest(text_of(NEWER)),
        left_version="1",
        left_digest=rules_digest(text_of(RULES)),
        reason="new_cohort_rules",
        timers=before.timers,
    )
    assert replace(moved.state, applied_seq=before.applied_seq) == before
    assert moved.refold() == moved.state


def test_only_the_state_office_moves_and_says_why() -> None:
    refused(case(), "state_office_only", MoveRules, COORDINATOR, rules_version="2", reason="new_rules")
    refused(case(), "role_not_allowed", MoveRules, MENTEE, rules_version="2", reason="new_rules")
    refused(case(), "reason_missing", MoveRules, STATE_OFFICE, rules_version="2", reason="")
    own = replace(STATE_OFFICE, id=MENTEE.id)
    refused(case(), "mover_in_pair", MoveRules, own, rules_version="2", reason="new_rules")


def test_the_new_version_is_known_different_and_of_the_same_program() -> None:
    unknown = Case().matched()
    refused(unknown, "unknown_version", MoveRules, STATE_OFFICE, rules_version="9", reason="new_rules")
    same = Case(facts=replace(FACTS, rules_text=text_of(RULES))).matched()
    refused(same, "same_rules", MoveRules, STATE_OFFICE, rules_version="1", reason="new_rules")
    other = Case(facts=replace(FACTS, rules_text=text_of(replace(NEWER, program="other")))).matched()
    refused(other, "other_program", MoveRules, STATE_OFFICE, rules_version="2", reason="new_rules")


def test_a_text_that_says_too_little_for_this_software_is_unknown() -> None:
    short = Case(facts=replace(FACTS, rules_text='{"program":"sample"}')).matched()
    refused(short, "unknown_version", MoveRules, STATE_OFFICE, rules_version="2", reason="new_rules")


def test_money_stays_under_the_rules_that_it_began_with() -> None:
    other = replace(NEWER, money=(replace(RULES.money[0], trigger=Trigger.ON_COMPLETION),))
    late = Case(facts=replace(FACTS, rules_text=text_of(other))).matched()
    refused(late, "money_under_way", MoveRules, STATE_OFFICE, rules_version="2", reason="new_rules")
    early = Case(facts=replace(FACTS, rules_text=text_of(other))).apply()
    early.do(MoveRules, STATE_OFFICE, rules_version="2", reason="new_rules")
    assert early.state.claims == ()


@pytest.mark.parametrize("months", [9, 18])
def test_a_version_that_gives_the_mentee_another_course_is_refused(months: int) -> None:
    rolling = replace(RULES, intake=replace(RULES.intake, kind=IntakeKind.ROLLING, course_months=12))
    longer = replace(rolling, version="2", intake=replace(rolling.intake, course_months=months))
    moved = Case(rules=rolling, facts=replace(FACTS, rules_text=text_of(longer))).matched()
    refused(moved, "other_course", MoveRules, STATE_OFFICE, rules_version="2", reason="new_rules")
    alike = replace(NEWER, intake=rolling.intake)
    moved.facts = replace(FACTS, rules_text=text_of(alike))
    assert moved.do(MoveRules, STATE_OFFICE, rules_version="2", reason="new_rules")


def late_meeting(*days: int, wait: timedelta) -> Case:
    """Return a pair whose meeting is late, moved to rules whose ladder has its rungs on other days."""
    first, _, last = RULES.ladders["meeting"]
    rungs = (*(replace(first, after_days=day) for day in days[:-1]), replace(last, after_days=days[-1]))
    after = replace(RULES, version="2", ladders={**RULES.ladders, "meeting": rungs})
    late = Case(facts=replace(FACTS, rules_text=text_of(after))).signed()
    due = next(timer.due for timer in late.state.timers if timer.subject == "meeting")
    late.wait_until(due + wait)
    assert isinstance(late.events[-1], NudgeDue)
    late.do(MoveRules, STATE_OFFICE, rules_version="2", reason="new_rules")
    late.rules = after
    return late


def test_a_later_rung_of_the_new_ladder_waits_for_its_own_day() -> None:
    late = late_meeting(0, 20, 30, wait=timedelta(hours=1))
    assert not late.days(18)
    assert [type(event) for event in late.days(30)] == [NudgeDue, Escalated]
    assert late.refold() == late.state == late.through_codec()


def test_a_shorter_ladder_still_asks_the_coordinator() -> None:
    late = late_meeting(0, 5, wait=timedelta(days=9))
    assert [type(event) for event in late.days(1)] == [Escalated]
    assert late.open_tasks() == ["contact_pair"]
