"""C20: nobody is reminded of the next meeting while somebody catches up; the ladder begins on the next morning."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from domain.relationship.any_stage.reminders import Escalated, NudgeDue
from domain.relationship.deadlines import Timer
from domain.relationship.stages.meetings.dispute import DisputeMeeting, ResolveMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from domain.rules.ladder import Audience, Rung, StepKind
from domain.rules.program import DeadlineKind, Rules
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, Case

CALENDAR = RULES.calendar


def log(case: Case, day: date) -> str:
    """Log a meeting of an earlier day; return its id."""
    began = CALENDAR.at(day, time(15, 0))
    case.do(LogMeeting, MENTOR, began_at=began, minutes=60, mode="phone")
    return case.state.meetings.log[-1].id


def late(rules: Rules = RULES, *, engine: int = 3) -> Case:
    """Return a pair that has logged nothing until Wednesday, 28 April, at ten."""
    case = Case(rules=rules, engine=engine).signed()
    case.wait_until(CALENDAR.at(date(2027, 4, 28), time(10, 0)))
    return case


def timer(case: Case) -> Timer:
    return next(each for each in case.state.timers if each.subject is DeadlineKind.MEETING)


def asked(case: Case, until: datetime) -> list[tuple[type, int]]:
    """Let time pass; return what was asked meanwhile, with the number of its rung."""
    fired = case.wait_until(until)
    return [(type(each), each.rung) for each in fired if isinstance(each, NudgeDue | Escalated)]


def local(instant: datetime) -> str:
    return f"{instant.astimezone(CALENDAR.zone):%a %d %b %H:%M}"


def test_c20_between_two_late_logs_nobody_is_reminded() -> None:
    case = late()
    for day in (date(2027, 2, 10), date(2027, 3, 10)):
        log(case, day)
        assert not asked(case, case.now + timedelta(hours=5))
    assert local(timer(case).next_at) == "Thu 29 Apr 09:00"


def test_c20_the_ladder_begins_on_the_next_working_morning_at_its_first_rung() -> None:
    case = late()
    log(case, date(2027, 2, 10))
    assert local(timer(case).next_at) == "Thu 29 Apr 09:00"
    assert asked(case, timer(case).next_at) == [(NudgeDue, 1)]
    assert asked(case, case.now + timedelta(days=30)) == [(NudgeDue, 2), (Escalated, 3)]


def test_c20_a_log_on_friday_evening_is_followed_by_no_reminder_before_monday() -> None:
    case = Case().signed()
    case.wait_until(CALENDAR.at(date(2027, 4, 23), time(18, 0)))
    log(case, date(2027, 2, 10))
    assert local(timer(case).next_at) == "Mon 26 Apr 09:00"


def test_c20_a_ladder_whose_first_rung_comes_later_begins_there_too() -> None:
    week = Rung(after_days=7, step=StepKind.REMIND, to=Audience.BOTH)
    fortnight = Rung(after_days=14, step=StepKind.ESCALATE, to=Audience.COORDINATOR)
    ladders = {**RULES.ladders, DeadlineKind.MEETING: (week, fortnight)}
    case = late(replace(RULES, ladders=ladders))
    log(case, date(2027, 2, 10))
    assert local(timer(case).next_at) == "Thu 29 Apr 09:00"
    assert asked(case, timer(case).next_at) == [(NudgeDue, 1)]
    assert asked(case, case.now + timedelta(days=30)) == [(Escalated, 2)]


def test_c20_a_log_in_time_moves_no_deadline() -> None:
    case = Case().signed()
    case.days(5)
    log(case, CALENDAR.local_date(case.now) - timedelta(days=1))
    older = Case(engine=2).signed()
    older.days(5)
    log(older, CALENDAR.local_date(older.now) - timedelta(days=1))
    assert timer(case) == timer(older)


def test_c20_a_struck_meeting_reminds_nobody_before_the_next_working_morning() -> None:
    case = Case().signed()
    running = timer(case)
    case.wait_until(running.due - timedelta(days=1))
    meeting = log(case, CALENDAR.local_date(case.now) - timedelta(days=1))
    case.wait_until(running.due + timedelta(days=20))
    case.do(DisputeMeeting, MENTEE, meeting=meeting, reason="no_show")
    case.do(ResolveMeeting, COORDINATOR, meeting=meeting, stands=False, reason="both_agree")
    morning = CALENDAR.after(CALENDAR.local_date(case.now), 1)
    assert timer(case).next_at == morning
    assert [rung for _, rung in asked(case, case.now + timedelta(days=30))] == [1, 2, 3]
    assert case.refold() == case.state == case.through_codec()


@pytest.mark.parametrize("engine", [1, 2])
def test_c20_runs_of_earlier_engines_remind_as_before(engine: int) -> None:
    case = late(engine=engine)
    log(case, date(2027, 2, 10))
    assert asked(case, case.now)
