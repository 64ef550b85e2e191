"""Recognition is given once, and so are surveys."""

import pytest

from domain.actors import SYSTEM, Actor, Role
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.stages.recognition import AnswerContinuation, RecognizeMentor
from domain.relationship.stages.stipend import HearObligation
from domain.relationship.stages.survey import SubmitSurvey
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, Case, document, person
from tests.domain.relationship.steps import is_notice, refused

STRANGER = Actor(id=person("stranger"), role=Role.PARTICIPANT)


def test_surveys_and_recognition_are_given_once() -> None:
    case = Case().surveyed()
    refused(case, "meetings_are_over", LogMeeting, MENTOR, began_at=case.now, minutes=30, mode="phone")
    case.do(SubmitSurvey, MENTEE, answers=document("1"))
    refused(case, "already_answered", SubmitSurvey, MENTEE, answers=document("1"))
    refused(case, "not_in_recognition", RecognizeMentor, COORDINATOR, kind="letter")
    refused(case, "not_a_participant", SubmitSurvey, STRANGER, answers=document("1"))


def completed(engine: int, *go_on: bool) -> list[dict[str, str]]:
    """Return what those are told whose year is complete, after these answers of mentee and mentor."""
    case = Case(engine=engine).surveyed()
    for actor in (MENTEE, MENTOR):
        case.do(SubmitSurvey, actor, answers=document(actor.id))
    if case.state.stage == "stipend":
        case.do(HearObligation, SYSTEM, obligation=case.state.claims[0].obligation, state="sent")
    case.do(RecognizeMentor, COORDINATOR, kind="letter")
    for actor, answer in zip((MENTEE, MENTOR), go_on, strict=False):
        case.do(AnswerContinuation, actor, go_on=answer)
    case.days(60)
    assert case.state.ended
    told = [each.notice for each in case.effects if is_notice(each, "relationship_completed")]
    assert [each.person for each in told] == ([MENTOR.id, MENTEE.id] if told else [])
    return [dict(each.data) for each in told]


@pytest.mark.parametrize(
    ("answers", "said"),
    [((True, True), {"colleagues": "yes"}), ((True, False), {}), ((True,), {}), ((), {})],
)
def test_both_are_told_that_their_year_is_complete_and_never_who_said_no(
    answers: tuple[bool, ...], said: dict[str, str]
) -> None:
    assert completed(7, *answers) == [said, said]


def test_in_a_run_of_engine_6_nobody_is_told_that_the_year_is_complete() -> None:
    assert completed(6, True, True) == []
