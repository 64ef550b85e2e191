"""A disputed log, and who resolves it."""

from dataclasses import replace

from domain.ids import derive
from domain.relationship.stages.meetings.completion import counting
from domain.relationship.stages.meetings.dispute import ConfirmMeeting, DisputeMeeting, ResolveMeeting
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, Case
from tests.domain.relationship.steps import refused


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
