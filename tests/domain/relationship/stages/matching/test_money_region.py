"""Which of two regions gets the stipend."""

from dataclasses import replace

from domain.actors import Actor, Role
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.rules.money import MoneyRegion
from tests.domain.builders import COORDINATOR, FACTS, MENTOR, RULES, STIPEND, Case, person
from tests.domain.relationship.steps import refused

STRANGER = Actor(id=person("stranger"), role=Role.PARTICIPANT)


def test_a_pair_across_regions_needs_a_choice_of_the_region_that_is_paid() -> None:
    case = Case(facts=replace(FACTS, mentor_region="r4")).apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    refused(case, "money_region_missing", ConfirmMatch, COORDINATOR)
    refused(case, "money_region_unknown", ConfirmMatch, COORDINATOR, money_region="r9")
    case.do(ConfirmMatch, COORDINATOR, money_region="r4")
    assert case.state.claims[0].region == "r4"
    regions = [e.notice.region for e in case.effects if hasattr(e, "notice") and e.notice.region]
    assert regions == ["r3", "r4"]


def test_where_the_rules_name_the_region_that_is_paid_nobody_names_another() -> None:
    """The pair is of one region, or the program names the side: what was sent beside it would be ignored."""
    case = Case().apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    refused(case, "money_region_not_chosen", ConfirmMatch, COORDINATOR, money_region="nord")
    refused(case, "money_region_not_chosen", ConfirmMatch, COORDINATOR, money_region="r4")
    case.do(ConfirmMatch, COORDINATOR, money_region="r3")
    assert case.state.claims[0].region == "r3"
    fixed = replace(RULES, money=(replace(STIPEND, money_region=MoneyRegion.MENTOR_REGION),))
    across = Case(rules=fixed, facts=replace(FACTS, mentor_region="r4")).apply()
    across.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    refused(across, "money_region_not_chosen", ConfirmMatch, COORDINATOR, money_region="r3")
    across.do(ConfirmMatch, COORDINATOR)
    assert across.state.claims[0].region == "r4"


def test_a_run_from_before_ignores_a_region_that_nobody_may_choose() -> None:
    case = Case(engine=2).apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    case.do(ConfirmMatch, COORDINATOR, money_region="nord")
    assert case.state.claims[0].region == "r3"
