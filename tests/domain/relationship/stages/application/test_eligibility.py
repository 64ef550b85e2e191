"""Whom the rules accept."""

from dataclasses import replace
from typing import Any

import pytest

from domain.relationship.stages.matching.proposal import ProposeMatch
from tests.domain.builders import COORDINATOR, FACTS, MENTOR, RULES, Case, document
from tests.domain.relationship.steps import refused
from tests.domain.rules_variants import with_rules


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


def test_a_program_without_special_applications_refuses_one() -> None:
    rules = with_rules(eligibility=replace(RULES.eligibility, special_applications=False))
    case = Case(rules=rules).apply(special_document=document("special"))
    assert case.state.outcome_reason == "no_special_applications"
