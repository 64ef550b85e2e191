"""Who is accepted, and who decides on an exception."""

from dataclasses import replace
from typing import Any

import pytest

from domain.errors import RuleViolation
from domain.relationship.stages.application.opening import (
    DecideSpecialApplication,
    TakeSpecialApplication,
    region_of_application,
)
from domain.relationship.stages.matching.proposal import ProposeMatch
from tests.domain.builders import (
    COORDINATOR,
    FACTS,
    MENTEE,
    MENTOR,
    OTHER_REGION,
    RULES,
    STATE_OFFICE,
    Case,
    document,
    person,
    with_rules,
)
from tests.domain.relationship.steps import refused


@pytest.mark.parametrize(
    ("fields", "facts", "code"),
    [
        ({"reason": "bored"}, FACTS, "not_new_to_role"),
        ({"first_year": False}, FACTS, "not_first_year"),
        ({}, replace(FACTS, memberships={}), "not_a_member"),
    ],
)
def test_an_ineligible_application_ends_with_its_reason(
    fields: dict[str, Any], facts: Any, code: str
) -> None:
    case = Case(facts=facts).apply(**fields)
    assert (case.state.outcome, case.state.outcome_reason) == ("refused", code)
    refused(case, "relationship_ended", ProposeMatch, COORDINATOR, mentor=MENTOR.id)


def test_a_special_application_is_decided_by_the_one_who_took_it() -> None:
    case = Case().apply(reason="circumstances", special_document=document("special"))
    assert case.open_tasks() == ["decide_special_application"]
    refused(case, "not_the_decider", DecideSpecialApplication, STATE_OFFICE, accept=True, reason="hardship")
    refused(case, "state_office_only", TakeSpecialApplication, COORDINATOR)
    case.do(TakeSpecialApplication, STATE_OFFICE)
    other = replace(STATE_OFFICE, id=person("other state"))
    refused(case, "already_taken", TakeSpecialApplication, other)
    refused(case, "not_the_decider", DecideSpecialApplication, other, accept=True, reason="hardship")
    refused(case, "unknown_reason", DecideSpecialApplication, STATE_OFFICE, accept=True, reason="")
    case.do(DecideSpecialApplication, STATE_OFFICE, accept=True, reason="hardship")
    assert case.state.stage == "matching"
    refused(case, "no_special_application", TakeSpecialApplication, other)


def test_a_program_without_special_applications_refuses_one() -> None:
    rules = with_rules(eligibility=replace(RULES.eligibility, special_applications=False))
    case = Case(rules=rules).apply(special_document=document("special"))
    assert case.state.outcome_reason == "no_special_applications"


def test_a_late_special_application_does_not_decide_itself() -> None:
    case = Case().apply(special_document=document("special"))
    case.days(60)
    assert case.state.stage == "application"
    assert case.open_tasks() == ["decide_special_application"]


def test_a_participant_applies_alone_and_a_coordinator_for_the_people_of_the_own_regions() -> None:
    assert region_of_application(MENTEE, MENTEE.id, "r3") == "r3"
    assert region_of_application(COORDINATOR, MENTEE.id, "r3") == "r3"
    for actor, home, code in (
        (MENTOR, "r3", "not_your_application"),
        (OTHER_REGION, "r3", "other_region"),
        (COORDINATOR, None, "other_region"),
    ):
        with pytest.raises(RuleViolation) as refusal:
            region_of_application(actor, MENTEE.id, home)
        assert refusal.value.code == code
