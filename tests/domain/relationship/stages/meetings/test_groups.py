"""One log that counts for several pairs."""

from dataclasses import replace

from domain.actors import SYSTEM
from domain.ids import derive
from domain.relationship.any_stage.pause import PauseRelationship
from domain.relationship.stages.meetings.dispute import ConfirmMeeting
from domain.relationship.stages.meetings.groups import HearGroupRefusal, LogGroupMeeting
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, OTHER_REGION, Case
from tests.domain.relationship.steps import is_notice, log, refused, whole
from tests.domain.rules_variants import RICH


def test_a_group_log_counts_for_the_pair_and_names_its_group() -> None:
    case = Case(rules=RICH).signed()
    case.days(5)
    group = derive("group")
    refused(case, "not_the_mentor", LogGroupMeeting, MENTEE, group=group, **log(case))
    refused(case, "other_region", LogGroupMeeting, OTHER_REGION, group=group, **log(case))
    own = replace(COORDINATOR, id=MENTOR.id)
    refused(case, "on_the_pair", LogGroupMeeting, own, group=group, **log(case))
    case.do(LogGroupMeeting, COORDINATOR, group=group, **log(case))
    [met] = case.state.meetings.log
    assert (met.kind.value, met.group, met.logged_by) == ("group", group, None)
    asked = [each.notice.person for each in case.effects if is_notice(each, "meeting_to_confirm")]
    assert asked == [MENTOR.id, MENTEE.id]
    case.do(ConfirmMeeting, MENTOR, meeting=met.id)
    case.days(1)
    case.do(LogGroupMeeting, MENTOR, group=derive("other"), **log(case))
    refused(case, "own_meeting", ConfirmMeeting, MENTOR, meeting=case.state.meetings.log[-1].id)
    whole(case)


def test_a_group_log_refused_because_of_a_race_becomes_a_task_of_the_region() -> None:
    case = Case(rules=RICH).signed()
    case.do(PauseRelationship, MENTEE, reason="leave")
    case.do(HearGroupRefusal, SYSTEM, group=derive("group"), code="relationship_paused")
    [task] = [task for task in case.state.tasks if task.open]
    assert (task.kind.value, task.why) == ("check_group_meeting", ("relationship_paused",))
    refused(case, "role_not_allowed", HearGroupRefusal, COORDINATOR, group=derive("g"), code="x")
