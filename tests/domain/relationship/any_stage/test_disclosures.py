"""Who may record a disclosure that the law required, and which."""

from dataclasses import replace
from datetime import date

import pytest

from domain.errors import RuleViolation
from domain.relationship.any_stage.disclosures import demand_discloser, demand_disclosure
from tests.domain.builders import RULES
from tests.domain.rules_variants import with_rules

OPENED, TODAY = date(2026, 9, 1), date(2026, 10, 1)
NAMED = with_rules(
    agreement=replace(RULES.agreement, legal_exceptions=("court_order",), disclosure_offices=("court",))
)


@pytest.mark.parametrize(
    ("by", "person", "mentor", "coordinates", "code"),
    [
        ("mentor", "m", "m", False, ""),
        ("mentee", "m", "m", True, "not_your_disclosure"),
        ("mentor", "c", "m", True, ""),
        ("mentor", "c", "", True, "no_partner"),
        ("mentor", "c", "m", False, "not_a_participant"),
    ],
)
def test_a_side_records_its_own_disclosures_and_a_coordinator_those_of_anybody(
    by: str, person: str, mentor: str, coordinates: bool, code: str
) -> None:
    if not code:
        demand_discloser(by, person, mentor, "e", coordinates=coordinates)
        return
    with pytest.raises(RuleViolation) as refusal:
        demand_discloser(by, person, mentor, "e", coordinates=coordinates)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("kind", "office", "on", "code"),
    [
        ("gossip", "court", TODAY, "unknown_disclosure"),
        ("court_order", "press", TODAY, "unknown_office"),
        ("court_order", "court", date(2026, 10, 2), "disclosure_in_future"),
        ("court_order", "court", date(2026, 8, 31), "disclosure_before_opening"),
    ],
)
def test_a_disclosure_is_of_a_known_kind_and_of_a_day_since_the_opening(
    kind: str, office: str, on: date, code: str
) -> None:
    demand_disclosure("court_order", "court", OPENED, NAMED, opened_on=OPENED, today=TODAY)
    with pytest.raises(RuleViolation) as refusal:
        demand_disclosure(kind, office, on, NAMED, opened_on=OPENED, today=TODAY)
    assert refusal.value.code == code
