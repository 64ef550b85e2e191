"""Who applies for whom."""

import pytest

from domain.errors import RuleViolation
from domain.relationship.stages.application.opening import region_of_application
from tests.domain.builders import (
    COORDINATOR,
    MENTEE,
    MENTOR,
    OTHER_REGION,
)


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
