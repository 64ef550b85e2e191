"""Nobody is reminded while catching up: after a late log the ladder begins on the next working morning (C20)."""

from dataclasses import replace
from datetime import date, timedelta

from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from domain.relationship.any_stage.reminders import Escalated, NudgeDue
from domain.relationship.deadlines import Timer, after_grace, timer_for
from domain.relationship.stages.meetings.corrections import CorrectMeeting
from domain.relationship.stages.meetings.follow_up import RecordObstacle
from domain.relationship.stages.meetings.log import LogMeeting
from domain.rules.ladder import Audience, Rung, StepKind
from domain.rules.program import DeadlineKind
from tests.domain.builders import COORDINATOR, MENTOR, RULES, Case
from tests.domain.relationship.steps import at, refused, whole

LATE = {"minutes": 60, "mode": "phone"}


def running(case: Case) -> Timer:
    return next(each for each in case.state.timers if each.subject is DeadlineKind.MEETING)


def april(engine: int = 3) -> Case:
    """Return a pair that has logged nothing since its agreement, on Wednesday 28 April at ten."""
    case = Case(engine=engine).signed()
    case.wait_until(at(date(2027, 4, 28)))
    return case


def test_february_and_march_logged_on_28_april_cause_no_reminder_in_between() -> None:
    case = april()
    case.do(LogMeeting, MENTOR, began_at=at(date(2027, 2, 10)), **LATE)
    assert not case.wait_until(at(date(2027, 4, 28), 11))
    case.do(LogMeeting, MENTOR, began_at=at(date(2027, 3, 20)), **LATE)
    morning = RULES.calendar.at(date(2027, 4, 29))
    timer = running(case)
    assert (timer.due, timer.next_at) == (RULES.calendar.end_of(date(2027, 4, 20)), morning)
    assert not case.wait_until(morning - timedelta(seconds=1))
    (first,) = case.wait_until(morning)
    assert isinstance(first, NudgeDue)
    assert (first.rung, first.next_at) == (1, RULES.calendar.at(date(2027, 5, 6)))
    assert [(type(each), each.rung) for each in case.wait_until(at(date(2027, 5, 14)))] == [
        (NudgeDue, 2),
        (Escalated, 3),
    ]
    whole(case)


def test_a_log_of_april_on_the_next_morning_leaves_nothing_to_remind_of() -> None:
    case = april()
    case.do(LogMeeting, MENTOR, began_at=at(date(2027, 3, 20)), **LATE)
    case.wait_until(at(date(2027, 4, 28), 20))
    case.do(LogMeeting, MENTOR, began_at=at(date(2027, 4, 27)), **LATE)
    assert running(case).begins is None
    assert not case.wait_until(at(date(2027, 5, 14)))


def test_runs_that_decide_in_an_older_way_remind_at_once() -> None:
    case = april(engine=2)
    case.do(LogMeeting, MENTOR, began_at=at(date(2027, 2, 10)), **LATE)
    (event,) = case.wait_until(case.now)
    assert isinstance(event, Escalated)


def test_before_a_weekend_and_in_a_break_the_next_working_morning_is_later() -> None:
    due = RULES.calendar.at(date(2026, 11, 2))
    timer = timer_for(RULES, DeadlineKind.MEETING, due)
    friday = after_grace(RULES, timer, at(date(2026, 12, 11)))
    assert friday.next_at == RULES.calendar.at(date(2026, 12, 14))
    before_break = after_grace(RULES, timer, at(date(2026, 12, 18)))
    assert before_break.next_at == RULES.calendar.at(date(2027, 1, 4))


def test_a_first_rung_some_days_after_the_due_day_comes_on_that_morning_and_the_next_keep_their_distance() -> (
    None
):
    rungs = (
        Rung(after_days=3, step=StepKind.REMIND, to=Audience.BOTH),
        Rung(after_days=10, step=StepKind.ESCALATE, to=Audience.COORDINATOR),
    )
    case = Case(rules=replace(RULES, ladders={**RULES.ladders, "meeting": rungs})).signed()
    case.wait_until(at(date(2027, 4, 28)))
    case.do(LogMeeting, MENTOR, began_at=at(date(2027, 2, 10)), **LATE)
    (first,) = case.wait_until(RULES.calendar.at(date(2027, 4, 29)))
    assert isinstance(first, NudgeDue)
    assert first.next_at == RULES.calendar.at(date(2027, 5, 6))


def test_a_correction_puts_off_what_was_about_to_fire_and_a_pair_that_is_in_time_keeps_its_ladder() -> None:
    case = Case().signed()
    case.days(5)
    meeting = case.meet(confirmed=False)
    due = running(case).due
    case.do(CorrectMeeting, MENTOR, meeting=meeting, topics=("budget",))
    assert running(case).begins is None
    case.wait_until(due - timedelta(hours=1))
    case.do(CorrectMeeting, MENTOR, meeting=meeting, topics=())
    morning = RULES.calendar.after(RULES.calendar.local_date(case.now), 1)
    assert (running(case).due, running(case).next_at, running(case).rung) == (due, morning, 0)
    whole(case)


def test_a_correction_to_a_later_day_ends_the_work_that_the_wrong_day_made() -> None:
    case = Case().signed()
    case.days(5)
    meeting = case.meet(confirmed=False)
    case.days(60)
    assert case.open_tasks() == ["contact_pair"]
    case.do(CorrectMeeting, MENTOR, meeting=meeting, began_at=case.now - timedelta(days=2))
    assert (case.open_tasks(), running(case).begins) == ([], None)
    case.do(RecordObstacle, COORDINATOR, obstacle="distance")
    assert any(each.subject is DeadlineKind.FOLLOW_UP for each in case.state.timers)
    case.do(CorrectMeeting, MENTOR, meeting=meeting, began_at=case.now - timedelta(days=1))
    assert not any(each.subject is DeadlineKind.FOLLOW_UP for each in case.state.timers)
    whole(case)


def test_a_pause_moves_the_morning_on_which_the_ladder_begins() -> None:
    case = april()
    case.do(LogMeeting, MENTOR, began_at=at(date(2027, 3, 20)), **LATE)
    case.do(PauseRelationship, COORDINATOR, reason="leave")
    refused(case, "relationship_paused", LogMeeting, MENTOR, began_at=at(date(2027, 4, 20)), **LATE)
    case.days(10)
    case.do(ResumeRelationship, COORDINATOR)
    assert running(case).begins is None, "the rhythm starts again with the end of the pause"
    whole(case)
