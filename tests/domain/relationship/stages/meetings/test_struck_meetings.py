"""A meeting that a coordinator strikes is void: the next one is due, and named, as if nobody had logged it (C20)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from domain.relationship.any_stage.reminders import Escalated, NudgeDue
from domain.relationship.deadlines import Timer
from domain.relationship.stages.meetings.dispute import DisputeMeeting, ResolveMeeting
from domain.relationship.stages.meetings.follow_up import RecordObstacle
from domain.relationship.stages.meetings.log import LogMeeting
from domain.rules.program import DeadlineKind
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, Case


def logged(case: Case, *, ago: int = 0, next_on: date | None = None, topics: tuple[str, ...] = ()) -> str:
    """Log a meeting held some days ago, with the date and topics named for the next; return its id."""
    began_at = case.now - timedelta(days=ago, hours=1)
    case.do(
        LogMeeting,
        MENTOR,
        began_at=began_at,
        minutes=60,
        mode="phone",
        next_on=next_on,
        next_topics=topics,
    )
    return case.state.meetings.log[-1].id


def strike(case: Case, meeting: str, *, stands: bool = False) -> None:
    case.do(DisputeMeeting, MENTEE, meeting=meeting, reason="no_show")
    case.do(ResolveMeeting, COORDINATOR, meeting=meeting, stands=stands, reason="both_agree")
    assert case.refold() == case.state == case.through_codec()


def timer(case: Case) -> Timer | None:
    return next((each for each in case.state.timers if each.subject is DeadlineKind.MEETING), None)


def named(case: Case) -> tuple[date | None, tuple[str, ...]]:
    return case.state.meetings.next_on, case.state.meetings.next_topics


def test_the_rhythm_counts_again_from_the_agreement_or_the_last_meeting_that_stands() -> None:
    case = Case().signed()
    from_agreement = timer(case)
    case.days(5)
    first = logged(case)
    from_first = timer(case)
    case.days(10)
    second = logged(case)
    assert from_agreement != from_first != timer(case)
    strike(case, second)
    assert timer(case) == from_first
    strike(case, first)
    assert timer(case) == from_agreement
    assert case.events[-1].timers == (from_agreement,)


def test_striking_an_earlier_meeting_or_upholding_a_disputed_one_changes_nothing() -> None:
    case = Case().signed()
    case.days(5)
    first = logged(case)
    case.days(10)
    second = logged(case, next_on=date(2026, 9, 4), topics=("budget",))
    before = timer(case), named(case)
    strike(case, first)
    strike(case, second, stands=True)
    assert (timer(case), named(case)) == before


def test_the_date_that_a_struck_log_named_is_dropped_and_the_one_before_it_applies() -> None:
    case = Case().signed()
    case.days(3)
    first = logged(case, next_on=date(2026, 8, 31), topics=("budget",))
    case.days(3)
    undated = logged(case)
    with_first = timer(case)
    case.days(3)
    second = logged(case, next_on=date(2026, 8, 21))
    assert named(case) == (date(2026, 8, 21), ())
    assert timer(case) != with_first
    strike(case, second)
    assert named(case) == (date(2026, 8, 31), ("budget",))
    assert timer(case) == with_first
    strike(case, first)
    assert named(case) == (None, ())
    strike(case, undated)
    assert timer(case) == timer(Case().signed())
    kinds = [each.notice.kind.value for each in case.effects if getattr(each, "notice", None)]
    assert kinds[-1] != "meeting_planned"


def test_a_named_day_no_longer_applies_once_a_valid_meeting_has_kept_it() -> None:
    case = Case().signed()
    case.days(3)
    logged(case, next_on=date(2026, 8, 12))
    case.wait_until(RULES.calendar.at(date(2026, 8, 12)))
    logged(case)
    kept = timer(case)
    case.days(3)
    strike(case, logged(case, next_on=date(2026, 8, 24)))
    assert (named(case), timer(case)) == ((None, ()), kept)


@pytest.mark.parametrize(
    ("late", "rung", "kind"), [(1, 1, NudgeDue), (9, 2, NudgeDue), (20, 3, Escalated)], ids=["1", "9", "20"]
)
def test_a_pair_that_was_late_got_the_current_rung_at_once_before_engine_three(
    late: int, rung: int, kind: type[NudgeDue | Escalated]
) -> None:
    case = Case(engine=2).signed()
    running = timer(case)
    assert running is not None
    case.wait_until(running.due - timedelta(days=1))
    meeting = logged(case)
    assert not case.wait_until(running.due + timedelta(days=late))
    strike(case, meeting)
    (fired,) = case.days(0)
    assert isinstance(fired, kind)
    assert (fired.subject, fired.rung) == (DeadlineKind.MEETING, rung)
    later = [type(event) for event in case.days(30)]
    assert later == [NudgeDue, Escalated][rung - 1 :]


def test_the_ladder_of_a_pair_that_is_late_by_then_begins_on_the_next_working_morning() -> None:
    case = Case().signed()
    running = timer(case)
    assert running is not None
    case.wait_until(running.due - timedelta(days=1))
    meeting = logged(case)
    assert not case.wait_until(running.due + timedelta(days=20))
    strike(case, meeting)
    morning = RULES.calendar.after(RULES.calendar.local_date(case.now), 1)
    assert not case.wait_until(morning - timedelta(seconds=1))
    (fired,) = case.wait_until(morning)
    assert isinstance(fired, NudgeDue)
    assert (fired.rung, timer(case)) == (1, replace(running, rung=1, next_at=fired.next_at, begins=morning))
    assert [type(event) for event in case.days(30)] == [NudgeDue, Escalated]


def test_a_coordinator_who_is_already_dealing_with_the_pair_is_not_asked_again() -> None:
    case = Case().signed()
    case.days(5)
    meeting = logged(case)
    case.days(60)
    assert case.open_tasks() == ["contact_pair"]
    case.do(RecordObstacle, COORDINATOR, obstacle="distance")
    strike(case, meeting)
    assert timer(case) is None
    assert not case.days(1)


def test_days_before_a_pause_or_a_new_agreement_are_not_counted_again() -> None:
    case = Case().signed()
    case.days(5)
    case.do(PauseRelationship, COORDINATOR, reason="leave")
    case.days(100)
    case.do(ResumeRelationship, COORDINATOR)
    resumed = timer(case)
    case.days(2)
    strike(case, logged(case))
    assert timer(case) == resumed
    logged(case, ago=103)
    assert timer(case) == resumed, "a log of a meeting before the pause changes nothing either"


def test_after_the_time_for_meetings_no_deadline_starts_again() -> None:
    rules = replace(RULES, meetings=replace(RULES.meetings, minimum=1, minimum_face_to_face=0))
    case = Case(rules=rules).signed()
    case.days(5)
    kept = case.meet()
    case.days(20)
    meeting = logged(case)
    case.wait_until(case.state.meetings_end(rules) + timedelta(hours=1))
    assert (case.state.stage, bool(kept)) == ("survey", True)
    strike(case, meeting)
    assert timer(case) is None
