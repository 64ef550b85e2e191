"""Whom a coordinator cannot propose as a mentor."""

from dataclasses import replace
from typing import Any

import pytest

from domain.relationship.stages.matching.proposal import ProposeMatch
from tests.domain.builders import COORDINATOR, FACTS, MENTEE, MENTOR, Case
from tests.domain.relationship.steps import refused


@pytest.mark.parametrize(
    ("facts", "fields", "code"),
    [
        ({"memberships": {MENTEE.id: "active"}}, {}, "mentor_not_a_member"),
        ({"memberships": {MENTOR.id: "active"}}, {}, "mentee_not_a_member"),
        ({"mentor_known": False}, {}, "unknown_mentor"),
        ({"free_slot": 0}, {}, "mentor_full"),
        ({"mentor_same_role": False}, {}, "fallback_reason_missing"),
        ({}, {"mentor": MENTEE.id}, "mentor_is_mentee"),
        ({}, {"mentor": COORDINATOR.id}, "proposer_is_mentor"),
        ({}, {"fallback": "whim"}, "unknown_fallback"),
    ],
)
def test_a_mentor_who_may_not_serve_is_refused(facts: Any, fields: Any, code: str) -> None:
    case = Case().apply()
    case.facts = replace(FACTS, **facts)
    refused(case, code, ProposeMatch, COORDINATOR, **{"mentor": MENTOR.id, **fields})
