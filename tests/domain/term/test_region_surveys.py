"""Surveys of the region: who is asked, who may answer, and with which refusals."""

from dataclasses import replace

import pytest

from domain.actors import Actor, Role
from domain.notices import NoticeKind
from domain.term.duties import Matter, SurveyAudience
from domain.term.projection import term_rows
from domain.term.region_surveys import SubmitTermSurvey
from tests.domain.builders import COORDINATOR, MENTOR, OTHER_REGION, PAYMENT, person
from tests.domain.term.term_case import (
    CONTACT,
    PRINCIPAL,
    TERM_RULES,
    WHO,
    TermCase,
    answers,
    notified,
    refused,
)


def test_contacts_are_asked_once_for_their_region_and_one_answer_is_enough() -> None:
    case = TermCase().open()
    case.until(2027, 5, 18)
    assert notified(case, NoticeKind.TERM_SURVEY_OPEN, "contact") == ["r3"]
    case.do(SubmitTermSurvey, CONTACT, audience=SurveyAudience.CONTACT, answers=answers("contact"))
    case.facts = replace(WHO, contacts=(CONTACT.id, person("another contact")))
    other = Actor(id=person("another contact"), role=Role.PARTICIPANT)
    assert (
        refused(case, SubmitTermSurvey, other, audience=SurveyAudience.CONTACT, answers=answers("o"))
        == "already_answered"
    )
    case.until(2027, 6, 25)
    assert notified(case, NoticeKind.TERM_SURVEY_DUE, "contact") == []
    [shown] = [
        r.values
        for r in term_rows(case.state)
        if r.table == "term_surveys" and r.values["audience"] == "contact"
    ]
    assert (shown["status"], shown["owner"], shown["person"]) == ("answered", "r3", CONTACT.id)


def test_an_administrator_is_asked_in_person_and_reminded_until_the_survey_closes() -> None:
    case = TermCase().open()
    case.until(2027, 6, 25)
    assert notified(case, NoticeKind.TERM_SURVEY_OPEN, "administrator") == [PRINCIPAL.id]
    assert notified(case, NoticeKind.TERM_SURVEY_DUE, "administrator") == [PRINCIPAL.id] * 2
    duty = case.state.duty(Matter.SURVEY, "administrator")
    assert duty is not None
    assert duty.settled == "missing"
    code = refused(
        case, SubmitTermSurvey, PRINCIPAL, audience=SurveyAudience.ADMINISTRATOR, answers=answers("p")
    )
    assert code == "survey_closed"
    assert ("chase_term_survey", "administrator") not in case.open_tasks()


def test_the_report_of_a_district_comes_from_its_coordinator_or_contact() -> None:
    for actor in (COORDINATOR, CONTACT):
        case = TermCase().open()
        case.until(2027, 5, 20)
        case.do(SubmitTermSurvey, actor, audience=SurveyAudience.DISTRICT, answers=answers("district"))
        assert case.state.duty(Matter.SURVEY, "district").settled == "done"


@pytest.mark.parametrize(
    ("actor", "audience", "day", "code"),
    [
        (CONTACT, SurveyAudience.CONTACT, 1, "survey_not_open_yet"),
        (PRINCIPAL, SurveyAudience.CONTACT, 20, "audience_not_yours"),
        (CONTACT, SurveyAudience.ADMINISTRATOR, 20, "audience_not_yours"),
        (MENTOR, SurveyAudience.DISTRICT, 20, "audience_not_yours"),
        (COORDINATOR, SurveyAudience.CONTACT, 20, "audience_not_yours"),
        (OTHER_REGION, SurveyAudience.DISTRICT, 20, "other_region"),
        (PAYMENT, SurveyAudience.DISTRICT, 20, "role_not_allowed"),
    ],
)
def test_a_survey_is_refused_with_a_code(actor: Actor, audience: SurveyAudience, day: int, code: str) -> None:
    case = TermCase().open()
    case.until(2027, 5, day)
    assert refused(case, SubmitTermSurvey, actor, audience=audience, answers=answers("x")) == code


def test_an_audience_that_the_program_does_not_ask_is_refused() -> None:
    case = TermCase(rules=replace(TERM_RULES, term_surveys=None)).open()
    code = refused(case, SubmitTermSurvey, CONTACT, audience=SurveyAudience.CONTACT, answers=answers("x"))
    assert code == "audience_not_asked"
