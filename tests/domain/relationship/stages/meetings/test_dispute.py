"""A disputed log, and who resolves it."""

from dataclasses import replace

import pytest

from domain.codec import instant_text
from domain.ids import derive
from domain.relationship.stages.meetings.completion import counting
from domain.relationship.stages.meetings.dispute import ConfirmMeeting, DisputeMeeting, ResolveMeeting
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, Case
from tests.domain.relationship.steps import is_notice, refused


def test_a_disputed_meeting_is_resolved_by_a_coordinator() -> None:
    case = Case().signed()
    case.days(5)
    meeting = case.meet(confirmed=False)
    refused(case, "own_meeting", ConfirmMeeting, MENTOR, meeting=meeting)
    refused(case, "unknown_meeting", ConfirmMeeting, MENTEE, meeting=derive("no"))
    refused(
        case, "meeting_not_disputed", ResolveMeeting, COORDINATOR, meeting=meeting, stands=True, reason="x"
    )
    case.do(DisputeMeeting, MENTEE, meeting=meeting, reason="no_show")
    refused(case, "meeting_already_answered", ConfirmMeeting, MENTEE, meeting=meeting)
    assert case.open_tasks() == ["resolve_meeting"]
    own = replace(COORDINATOR, id=MENTOR.id)
    refused(case, "on_the_pair", ResolveMeeting, own, meeting=meeting, stands=True, reason="x")
    case.do(ResolveMeeting, COORDINATOR, meeting=meeting, stands=False, reason="both_agree")
    assert case.open_tasks() == []
    assert counting(case.state.meetings, RULES) == ()


@pytest.mark.parametrize(("stands", "said"), [(True, "yes"), (False, "no")])
def test_both_are_told_how_a_dispute_was_decided(stands: bool, said: str) -> None:
    case = Case().signed()
    case.days(5)
    meeting = case.meet(confirmed=False)
    began = case.state.meetings.log[-1].began_at
    case.do(DisputeMeeting, MENTEE, meeting=meeting, reason="no_show")
    case.do(ResolveMeeting, COORDINATOR, meeting=meeting, stands=stands, reason="both_agree")
    told = [each.notice for each in case.effects if is_notice(each, "meeting_resolved")]
    assert [each.person for each in told] == [MENTOR.id, MENTEE.id]
    assert {tuple(each.data.items()) for each in told} == {
        (("meeting", meeting), ("began_at", instant_text(began)), ("stands", said))
    }


def test_in_a_run_of_engine_6_nobody_is_told_how_a_dispute_was_decided() -> None:
    case = Case(engine=6).signed()
    case.days(5)
    meeting = case.meet(confirmed=False)
    case.do(DisputeMeeting, MENTEE, meeting=meeting, reason="no_show")
    case.do(ResolveMeeting, COORDINATOR, meeting=meeting, stands=False, reason="both_agree")
    assert not [each for each in case.effects if is_notice(each, "meeting_resolved")]
