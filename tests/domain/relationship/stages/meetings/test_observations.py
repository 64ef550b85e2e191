"""Observations: booked, moved, called off, counted against a quota."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from domain.ids import derive
from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from domain.relationship.any_stage.reminders import Escalated, NudgeDue
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.meetings.observations import (
    BookObservation,
    CancelObservation,
    MoveObservation,
    ReportObservation,
)
from domain.rules.meetings import Booking
from domain.rules.program import DeadlineKind
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, OTHER_REGION, RULES, TERMS, Case
from tests.domain.relationship.steps import at, covered, due, is_notice, refused, whole
from tests.domain.rules_variants import RICH


def test_observations_are_counted_apart_and_end_the_ladder_at_the_quota() -> None:
    case = Case(rules=RICH).signed()
    assert case.state.observations.required == 2
    for day in (date(2026, 9, 1), date(2026, 9, 15)):
        observation = covered(case, at(day))
        refused(case, "observation_not_over", ReportObservation, MENTEE, observation=observation)
        case.wait_until(at(day, 12))
        case.do(ReportObservation, MENTEE, observation=observation)
        refused(case, "observation_over", ReportObservation, MENTOR, observation=observation)
    assert case.state.observations.done == 2
    assert case.state.meetings.log == ()
    assert DeadlineKind.OBSERVATION not in [timer.subject for timer in case.state.timers]
    whole(case)


@pytest.mark.parametrize(
    ("starts_at", "minutes", "code"),
    [
        (at(date(2026, 8, 2)), 45, "observation_in_past"),
        (datetime.min.replace(tzinfo=RULES.calendar.zone), 45, "observation_in_past"),
        (at(date(2026, 9, 7)), 45, "school_is_closed"),
        (at(date(2026, 12, 22)), 45, "school_is_closed"),
        (at(date(2026, 8, 8)), 45, "school_is_closed"),
        (at(date(2027, 6, 20)), 45, "observation_too_late"),
        (at(date(2026, 9, 1)), 10, "minutes_out_of_range"),
        (at(date(2026, 9, 1)), 91, "minutes_out_of_range"),
    ],
)
def test_an_observation_needs_an_open_school_and_a_possible_hour(
    starts_at: datetime, minutes: int, code: str
) -> None:
    case = Case(rules=RICH).signed()
    refused(case, code, BookObservation, MENTEE, starts_at=starts_at, minutes=minutes)


def test_the_program_says_who_books_and_either_of_the_pair_may_call_off() -> None:
    case = Case(rules=RICH).signed()
    hour = at(date(2026, 9, 1))
    refused(case, "not_the_booker", BookObservation, COORDINATOR, starts_at=hour, minutes=45)
    refused(case, "other_region", BookObservation, OTHER_REGION, starts_at=hour, minutes=45)
    by_coordinator = replace(RICH.observations, booked_by=Booking.COORDINATOR)
    case.rules = replace(RICH, observations=by_coordinator)
    refused(case, "not_the_booker", BookObservation, MENTEE, starts_at=hour, minutes=45)
    case.do(BookObservation, COORDINATOR, starts_at=hour, minutes=45)
    notified = [each.notice.person for each in case.effects if is_notice(each, "observation_changed")]
    assert notified == [MENTOR.id, MENTEE.id]
    observation = case.state.observations.booked[-1].id
    refused(
        case, "not_the_booker", MoveObservation, MENTEE, observation=observation, starts_at=hour, minutes=45
    )
    refused(
        case, "unknown_observation", CancelObservation, MENTEE, observation=derive("x"), reason="distance"
    )
    refused(case, "unknown_reason", CancelObservation, MENTEE, observation=observation, reason="whim")
    case.do(CancelObservation, MENTEE, observation=observation, reason="distance")
    refused(case, "observation_over", CancelObservation, MENTEE, observation=observation, reason="distance")
    whole(case)


def test_two_observations_do_not_overlap_but_one_may_move_within_its_own_hour() -> None:
    case = Case(rules=RICH).signed()
    hour = at(date(2026, 9, 1))
    case.do(BookObservation, MENTEE, starts_at=hour, minutes=45)
    near = hour + timedelta(minutes=30)
    refused(case, "observation_already_booked", BookObservation, MENTOR, starts_at=near, minutes=45)
    observation = case.state.observations.booked[0].id
    case.do(MoveObservation, MENTOR, observation=observation, starts_at=near, minutes=30)
    assert case.state.observations.booked[0].starts_at == near
    assert len(case.state.observations.booked) == 1


def test_a_quota_that_is_not_met_becomes_a_reminder_then_a_task_then_a_question() -> None:
    case = Case(rules=RICH).signed()
    fired = case.wait_until(case.state.meetings_end(RICH) - timedelta(days=40))
    about = [event for event in fired if getattr(event, "subject", None) is DeadlineKind.OBSERVATION]
    assert [type(event) for event in about] == [NudgeDue, Escalated]
    assert "arrange_observation" in case.open_tasks()
    for _ in range(4):
        case.days(1)
        case.meet()
    case.wait_until(case.state.meetings_end(RICH) + timedelta(hours=1))
    [task] = [task for task in case.state.tasks if task.kind.value == "decide_completion"]
    assert task.why == ("too_few_observations",)
    whole(case)


def test_a_pause_does_not_move_the_day_of_the_quota_and_a_late_pair_gets_half_its_time() -> None:
    case = Case(rules=RICH).signed()
    before = due(case, DeadlineKind.OBSERVATION)
    case.days(10)
    case.do(PauseRelationship, MENTEE, reason="leave")
    case.days(50)
    case.do(ResumeRelationship, MENTEE)
    assert due(case, DeadlineKind.OBSERVATION) == before
    late = Case(rules=RICH, now=at(date(2027, 4, 17)))
    late.matched()
    late.do(ConfirmFirstContact, MENTEE, contacted_on=date(2027, 4, 17), mode="phone")
    late.do(DraftAgreement, MENTOR, terms=TERMS)
    late.sign(MENTEE)
    late.sign(MENTOR)
    assert date(2027, 4, 26) < due(late, DeadlineKind.OBSERVATION) < date(2027, 5, 16)
