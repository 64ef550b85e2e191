"""A log is changed after the time for meetings: what was decided and paid stays until somebody reviews it (C25)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.ids import claim_id
from domain.relationship.effects import DeliverClaim, DeliverWithdrawal
from domain.relationship.stages.meetings.completion import DecideCompletion
from domain.relationship.stages.meetings.completion_review import ReviewCompletion
from domain.relationship.stages.meetings.corrections import CorrectMeeting, WithdrawMeeting
from domain.relationship.stages.meetings.dispute import ConfirmMeeting, DisputeMeeting, ResolveMeeting
from domain.relationship.stages.recognition import AnswerContinuation, RecognizeMentor
from domain.relationship.stages.stipend import HearObligation
from domain.relationship.stages.survey import SubmitSurvey
from domain.rules.money import Trigger
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, STIPEND, Case, document
from tests.domain.relationship.steps import at, refused, whole

PAID = replace(
    RULES,
    meetings=replace(RULES.meetings, minimum=2, minimum_face_to_face=1),
    money=(replace(STIPEND, trigger=Trigger.ON_COMPLETION),),
)


def over(*modes: str, rules: Any = PAID, engine: int = 3) -> tuple[Case, list[str]]:
    """Return a pair in the survey with confirmed meetings in these modes, and their ids."""
    case = Case(rules=rules, engine=engine).signed()
    met = []
    for mode in modes:
        case.days(10)
        met.append(case.meet(mode=mode))
    case.wait_until(case.state.meetings_end(rules) + timedelta(hours=1))
    return case, met


def task(case: Case) -> Any:
    return next((each for each in case.state.tasks if each.open and each.kind == "review_completion"), None)


def test_too_few_after_all_is_asked_and_the_money_stays_until_a_coordinator_has_decided() -> None:
    case, [first, _] = over("in_person", "phone")
    assert case.state.claims[0].heard == "claimed"
    case.do(WithdrawMeeting, MENTOR, meeting=first)
    assert task(case).why == ("too_few_meetings", "money_claimed"), "what is unconfirmed does not count here"
    case.do(ConfirmMeeting, MENTEE, meeting=first, version=2)
    assert (case.state.meetings.complete, case.state.claims[0].withdrawn) == (True, False)
    refused(case, "unknown_reason", ReviewCompletion, COORDINATOR, complete=False, reason="weather")
    own = replace(COORDINATOR, id=MENTOR.id)
    refused(case, "on_the_pair", ReviewCompletion, own, complete=False, reason="too_few")
    case.do(ReviewCompletion, COORDINATOR, complete=False, reason="too_few")
    assert (case.state.meetings.complete, case.state.claims[0].withdrawn, task(case)) == (False, True, None)
    assert isinstance(case.effects[-1], DeliverWithdrawal)
    refused(case, "completion_not_asked", ReviewCompletion, COORDINATOR, complete=True, reason="enough")
    whole(case)


def test_money_that_was_sent_stays_sent_and_the_task_says_so() -> None:
    case, [first, _] = over("in_person", "phone")
    case.do(HearObligation, SYSTEM, obligation=case.state.claims[0].obligation, state="sent")
    case.do(WithdrawMeeting, COORDINATOR, meeting=first, reason="seen")
    assert task(case).why == ("too_few_meetings", "money_sent")
    case.do(ReviewCompletion, COORDINATOR, complete=False, reason="too_few")
    assert not case.state.claims[0].withdrawn
    assert not any(isinstance(each, DeliverWithdrawal) for each in case.effects)
    whole(case)


def test_another_correction_that_makes_it_enough_again_ends_the_question() -> None:
    case, [first, _] = over("in_person", "phone")
    case.do(CorrectMeeting, COORDINATOR, meeting=first, mode="video", reason="seen")
    case.do(ConfirmMeeting, MENTEE, meeting=first, version=2)
    assert task(case).why == ("too_few_meetings", "money_claimed")
    case.do(CorrectMeeting, COORDINATOR, meeting=first, mode="in_person", reason="seen")
    case.do(ConfirmMeeting, MENTEE, meeting=first, version=3)
    assert task(case) is None
    [closed] = [each for each in case.state.tasks if each.kind == "review_completion"]
    assert closed.outcome == "meeting_corrected"
    whole(case)


def test_enough_after_all_makes_the_claim_that_was_never_made() -> None:
    case, [first, _] = over("phone", "phone")
    case.do(DecideCompletion, COORDINATOR, complete=False, reason="too_few")
    assert not case.state.claims
    case.do(CorrectMeeting, MENTOR, meeting=first, mode="in_person")
    case.do(ConfirmMeeting, MENTEE, meeting=first, version=2)
    assert task(case).why == ("enough_meetings",)
    case.do(ReviewCompletion, COORDINATOR, complete=True, reason="enough")
    assert [claim.heard for claim in case.state.claims] == ["claimed"]
    assert any(isinstance(each, DeliverClaim) for each in case.effects)
    whole(case)


def test_a_claim_that_was_withdrawn_is_made_anew_under_its_own_id_and_hears_its_own_reports() -> None:
    case, [first, _] = over("in_person", "phone")
    case.do(WithdrawMeeting, COORDINATOR, meeting=first, reason="seen")
    case.do(ReviewCompletion, COORDINATOR, complete=False, reason="too_few")
    obligation = case.state.claims[0].obligation
    case.do(HearObligation, SYSTEM, obligation=obligation, state="canceled")
    second = case.state.meetings.log[1].id
    case.do(CorrectMeeting, COORDINATOR, meeting=second, mode="in_person", reason="seen")
    assert task(case) is None
    case.state = replace(case.state, meetings=case.state.meetings.with_status(first, "confirmed"))
    case.do(ConfirmMeeting, MENTEE, meeting=second, version=2)
    case.do(ReviewCompletion, COORDINATOR, complete=True, reason="enough")
    assert [claim.id for claim in case.state.claims] == [
        claim_id(case.id, obligation),
        claim_id(case.id, obligation, 2),
    ]
    case.do(HearObligation, SYSTEM, obligation=obligation, state="sent")
    assert case.state.claims[1].heard == "sent"


@pytest.mark.parametrize(("engine", "asked"), [(2, False), (3, True)])
def test_a_strike_after_the_time_for_meetings_is_reviewed_too_in_the_newest_way(
    engine: int, asked: bool
) -> None:
    rules = replace(PAID, meetings=replace(PAID.meetings, unconfirmed_counts=True))
    case = Case(rules=rules, engine=engine).signed()
    for confirmed in (True, False):
        case.days(10)
        case.meet(confirmed=confirmed)
    case.wait_until(case.state.meetings_end(rules) + timedelta(hours=1))
    last = case.state.meetings.log[-1].id
    case.do(DisputeMeeting, MENTEE, meeting=last, reason="no_show")
    case.do(ResolveMeeting, COORDINATOR, meeting=last, stands=False, reason="seen")
    assert (task(case) is not None) is asked
    whole(case)


def test_a_corrected_day_stays_within_the_time_for_meetings() -> None:
    case, [first, _] = over("in_person", "phone")
    case.days(3)
    late = case.now - timedelta(hours=2)
    refused(case, "meetings_are_over", CorrectMeeting, MENTOR, meeting=first, began_at=late)
    early = at(date(2026, 8, 1))
    refused(case, "meeting_before_agreement", CorrectMeeting, MENTOR, meeting=first, began_at=early)
    refused(case, "meetings_are_over", CorrectMeeting, MENTOR, meeting=first, next_on=date(2027, 6, 21))
    assert case.do(CorrectMeeting, MENTOR, meeting=first, began_at=at(date(2026, 9, 30)))


def test_once_the_stipend_is_settled_only_a_coordinator_corrects_and_after_the_end_nobody() -> None:
    case, [first, _] = over("in_person", "phone")
    for actor in (MENTEE, MENTOR):
        case.do(SubmitSurvey, actor, answers=document(actor.id))
    assert case.state.stage == "stipend"
    assert case.do(CorrectMeeting, MENTOR, meeting=first, topics=("budget",))
    case.do(ConfirmMeeting, MENTEE, meeting=first, version=2)
    case.do(HearObligation, SYSTEM, obligation=case.state.claims[0].obligation, state="sent")
    assert case.state.stage == "recognition"
    for kind in (CorrectMeeting, WithdrawMeeting):
        refused(case, "corrections_are_over", kind, MENTOR, meeting=first)
    case.do(CorrectMeeting, COORDINATOR, meeting=first, topics=(), reason="seen")
    case.do(RecognizeMentor, COORDINATOR, kind="letter")
    for actor in (MENTEE, MENTOR):
        case.do(AnswerContinuation, actor, go_on=True)
    refused(case, "relationship_ended", CorrectMeeting, COORDINATOR, meeting=first, minutes=30, reason="seen")
    whole(case)
