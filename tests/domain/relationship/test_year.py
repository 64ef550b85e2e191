"""A whole program year on paper: every stage, without any server."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.actors import SYSTEM
from domain.errors import RuleViolation
from domain.notices import SendNotice
from domain.relationship.any_stage.reminders import Escalated, NudgeDue
from domain.relationship.effects import DeliverClaim
from domain.relationship.stages.meetings.completion import DecideCompletion
from domain.relationship.stages.meetings.follow_up import RecordObstacle
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.stages.recognition import AnswerContinuation, RecognizeMentor
from domain.relationship.stages.stipend import HearObligation, StipendClaimed
from domain.relationship.stages.survey import SubmitSurvey
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, Case, document


def closing(case: Case) -> None:
    case.do(SubmitSurvey, MENTEE, answers=document("mentee"))
    case.do(SubmitSurvey, MENTOR, answers=document("mentor"))


def test_a_year_goes_through_all_stages_to_recognition() -> None:
    case = Case().surveyed()
    assert case.state.stage == "survey"
    claim = next(event for event in case.events if isinstance(event, StipendClaimed))
    assert claim.region == "r3"
    closing(case)
    assert case.state.stage == "stipend"
    case.do(HearObligation, SYSTEM, obligation=claim.obligation, state="sent")
    assert case.state.stage == "recognition"
    assert case.open_tasks() == ["recognize_mentor"]
    case.do(RecognizeMentor, COORDINATOR, kind="letter")
    case.do(AnswerContinuation, MENTEE, go_on=True)
    case.do(AnswerContinuation, MENTOR, go_on=True)
    assert (case.state.outcome, case.state.outcome_reason) == ("completed", "colleagues")
    assert case.open_tasks() == []
    assert case.refold() == case.state == case.through_codec()


def test_the_stage_waits_for_money_that_is_returned() -> None:
    case = Case().surveyed()
    obligation = case.state.claims[0].obligation
    case.do(HearObligation, SYSTEM, obligation=obligation, state="returned")
    closing(case)
    assert case.state.stage == "stipend"
    case.do(HearObligation, SYSTEM, obligation=obligation, state="sent")
    assert case.state.stage == "recognition"


def test_silence_after_recognition_ends_the_relationship_without_colleagues() -> None:
    case = Case().surveyed()
    case.do(HearObligation, SYSTEM, obligation=case.state.claims[0].obligation, state="settled")
    closing(case)
    case.do(RecognizeMentor, COORDINATOR, kind="letter")
    case.days(30)
    assert (case.state.outcome, case.state.outcome_reason) == ("completed", "")


def test_an_overdue_meeting_is_nudged_twice_and_then_becomes_a_task() -> None:
    case = Case().signed()
    fired = case.days(60)
    assert [type(event) for event in fired] == [NudgeDue, NudgeDue, Escalated]
    assert case.open_tasks() == ["contact_pair"]
    reminders = [e for e in case.effects if isinstance(e, SendNotice) and e.notice.kind == "reminder"]
    assert len(reminders) == 4
    assert len({effect.notice.id for effect in reminders}) == 4
    case.do(RecordObstacle, COORDINATOR, obstacle="time_conflict")
    assert case.open_tasks() == []
    case.days(30)
    assert case.open_tasks() == ["follow_up_pair"]


def test_a_meeting_ends_the_ladder() -> None:
    case = Case().signed()
    case.days(40)
    case.meet()
    assert not case.days(25)


def test_after_an_outage_one_reminder_is_sent_and_not_three() -> None:
    from domain.relationship import decider

    case = Case().signed()
    case.now += timedelta(days=90)
    events = decider.overdue(case.state, case.now, case.rules)
    assert [type(event) for event in events] == [Escalated]


def test_too_few_meetings_ask_a_coordinator() -> None:
    case = Case().signed()
    case.wait_until(case.state.meetings_end(case.rules) + timedelta(hours=1))
    assert "decide_completion" in case.open_tasks()
    assert case.state.stage == "meetings"
    own = replace(COORDINATOR, id=MENTOR.id)
    with pytest.raises(RuleViolation, match="on_the_pair"):
        case.do(DecideCompletion, own, complete=True, reason="enough")
    case.do(DecideCompletion, COORDINATOR, complete=False, reason="too_few")
    assert case.state.stage == "survey"
    assert case.state.meetings.complete is False


def test_the_survey_closes_without_answers_and_the_year_goes_on() -> None:
    case = Case().surveyed()
    case.days(40)
    assert case.state.stage == "stipend"


def test_a_claim_is_delivered_once_per_confirmed_match() -> None:
    case = Case().surveyed()
    assert [type(effect) for effect in case.effects].count(DeliverClaim) == 1


@pytest.mark.parametrize(
    ("when", "code"),
    [(timedelta(hours=1), "meeting_in_future"), (timedelta(days=-30), "meeting_before_agreement")],
)
def test_a_meeting_outside_its_time_is_refused(when: timedelta, code: str) -> None:
    case = Case().signed()
    case.days(10)
    with pytest.raises(RuleViolation, match=code):
        case.do(LogMeeting, MENTOR, began_at=case.now + when, minutes=30, mode="phone")


def test_the_year_ends_in_the_term() -> None:
    case = Case().surveyed()
    assert case.rules.calendar.local_date(case.now) < date(2027, 6, 30)
