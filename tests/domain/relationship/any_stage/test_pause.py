"""A pause that outlasts the mentoring becomes a task: a coordinator is asked once to have it resumed or ended."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.relationship.any_stage.ending import EndRelationship
from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from domain.relationship.any_stage.reminders import Escalated
from domain.relationship.decider import next_due
from domain.relationship.stages.meetings.completion import CompletionAsked
from domain.rules.intake import IntakeKind
from domain.rules.program import DeadlineKind
from tests.domain.builders import COORDINATOR, MENTEE, RULES, START, TERM, Case

LAST = RULES.calendar.after(TERM.last, RULES.survey.closes_days)


def paused(case: Case) -> Case:
    case.do(PauseRelationship, MENTEE, reason="leave")
    return case


def asked(case: Case) -> list[Escalated]:
    return [
        event for event in case.events if isinstance(event, Escalated) and event.subject is DeadlineKind.PAUSE
    ]


@pytest.mark.parametrize("stage", ["apply", "matched", "signed", "surveyed"])
def test_a_coordinator_gets_a_task_and_an_email_once_the_course_and_its_survey_are_over(stage: str) -> None:
    case = paused(getattr(Case(), stage)())
    assert next_due(case.state) == LAST
    before = case.open_tasks()
    assert case.wait_until(LAST - timedelta(hours=1)) == ()
    assert case.days(400) == (Escalated(subject=DeadlineKind.PAUSE, rung=1),)
    assert case.open_tasks() == [*before, "resume_or_end"]
    notice = case.effects[-1].notice
    assert (notice.kind.value, notice.region, notice.data["about"]) == ("task_for_region", "r3", "pause")
    assert next_due(case.state) is None
    assert case.refold() == case.state == case.through_codec()


def test_ending_the_relationship_closes_the_task() -> None:
    case = paused(Case().signed())
    case.days(400)
    case.do(EndRelationship, COORDINATOR, reason="no_fault")
    assert (case.state.outcome, case.open_tasks()) == ("ended", [])


def test_resuming_after_the_end_raises_the_question_whether_it_was_enough() -> None:
    case = paused(Case().signed())
    case.days(400)
    case.do(ResumeRelationship, COORDINATOR)
    assert "resume_or_end" not in case.open_tasks()
    assert any(isinstance(event, CompletionAsked) for event in case.days(0))
    assert "decide_completion" in case.open_tasks()


def test_a_pause_that_ends_in_time_leaves_nothing_behind() -> None:
    case = Case().signed()
    for _ in range(3):
        paused(case).days(20)
        case.do(ResumeRelationship, COORDINATOR)
        assert not [timer for timer in case.state.timers if timer.subject is DeadlineKind.PAUSE]
    assert not asked(case)


def test_a_late_start_in_a_rolling_program_is_measured_by_the_mentees_own_course() -> None:
    rules = replace(RULES, intake=replace(RULES.intake, kind=IntakeKind.ROLLING, course_months=12))
    case = Case(rules=rules)
    own = rules.intake.course(START.date(), TERM)
    case.state = replace(case.state, term_dates=own)
    paused(case.signed())
    assert next_due(case.state) == rules.calendar.after(own.last, rules.survey.closes_days)
    assert next_due(case.state) != LAST


def test_a_pause_after_the_end_may_last_as_long_as_a_survey_is_open() -> None:
    case = Case().surveyed()
    case.wait_until(datetime.combine(TERM.last + timedelta(days=60), START.timetz()))
    paused(case)
    today = RULES.calendar.local_date(case.now)
    assert next_due(case.state) == RULES.calendar.after(today, RULES.survey.closes_days)
    case.days(60)
    assert len(asked(case)) == 1
