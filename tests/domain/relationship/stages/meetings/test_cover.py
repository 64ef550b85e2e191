"""Cover: requested, approved, used, given back, and what it costs."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from domain.ids import derive
from domain.journal import Event
from domain.relationship.any_stage.ending import EndRelationship
from domain.relationship.parts.cover import cost_of
from domain.relationship.parts.plan import PlanRow
from domain.relationship.projection import rows
from domain.relationship.stages.meetings.cover import (
    CoverDecided,
    CoverFellAway,
    DecideCover,
    GiveBackCover,
    RequestCover,
    UseCover,
)
from domain.relationship.stages.meetings.observations import (
    BookObservation,
    CancelObservation,
    MoveObservation,
    ReportObservation,
)
from domain.relationship.stages.meetings.plan import PlanMeetings
from domain.rules.meetings import CoverCost
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, OTHER_REGION, Case
from tests.domain.relationship.steps import at, covered, is_notice, refused, whole
from tests.domain.rules_variants import RICH


def test_cover_is_drawn_down_used_and_given_back_and_never_falls_below_zero() -> None:
    case = Case(rules=RICH).signed()
    assert case.state.cover.left == 120
    first = covered(case, at(date(2026, 9, 1)), 90)
    assert case.state.cover.left == 30
    case.do(BookObservation, MENTEE, starts_at=at(date(2026, 9, 2)), minutes=45)
    second = case.state.observations.booked[-1].id
    refused(case, "cover_exhausted", RequestCover, MENTEE, subject=second, minutes=31)
    refused(case, "cover_already_requested", RequestCover, MENTEE, subject=first, minutes=1)
    refused(case, "nothing_to_cover", RequestCover, MENTEE, subject=derive("x"), minutes=1)
    refused(case, "minutes_out_of_range", RequestCover, MENTEE, subject=second, minutes=0)
    refused(case, "minutes_out_of_range", RequestCover, MENTEE, subject=second, minutes=-30)
    case.do(RequestCover, MENTEE, subject=second, minutes=30)
    assert case.state.cover.left == 0
    asked = case.state.cover.requests[-1].id
    assert "decide_cover" in case.open_tasks()
    refused(case, "cover_not_approved", UseCover, MENTEE, request=asked, minutes=30)
    case.do(DecideCover, COORDINATOR, request=asked, approve=False, reason="no_substitute")
    assert (case.state.cover.left, case.open_tasks()) == (30, [])
    request = case.state.cover.requests[0].id
    refused(case, "cover_not_begun", UseCover, MENTEE, request=request, minutes=50)
    case.wait_until(at(date(2026, 9, 1), 12))
    refused(case, "minutes_out_of_range", UseCover, MENTEE, request=request, minutes=91)
    case.do(UseCover, MENTEE, request=request, minutes=50)
    assert case.state.cover.left == 70
    refused(case, "cover_not_open", GiveBackCover, MENTEE, request=request)
    case.do(ReportObservation, MENTEE, observation=first)
    whole(case)


def test_an_approval_says_what_the_cover_costs_and_use_says_what_it_actually_cost() -> None:
    case = Case(rules=RICH).signed()  # 25.01 dollars an hour
    covered(case, at(date(2026, 9, 1)), 90)
    covered(case, at(date(2026, 9, 2)), 30)
    decided = [event for event in case.events if isinstance(event, CoverDecided)]
    assert [(each.cents_per_hour, each.cost) for each in decided] == [(2501, 3752), (2501, 1251)]  # half up
    first, second = case.state.cover.requests
    assert (first.cost, second.cost) == (3752, 1251)
    case.wait_until(at(date(2026, 9, 1), 12))
    case.do(UseCover, MENTEE, request=first.id, minutes=50)
    case.do(GiveBackCover, MENTEE, request=second.id)
    assert [each.cost for each in case.state.cover.requests] == [2084, 0]
    shown = [row.values["cost"] for row in rows(case.state) if row.table == "cover_requests"]
    assert shown == [2084, 0]
    whole(case)


def test_no_cost_is_named_for_a_refusal_or_where_the_program_counts_none() -> None:
    unseen = replace(RICH, cover=replace(RICH.cover, cost=CoverCost.NONE, cents_per_hour=None))
    for rules, approve in ((unseen, True), (RICH, False)):
        case = Case(rules=rules).signed()
        case.do(BookObservation, MENTEE, starts_at=at(date(2026, 9, 2)), minutes=45)
        case.do(RequestCover, MENTEE, subject=case.state.observations.booked[-1].id, minutes=30)
        request = case.state.cover.requests[-1].id
        case.do(
            DecideCover,
            COORDINATOR,
            request=request,
            approve=approve,
            reason="" if approve else "no_substitute",
        )
        assert case.state.cover.requests[-1].cost is None


@pytest.mark.parametrize(
    ("minutes", "rate", "cents"), [(60, 2500, 2500), (1, 30, 1), (1, 29, 0), (45, 2500, 1875), (0, 2500, 0)]
)
def test_half_a_cent_of_cover_is_rounded_up(minutes: int, rate: int, cents: int) -> None:
    assert cost_of(minutes, rate) == cents


def test_cover_is_approved_by_a_coordinator_of_the_region_who_is_not_in_the_pair() -> None:
    case = Case(rules=RICH).signed()
    case.do(BookObservation, MENTEE, starts_at=at(date(2026, 9, 1)), minutes=45)
    observation = case.state.observations.booked[0].id
    case.do(RequestCover, MENTEE, subject=observation, minutes=45)
    request = case.state.cover.requests[0].id
    refused(
        case, "on_the_pair", DecideCover, replace(COORDINATOR, id=MENTOR.id), request=request, approve=True
    )
    refused(case, "other_region", DecideCover, OTHER_REGION, request=request, approve=True)
    refused(case, "unknown_reason", DecideCover, COORDINATOR, request=request, approve=False)
    refused(case, "unknown_request", DecideCover, COORDINATOR, request=derive("x"), approve=True)
    case.wait_until(at(date(2026, 9, 1), 12))
    refused(case, "cover_not_approved", ReportObservation, MENTEE, observation=observation)
    case.do(DecideCover, COORDINATOR, request=request, approve=True)
    refused(case, "cover_already_decided", DecideCover, COORDINATOR, request=request, approve=True)
    notified = [each.notice.person for each in case.effects if is_notice(each, "cover_decided")]
    assert notified == [MENTOR.id, MENTEE.id]


def test_an_observation_that_is_moved_called_off_or_never_held_gives_its_cover_back() -> None:
    case = Case(rules=RICH).signed()
    first = covered(case, at(date(2026, 9, 1)), 60)
    case.do(MoveObservation, MENTEE, observation=first, starts_at=at(date(2026, 9, 3)), minutes=60)
    assert case.state.cover.left == 120
    case.do(RequestCover, MENTEE, subject=first, minutes=60)
    case.do(CancelObservation, MENTOR, observation=first, reason="time_conflict")
    assert (case.state.cover.left, case.open_tasks()) == (120, [])
    covered(case, at(date(2026, 9, 8)), 60)
    case.do(GiveBackCover, MENTEE, request=case.state.cover.requests[-1].id)
    assert case.state.cover.left == 120
    covered(case, at(date(2026, 9, 9)), 60)
    case.do(EndRelationship, MENTEE, reason="no_fault")
    assert [each.status for each in case.state.observations.booked][-1] == "lapsed"
    assert (case.state.cover.left, case.open_tasks()) == (60, [])
    whole(case)


def fall_away(case: Case, way: str, hour: str) -> tuple[Event, ...]:
    """Make the cover of an hour fall away in one way."""
    day = at(date(2026, 9, 3))
    match way:
        case "given back":
            return case.do(GiveBackCover, MENTEE, request=case.state.cover.requests[-1].id)
        case "moved":
            return case.do(MoveObservation, MENTEE, observation=hour, starts_at=day, minutes=45)
        case "canceled":
            return case.do(CancelObservation, MENTOR, observation=hour, reason="time_conflict")
        case "withdrawn":
            return case.do(PlanMeetings, MENTEE, rows=())
    return case.do(EndRelationship, MENTEE, reason="no_fault")


def planned(case: Case, day: date) -> str:
    """Plan a meeting with approved cover; return its id."""
    case.do(PlanMeetings, MENTEE, rows=(PlanRow(on=day, begins=time(10), minutes=45, place="school"),))
    row = case.state.schedule.planned[-1].id
    case.do(RequestCover, MENTOR, subject=row, minutes=45)
    case.do(DecideCover, COORDINATOR, request=case.state.cover.requests[-1].id, approve=True)
    return row


WAYS = ("given back", "moved", "canceled", "withdrawn", "ended")


@pytest.mark.parametrize("way", WAYS)
def test_staff_are_told_of_approved_cover_that_falls_away_before_its_hour(way: str) -> None:
    case = Case(rules=RICH).signed()
    hour = planned(case, date(2026, 9, 1)) if way == "withdrawn" else covered(case, at(date(2026, 9, 1)))
    sent, request = len(case.effects), case.state.cover.requests[-1].id
    assert CoverFellAway(request=request) in fall_away(case, way, hour)
    told: list[Any] = [each.notice for each in case.effects[sent:] if is_notice(each, "cover_fell_away")]
    assert [(each.region, each.person, each.data) for each in told] == [
        ("r3", "", {"starts_at": "2026-09-01T15:00:00.000000Z"})
    ]
    assert case.refold() == case.state == case.through_codec()


@pytest.mark.parametrize("way", WAYS)
def test_in_a_run_of_engine_4_staff_are_not_told_of_cover_that_falls_away(way: str) -> None:
    case = Case(rules=RICH, engine=4).signed()
    hour = planned(case, date(2026, 9, 1)) if way == "withdrawn" else covered(case, at(date(2026, 9, 1)))
    assert not any(isinstance(each, CoverFellAway) for each in fall_away(case, way, hour))


def test_nobody_is_told_of_cover_that_was_not_approved_was_used_or_whose_hour_is_past() -> None:
    case = Case(rules=RICH).signed()
    case.do(BookObservation, MENTEE, starts_at=at(date(2026, 9, 1)), minutes=30)
    asked = case.state.observations.booked[-1].id
    case.do(RequestCover, MENTEE, subject=asked, minutes=30)
    case.do(CancelObservation, MENTOR, observation=asked, reason="time_conflict")
    for day in (2, 3):
        covered(case, at(date(2026, 9, day)), 30)
    case.wait_until(at(date(2026, 9, 4)))
    used, past = (each.id for each in case.state.cover.requests[-2:])
    case.do(UseCover, MENTEE, request=used, minutes=10)
    case.do(GiveBackCover, MENTEE, request=past)
    case.do(EndRelationship, MENTEE, reason="no_fault")
    assert not any(isinstance(each, CoverFellAway) for each in case.events)
