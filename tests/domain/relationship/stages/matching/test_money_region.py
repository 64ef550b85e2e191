"""Which of two regions gets the stipend."""

from dataclasses import replace

from domain.actors import Actor, Role
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from tests.domain.builders import COORDINATOR, FACTS, MENTOR, Case, person
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
