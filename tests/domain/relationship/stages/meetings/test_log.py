"""What a log may say, and what it says about the next meeting."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.calendar import Rhythm, RhythmUnit
from domain.ids import derive
from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from domain.relationship.any_stage.reminders import NudgeDue
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.meetings.completion import counting
from domain.relationship.stages.meetings.cover import RequestCover
from domain.relationship.stages.meetings.dispute import DisputeMeeting, ResolveMeeting
from domain.relationship.stages.meetings.follow_up import RecordObstacle
from domain.relationship.stages.meetings.groups import LogGroupMeeting
from domain.relationship.stages.meetings.log import LogMeeting, LogQuickMeeting
from domain.relationship.stages.meetings.observations import BookObservation
from domain.relationship.stages.meetings.referral import NoteReferral
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, TERMS, Case
from tests.domain.relationship.steps import at, due, log, refused, rules_with, whole
from tests.domain.rules_variants import RICH


def test_the_same_meeting_is_not_logged_twice() -> None:
    case = Case().signed()
    case.days(5)
    case.meet()
    began = case.now - timedelta(minutes=30)
    refused(case, "meeting_already_logged", LogMeeting, MENTEE, began_at=began, minutes=20, mode="phone")
    refused(case, "minutes_out_of_range", LogMeeting, MENTEE, began_at=began, minutes=0, mode="phone")
    refused(
        case, "unknown_topic", LogMeeting, MENTEE, began_at=began, minutes=20, mode="phone", topics=("golf",)
    )
    refused(case, "unknown_mode", LogMeeting, MENTEE, began_at=began, minutes=20, mode="fax")
    refused(case, "unknown_obstacle", RecordObstacle, COORDINATOR, obstacle="weather")


def test_a_meeting_may_cross_midnight() -> None:
    case = Case().signed()
    case.days(5)
    case.now = case.rules.calendar.at(date(2026, 8, 9)).replace(hour=6, minute=30)
    case.do(LogMeeting, MENTEE, began_at=case.now - timedelta(hours=2), minutes=120, mode="phone")
    assert len(case.state.meetings.log) == 1


def test_the_next_meeting_is_late_after_a_nearer_date_that_the_pair_named() -> None:
    case = Case(rules=RICH).signed()
    case.days(5)
    nearer = date(2026, 8, 20)
    case.do(LogMeeting, MENTOR, **log(case), next_on=nearer, next_topics=("budget",))
    assert (due(case), case.state.meetings.next_on) == (nearer, nearer)
    assert case.state.meetings.next_topics == ("budget",)
    fired = case.days(14)
    assert [type(event) for event in fired] == [NudgeDue]
    case.do(LogMeeting, MENTOR, **log(case))
    assert case.state.meetings.next_on is None
    assert due(case) == date(2026, 9, 22)


def test_a_date_beyond_the_rhythm_moves_no_deadline_and_is_kept_through_a_quick_note() -> None:
    case = Case(rules=RICH).signed()
    case.days(5)
    later = date(2026, 11, 2)
    case.do(LogMeeting, MENTOR, **log(case), next_on=later)
    assert due(case) == date(2026, 9, 8)
    case.days(3)
    case.do(LogQuickMeeting, MENTEE, held_on=date(2026, 8, 10), topics=("budget",))
    assert case.state.meetings.next_on == later


@pytest.mark.parametrize(
    ("next_on", "code"),
    [
        (None, "next_date_missing"),
        (date(2026, 8, 8), "next_date_not_in_future"),
        (date(2026, 12, 24), "next_date_in_break"),
        (date(2027, 6, 29), "next_date_too_late"),
        (date.max, "next_date_too_late"),
        (date.min, "next_date_not_in_future"),
    ],
)
def test_a_program_that_asks_for_the_next_date_takes_only_a_possible_one(
    next_on: date | None, code: str
) -> None:
    case = Case(rules=rules_with(next_date_required=True)).signed()
    case.days(5)
    assert refused(case, code, LogMeeting, MENTOR, **log(case), next_on=next_on) == "next_on"
    case.do(LogMeeting, MENTOR, **log(case), next_on=date(2026, 9, 9))
    case.do(LogQuickMeeting, MENTEE, held_on=date(2026, 8, 7), topics=("budget",))
    assert len(case.state.meetings.log) == 2


def test_the_last_meeting_of_the_year_needs_no_next_date() -> None:
    case = Case(rules=rules_with(next_date_required=True)).signed()
    case.wait_until(at(date(2027, 4, 26)))
    case.do(LogMeeting, MENTOR, **log(case))
    assert case.state.meetings.next_on is None


def test_a_named_date_is_kept_through_a_pause_and_an_amendment_while_it_lies_ahead() -> None:
    case = Case(rules=RICH).signed()
    case.days(5)
    case.do(LogMeeting, MENTOR, **log(case), next_on=date(2026, 8, 30))
    case.do(DraftAgreement, MENTEE, terms=replace(TERMS, rhythm=Rhythm(every=6, unit=RhythmUnit.WEEKS)))
    case.sign(MENTEE)
    case.sign(MENTOR)
    assert due(case) == date(2026, 8, 30)
    case.do(PauseRelationship, MENTEE, reason="leave")
    case.days(10)
    case.do(ResumeRelationship, MENTEE)
    assert due(case) == date(2026, 8, 30)
    case.do(PauseRelationship, MENTEE, reason="leave")
    case.days(30)
    case.do(ResumeRelationship, MENTEE)
    assert due(case) > date(2026, 10, 20)
    whole(case)


def test_a_quick_note_is_a_day_and_topics_and_counts_as_a_meeting() -> None:
    case = Case(rules=rules_with(unconfirmed_counts=True)).signed()
    case.days(5)
    today = date(2026, 8, 8)
    case.do(LogQuickMeeting, MENTEE, held_on=today, topics=("budget",), mode="phone")
    [met] = case.state.meetings.log
    assert (met.kind.value, met.minutes, RULES.calendar.local_date(met.began_at)) == ("quick", 0, today)
    assert counting(case.state.meetings, case.rules) == (met,)
    refused(case, "meeting_already_logged", LogQuickMeeting, MENTOR, held_on=today, topics=("budget",))
    case.do(LogMeeting, MENTOR, **log(case))
    assert [met.face_to_face for met in case.state.meetings.log] == [False, True]
    whole(case)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"held_on": date(2026, 8, 9)}, "meeting_in_future"),
        ({"held_on": date.max}, "meeting_in_future"),
        ({"held_on": date(2026, 8, 2)}, "meeting_before_agreement"),
        ({"held_on": date.min}, "meeting_before_agreement"),
        ({"topics": ()}, "topics_missing"),
        ({"topics": ("golf",)}, "unknown_topic"),
        ({"mode": "fax"}, "unknown_mode"),
    ],
)
def test_an_impossible_quick_note_is_refused(fields: dict[str, Any], code: str) -> None:
    case = Case(rules=RICH).signed()
    case.days(5)
    good = {"held_on": date(2026, 8, 7), "topics": ("budget",)}
    refused(case, code, LogQuickMeeting, MENTEE, **{**good, **fields})


def test_a_program_without_quick_notes_groups_or_referrals_refuses_them() -> None:
    case = Case().signed()
    case.days(5)
    today = date(2026, 8, 8)
    refused(case, "no_quick_logs", LogQuickMeeting, MENTEE, held_on=today, topics=("budget",))
    refused(case, "no_group_logs", LogGroupMeeting, MENTOR, group=derive("g"), **log(case))
    refused(case, "no_referrals", NoteReferral, MENTOR, referred_on=today)
    refused(case, "no_cover", RequestCover, MENTEE, subject=derive("x"), minutes=10)
    refused(case, "no_observations", BookObservation, MENTEE, starts_at=at(date(2026, 9, 1)), minutes=45)


def test_topics_of_the_first_meeting_are_for_the_first_meeting_only() -> None:
    case = Case(rules=RICH).signed()
    case.days(5)
    case.do(LogMeeting, MENTOR, **log(case), topics=("entry_plan", "budget"))
    first = case.state.meetings.log[0].id
    case.days(5)
    again = {**log(case), "topics": ("entry_plan",)}
    refused(case, "topic_of_first_meeting", LogMeeting, MENTOR, **again)
    field = refused(
        case, "topic_of_first_meeting", LogMeeting, MENTOR, **log(case), next_topics=("entry_plan",)
    )
    assert field == "next_topics"
    case.do(DisputeMeeting, MENTEE, meeting=first, reason="no_show")
    case.do(ResolveMeeting, COORDINATOR, meeting=first, stands=False, reason="both_agree")
    case.do(LogMeeting, MENTOR, **again)
    whole(case)
