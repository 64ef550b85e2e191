"""The plan of a pair, and cover for a row of it."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from domain.relationship.parts.plan import PlanRow
from domain.relationship.stages.meetings.cover import RequestCover
from domain.relationship.stages.meetings.dispute import DisputeMeeting, ResolveMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.stages.meetings.plan import PlanMeetings
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, Case
from tests.domain.relationship.steps import at, log, refused, whole
from tests.domain.rules_variants import RICH


def row(on: date, **fields: Any) -> PlanRow:
    return PlanRow(**{"on": on, "begins": time(15, 30), "minutes": 60, "place": "school", **fields})


def test_a_plan_is_stored_and_changed_and_a_missed_row_is_no_breach() -> None:
    case = Case(rules=RICH).signed()
    wednesday = row(date(2026, 8, 12), begins=time(13, 30), slot="early_release")
    case.do(PlanMeetings, MENTEE, rows=(wednesday, row(date(2026, 8, 19))))
    kept, other = case.state.schedule.planned
    case.do(PlanMeetings, MENTOR, rows=(wednesday, row(date(2026, 8, 26), mode="phone")))
    assert [each.status for each in case.state.schedule.planned] == ["planned", "withdrawn", "planned"]
    assert case.state.schedule.planned[0] == kept
    refused(
        case, "plan_unchanged", PlanMeetings, MENTOR, rows=(wednesday, row(date(2026, 8, 26), mode="phone"))
    )
    assert other.id in [each.id for each in case.state.schedule.planned]
    assert case.wait_until(at(date(2026, 8, 12), 23)) == ()
    case.do(LogMeeting, MENTOR, **log(case), place="online")
    assert case.state.meetings.log[0].planned == kept.id
    assert case.state.schedule.planned[0].status == "kept"
    case.do(DisputeMeeting, MENTEE, meeting=case.state.meetings.log[0].id, reason="no_show")
    case.do(
        ResolveMeeting, COORDINATOR, meeting=case.state.meetings.log[0].id, stands=False, reason="both_agree"
    )
    assert case.state.schedule.planned[0].status == "planned"
    whole(case)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"on": date(2026, 8, 2)}, "planned_in_past", "on"),
        ({"on": date(2026, 8, 3), "begins": time(1, 0)}, "planned_in_past", "begins"),
        ({"on": date(2026, 12, 23)}, "planned_in_break", "on"),
        ({"on": date.max}, "planned_too_late", "on"),
        ({"minutes": 0}, "minutes_out_of_range", "minutes"),
        ({"place": "moon"}, "unknown_place", "place"),
        ({"mode": "fax"}, "unknown_mode", "mode"),
        ({"slot": "midnight"}, "unknown_slot", "slot"),
        ({"slot": "early_release"}, "slot_on_another_day", "slot"),
        ({"slot": "orientation"}, "slot_on_another_day", "slot"),
    ],
)
def test_an_impossible_row_is_named(fields: dict[str, Any], code: str, field: str) -> None:
    case = Case(rules=RICH).signed()
    wrong = {"on": date(2026, 8, 21), "begins": time(9, 0), **fields}
    rows_ = (row(date(2026, 8, 20)), row(**wrong))
    assert refused(case, code, PlanMeetings, MENTEE, rows=rows_) == f"rows.1.{field}"


def test_a_long_plan_takes_several_events_and_one_that_is_too_long_is_refused() -> None:
    case = Case(rules=RICH).signed()
    days = [day for n in range(120) if RULES.calendar.working(day := date(2026, 8, 4) + timedelta(days=n))]
    long = tuple(row(day, place="school", mode="in_person") for day in days[:60])
    events = case.do(PlanMeetings, MENTEE, rows=long)
    assert len(events) == 4
    assert len(case.state.schedule.planned) == 60
    refused(case, "plan_too_long", PlanMeetings, MENTEE, rows=(*long, row(days[60])))
    refused(case, "planned_twice", PlanMeetings, MENTEE, rows=(long[0], long[0]))
    case.do(PlanMeetings, MENTEE, rows=())
    assert {each.status for each in case.state.schedule.planned} == {"withdrawn"}


def test_cover_can_be_requested_for_a_planned_meeting_and_is_given_back_with_its_row() -> None:
    case = Case(rules=RICH).signed()
    case.do(PlanMeetings, MENTEE, rows=(row(date(2026, 9, 1)),))
    case.do(RequestCover, MENTEE, subject=case.state.schedule.planned[0].id, minutes=60)
    assert case.state.cover.left == 60
    case.do(PlanMeetings, MENTEE, rows=(row(date(2026, 9, 2)),))
    assert (case.state.cover.left, case.open_tasks()) == (120, [])
    whole(case)
