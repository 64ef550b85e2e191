"""Who decides on an exception."""

from dataclasses import replace

from domain.relationship.stages.application.special import DecideSpecialApplication, TakeSpecialApplication
from tests.domain.builders import (
    COORDINATOR,
    STATE_OFFICE,
    Case,
    document,
    person,
)
from tests.domain.relationship.steps import refused


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


def test_a_late_special_application_does_not_decide_itself() -> None:
    case = Case().apply(special_document=document("special"))
    case.days(60)
    assert case.state.stage == "application"
    assert case.open_tasks() == ["decide_special_application"]
