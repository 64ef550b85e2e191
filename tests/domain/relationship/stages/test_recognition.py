"""Recognition is given once, and so are surveys."""

from domain.actors import Actor, Role
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.stages.recognition import RecognizeMentor
from domain.relationship.stages.survey import SubmitSurvey
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, Case, document, person
from tests.domain.relationship.steps import refused

STRANGER = Actor(id=person("stranger"), role=Role.PARTICIPANT)


def test_surveys_and_recognition_are_given_once() -> None:
    case = Case().surveyed()
    refused(case, "meetings_are_over", LogMeeting, MENTOR, began_at=case.now, minutes=30, mode="phone")
    case.do(SubmitSurvey, MENTEE, answers=document("1"))
    refused(case, "already_answered", SubmitSurvey, MENTEE, answers=document("1"))
    refused(case, "not_in_recognition", RecognizeMentor, COORDINATOR, kind="letter")
    refused(case, "not_a_participant", SubmitSurvey, STRANGER, answers=document("1"))
