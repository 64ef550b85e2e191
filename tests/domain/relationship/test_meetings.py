"""How pairs meet in other programs than the first: next dates, quick notes, groups, observations, cover, plans."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM, Actor
from domain.calendar import Break, Calendar, Rhythm, RhythmUnit
from domain.errors import RuleViolation
from domain.ids import derive
from domain.messages import Command
from domain.notices import SendNotice
from domain.relationship.any_stage.ending import EndRelationship, PauseRelationship, ResumeRelationship
from domain.relationship.any_stage.reminders import Escalated, NudgeDue
from domain.relationship.parts.cover import cost_of
from domain.relationship.parts.plan import PlanRow
from domain.relationship.projection import rows
from domain.relationship.stages.agreement.signing import DraftAgreement, SignAgreement
from domain.relationship.stages.contact import ConfirmFirstContact, TickChecklist
from domain.relationship.stages.meetings.cover import (
    CoverDecided,
    DecideCover,
    GiveBackCover,
    RequestCover,
    UseCover,
)
from domain.relationship.stages.meetings.dispute import ConfirmMeeting, DisputeMeeting, ResolveMeeting
from domain.relationship.stages.meetings.groups import HearGroupRefusal, LogGroupMeeting
from domain.relationship.stages.meetings.log import LogMeeting, LogQuickMeeting
from domain.relationship.stages.meetings.observations import (
    BookObservation,
    CancelObservation,
    MoveObservation,
    ReportObservation,
)
from domain.relationship.stages.meetings.plan import PlanMeetings
from domain.relationship.stages.meetings.referral import NoteReferral
from domain.rules.meetings import Booking, CoverCost, RhythmSource
from domain.rules.program import DeadlineKind
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, OTHER_REGION, RICH, RULES, TERMS, Case


def refused(case: Case, code: str, kind: type[Command], actor: Actor, /, **fields: Any) -> str:
    before = case.state
    with pytest.raises(RuleViolation) as broken:
        case.do(kind, actor, **fields)
    assert broken.value.code == code
    assert case.state == before
    return broken.value.field


def rules_with(**meetings: Any) -> Any:
    return replace(RICH, meetings=replace(RICH.meetings, **meetings))


def at(day: date, hour: int = 10) -> datetime:
    return RULES.calendar.at(day, time(hour, 0))


def due(case: Case, subject: DeadlineKind = DeadlineKind.MEETING) -> date:
    timer = next(timer for timer in case.state.timers if timer.subject is subject)
    return RULES.calendar.local_date(timer.due - timedelta(seconds=1))


def whole(case: Case) -> None:
    assert case.refold() == case.state == case.through_codec()
    assert case.state.cover.left >= 0


# The next date


def test_a_nearer_date_that_the_pair_named_is_when_the_next_meeting_is_late() -> None:
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


def test_a_date_beyond_the_rhythm_moves_nothing_and_stands_through_a_quick_note() -> None:
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


def log(case: Case, **fields: Any) -> dict[str, Any]:
    began = case.now - timedelta(minutes=45)
    return {"began_at": began, "minutes": 45, "mode": "in_person", **fields}


# Rhythm


def test_the_rhythm_of_the_program_is_the_test_and_a_slower_one_is_not_signed() -> None:
    weekly = Rhythm(every=1, unit=RhythmUnit.WEEKS)
    case = Case(rules=rules_with(rhythm_source=RhythmSource.PROGRAM, rhythm=weekly)).matched()
    case.do(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")
    refused(case, "rhythm_too_slow", DraftAgreement, MENTOR, terms=TERMS)
    case.do(DraftAgreement, MENTOR, terms=replace(TERMS, rhythm=weekly))
    case.sign(MENTEE)
    case.sign(MENTOR)
    assert due(case) == date(2026, 8, 10)


def test_a_rhythm_that_finds_school_closed_all_the_time_is_not_signed() -> None:
    closed = tuple(
        Break(name=f"b{number}", first=first, last=first + timedelta(days=99))
        for number in range(12)
        for first in [date(2026, 8, 4) + timedelta(days=100 * number)]
    )
    calendar = Calendar(timezone="America/Chicago", breaks=(), holidays=())
    case = Case(rules=replace(RICH, calendar=calendar)).matched()
    case.do(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")
    case.do(DraftAgreement, MENTOR, terms=TERMS)
    case.sign(MENTEE)
    case.rules = replace(RICH, calendar=replace(calendar, breaks=closed))
    refused(case, "rhythm_falls_in_breaks", DraftAgreement, MENTOR, terms=TERMS)
    refused(case, "rhythm_falls_in_breaks", SignAgreement, MENTOR, version=1, digest=case.digest())


# Kinds of meeting


def test_a_quick_note_is_a_day_and_topics_and_counts_as_a_meeting() -> None:
    case = Case(rules=rules_with(unconfirmed_counts=True)).signed()
    case.days(5)
    today = date(2026, 8, 8)
    case.do(LogQuickMeeting, MENTEE, held_on=today, topics=("budget",), mode="phone")
    [met] = case.state.meetings.log
    assert (met.kind.value, met.minutes, RULES.calendar.local_date(met.began_at)) == ("quick", 0, today)
    assert case.state.meetings.counting(case.rules) == (met,)
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
def test_a_quick_note_that_cannot_be_is_refused(fields: dict[str, Any], code: str) -> None:
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


def test_topics_of_the_first_meeting_are_for_the_first_meeting() -> None:
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


def test_a_group_log_counts_for_the_pair_and_says_its_group() -> None:
    case = Case(rules=RICH).signed()
    case.days(5)
    group = derive("group")
    refused(case, "not_the_mentor", LogGroupMeeting, MENTEE, group=group, **log(case))
    refused(case, "other_region", LogGroupMeeting, OTHER_REGION, group=group, **log(case))
    own = replace(COORDINATOR, id=MENTOR.id)
    refused(case, "on_the_pair", LogGroupMeeting, own, group=group, **log(case))
    case.do(LogGroupMeeting, COORDINATOR, group=group, **log(case))
    [met] = case.state.meetings.log
    assert (met.kind.value, met.group, met.logged_by) == ("group", group, None)
    asked = [each.notice.person for each in case.effects if is_notice(each, "meeting_to_confirm")]
    assert asked == [MENTOR.id, MENTEE.id]
    case.do(ConfirmMeeting, MENTOR, meeting=met.id)
    case.days(1)
    case.do(LogGroupMeeting, MENTOR, group=derive("other"), **log(case))
    refused(case, "own_meeting", ConfirmMeeting, MENTOR, meeting=case.state.meetings.log[-1].id)
    whole(case)


def is_notice(effect: Any, kind: str) -> bool:
    return isinstance(effect, SendNotice) and effect.notice.kind.value == kind


def test_a_group_log_that_a_race_refused_becomes_a_task_of_the_region() -> None:
    case = Case(rules=RICH).signed()
    case.do(PauseRelationship, MENTEE, reason="leave")
    case.do(HearGroupRefusal, SYSTEM, group=derive("group"), code="relationship_paused")
    [task] = [task for task in case.state.tasks if task.open]
    assert (task.kind.value, task.why) == ("check_group_meeting", ("relationship_paused",))
    refused(case, "role_not_allowed", HearGroupRefusal, COORDINATOR, group=derive("g"), code="x")


# What a first meeting goes through, and referrals


def test_the_checklist_keeps_what_is_done_and_when() -> None:
    case = Case().matched()
    today = date(2026, 8, 3)
    for items, code in (((), "items_missing"), (("golf",), "unknown_item"), (("ways", "ways"), "item_twice")):
        assert refused(case, code, TickChecklist, MENTEE, items=items, done_on=today) == "items"
    refused(case, "date_in_future", TickChecklist, MENTEE, items=("ways",), done_on=date(2026, 8, 4))
    refused(case, "date_too_early", TickChecklist, MENTEE, items=("ways",), done_on=date.min)
    case.do(TickChecklist, MENTEE, items=("ways",), done_on=today)
    assert case.state.contact.checklist_done_on is None
    case.days(2)
    case.do(ConfirmFirstContact, MENTEE, contacted_on=today, mode="phone")
    refused(case, "already_ticked", TickChecklist, MENTOR, items=("ways",), done_on=today)
    case.do(TickChecklist, MENTOR, items=("needs",), done_on=date(2026, 8, 5))
    assert case.state.contact.checklist_done_on == date(2026, 8, 5)
    assert case.state.contact.mode == "phone"
    whole(case)


def test_a_referral_is_a_day_and_nothing_else() -> None:
    case = Case(rules=RICH).signed()
    today = date(2026, 8, 3)
    refused(case, "not_the_mentor", NoteReferral, MENTEE, referred_on=today)
    refused(case, "date_in_future", NoteReferral, MENTOR, referred_on=date.max)
    refused(case, "date_too_early", NoteReferral, MENTOR, referred_on=date.min)
    case.do(NoteReferral, MENTOR, referred_on=today)
    refused(case, "already_noted", NoteReferral, MENTOR, referred_on=today)
    marks = [dict(row.values) for row in rows(case.state) if row.table == "marks"]
    assert [(mark["kind"], mark["code"], mark["noted_on"]) for mark in marks] == [
        ("referral", "", "2026-08-03")
    ]


# Observations


def covered(case: Case, starts_at: datetime, minutes: int = 45) -> str:
    """An observation with approved cover."""
    case.do(BookObservation, MENTEE, starts_at=starts_at, minutes=minutes)
    observation = case.state.observations.booked[-1].id
    case.do(RequestCover, MENTOR, subject=observation, minutes=minutes)
    case.do(DecideCover, COORDINATOR, request=case.state.cover.requests[-1].id, approve=True)
    return observation


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


def test_who_books_is_the_programs_choice_and_each_may_call_off() -> None:
    case = Case(rules=RICH).signed()
    hour = at(date(2026, 9, 1))
    refused(case, "not_the_booker", BookObservation, COORDINATOR, starts_at=hour, minutes=45)
    refused(case, "other_region", BookObservation, OTHER_REGION, starts_at=hour, minutes=45)
    by_coordinator = replace(RICH.observations, booked_by=Booking.COORDINATOR)
    case.rules = replace(RICH, observations=by_coordinator)
    refused(case, "not_the_booker", BookObservation, MENTEE, starts_at=hour, minutes=45)
    case.do(BookObservation, COORDINATOR, starts_at=hour, minutes=45)
    told = [each.notice.person for each in case.effects if is_notice(each, "observation_changed")]
    assert told == [MENTOR.id, MENTEE.id]
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


# Cover


def test_cover_is_drawn_down_used_and_given_back_and_never_below_zero() -> None:
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


def test_an_approval_says_what_the_cover_costs_and_use_says_what_it_did_cost() -> None:
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


def test_a_refusal_and_a_district_that_bears_the_cost_unseen_name_no_cost() -> None:
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
    told = [each.notice.person for each in case.effects if is_notice(each, "cover_decided")]
    assert told == [MENTOR.id, MENTEE.id]


def test_an_hour_that_is_moved_called_off_or_never_comes_gives_its_cover_back() -> None:
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


# The plan


def row(on: date, **fields: Any) -> PlanRow:
    return PlanRow(**{"on": on, "begins": time(15, 30), "minutes": 60, "place": "school", **fields})


def test_a_plan_is_kept_changed_and_shown_and_no_breach_by_itself() -> None:
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
def test_a_row_that_cannot_be_is_named(fields: dict[str, Any], code: str, field: str) -> None:
    case = Case(rules=RICH).signed()
    wrong = {"on": date(2026, 8, 21), "begins": time(9, 0), **fields}
    rows_ = (row(date(2026, 8, 20)), row(**wrong))
    assert refused(case, code, PlanMeetings, MENTEE, rows=rows_) == f"rows.1.{field}"


def test_a_long_plan_takes_several_events_and_an_endless_one_is_refused() -> None:
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


def test_cover_can_be_asked_for_a_planned_meeting_and_goes_back_with_its_row() -> None:
    case = Case(rules=RICH).signed()
    case.do(PlanMeetings, MENTEE, rows=(row(date(2026, 9, 1)),))
    case.do(RequestCover, MENTEE, subject=case.state.schedule.planned[0].id, minutes=60)
    assert case.state.cover.left == 60
    case.do(PlanMeetings, MENTEE, rows=(row(date(2026, 9, 2)),))
    assert (case.state.cover.left, case.open_tasks()) == (120, [])
    whole(case)
