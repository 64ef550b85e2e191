"""A mentor brings in an expert: only with the mentee's consent, and without giving the expert access to anything."""

import pytest

from domain.actors import Actor, Role
from domain.errors import RuleViolation
from domain.relationship.any_stage.helpers import AnswerHelper, NameHelper
from domain.relationship.projection import rows
from domain.relationship.stages.meetings.log import LogMeeting
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, Case, person

EXPERT = person("expert")


def test_a_helper_is_named_by_the_mentor_and_agreed_to_by_the_mentee() -> None:
    case = Case().matched()
    case.do(NameHelper, MENTOR, helper=EXPERT, topic="budget")
    assert [helper.status for helper in case.state.helpers] == ["named"]
    case.do(AnswerHelper, MENTEE, helper=EXPERT, consent=True)
    case.days(2)
    case.do(AnswerHelper, MENTEE, helper=EXPERT, consent=False)
    (row,) = (row for row in rows(case.state) if row.table == "helpers")
    assert (row.values["person"], row.values["topic"], row.values["status"]) == (EXPERT, "budget", "declined")
    assert row.values["named_at"] != row.values["answered_at"]
    assert case.refold() == case.state == case.through_codec()


def test_a_helper_belongs_to_no_pair_and_sees_nothing() -> None:
    case = Case().signed()
    case.do(NameHelper, MENTOR, helper=EXPERT, topic="budget")
    case.do(AnswerHelper, MENTEE, helper=EXPERT, consent=True)
    expert = Actor(id=EXPERT, role=Role.PARTICIPANT)
    with pytest.raises(RuleViolation, match="not_a_participant"):
        case.do(LogMeeting, expert, began_at=case.now, minutes=30, mode="phone")


@pytest.mark.parametrize(
    ("actor", "fields", "code"),
    [
        (MENTEE, {}, "mentor_only"),
        (COORDINATOR, {}, "role_not_allowed"),
        (MENTOR, {"helper": "somebody"}, "unknown_person"),
        (MENTOR, {"helper": MENTEE.id}, "helper_in_pair"),
        (MENTOR, {"helper": MENTOR.id}, "helper_in_pair"),
        (MENTOR, {"topic": "golf"}, "unknown_topic"),
        (MENTOR, {"helper": person("known")}, "helper_named"),
    ],
)
def test_a_person_who_cannot_be_a_helper_is_refused(actor: Actor, fields: dict[str, str], code: str) -> None:
    case = Case().matched()
    case.do(NameHelper, MENTOR, helper=person("known"), topic="budget")
    with pytest.raises(RuleViolation, match=code):
        case.do(NameHelper, actor, **{"helper": EXPERT, "topic": "budget", **fields})


def test_only_the_mentee_answers_and_never_the_same_twice() -> None:
    case = Case().matched()
    case.do(NameHelper, MENTOR, helper=EXPERT, topic="budget")
    for actor, helper, code in (
        (MENTOR, EXPERT, "mentee_only"),
        (MENTEE, person("nobody"), "unknown_helper"),
    ):
        with pytest.raises(RuleViolation, match=code):
            case.do(AnswerHelper, actor, helper=helper, consent=True)
    case.do(AnswerHelper, MENTEE, helper=EXPERT, consent=True)
    with pytest.raises(RuleViolation, match="already_answered"):
        case.do(AnswerHelper, MENTEE, helper=EXPERT, consent=True)


def test_after_the_meetings_nobody_brings_in_a_helper() -> None:
    case = Case().surveyed()
    with pytest.raises(RuleViolation, match="no_helper_now"):
        case.do(NameHelper, MENTOR, helper=EXPERT, topic="budget")
