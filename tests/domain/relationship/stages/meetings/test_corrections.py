"""A slip in a log has a way back: who logged corrects it, or both agree, or a coordinator decides (C25)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.actors import Actor, Side
from domain.calendar import plus_months
from domain.ids import derive
from domain.messages import Command
from domain.notices import SendNotice
from domain.relationship.any_stage.pause import PauseRelationship
from domain.relationship.commands_from_events import recorded_command
from domain.relationship.decider import decide
from domain.relationship.effects import effects
from domain.relationship.parts.meetings import Meeting
from domain.relationship.parts.plan import PlanRow
from domain.relationship.projection import rows
from domain.relationship.stages.meetings.completion import counting
from domain.relationship.stages.meetings.corrections import CorrectMeeting, WithdrawMeeting
from domain.relationship.stages.meetings.cover import DecideCover, RequestCover, UseCover
from domain.relationship.stages.meetings.dispute import ConfirmMeeting, DisputeMeeting, ResolveMeeting
from domain.relationship.stages.meetings.groups import LogGroupMeeting
from domain.relationship.stages.meetings.log import LogMeeting, LogQuickMeeting
from domain.relationship.stages.meetings.plan import PlanMeetings
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, OTHER_REGION, RULES, Case
from tests.domain.relationship.steps import due, is_notice, log, refused, whole
from tests.domain.rules_variants import RICH


def logged(*, confirmed: bool = False, rules: Any = RULES, days: int = 5) -> tuple[Case, str]:
    case = Case(rules=rules).signed()
    case.days(days)
    return case, case.meet(confirmed=confirmed)


def met(case: Case, meeting: str) -> Meeting:
    found = case.state.meetings.find(meeting)
    assert found is not None
    return found


def told(case: Case, kind: str) -> list[str]:
    """Return who was sent notices of a kind, in order."""
    return [each.notice.person for each in case.effects if is_notice(each, kind)]


def test_who_logged_corrects_hour_day_length_mode_and_topics_until_the_other_side_confirms() -> None:
    case, meeting = logged()
    before = met(case, meeting)
    began = before.began_at - timedelta(days=1, hours=2)
    fixed = {"began_at": began, "minutes": 45, "mode": "phone", "topics": ("budget",), "place": "school"}
    case.do(CorrectMeeting, MENTOR, meeting=meeting, **fixed)
    after = met(case, meeting)
    assert {name: getattr(after, name) for name in fixed} == fixed
    assert (after.status, after.face_to_face, after.to_answer) == ("logged", False, 2)
    first, second = after.versions or ()
    assert (first.number, first.began_at, first.status, first.by) == (1, before.began_at, "earlier", "mentor")
    assert (second.number, second.began_at, second.status, second.at) == (2, began, "current", case.now)
    assert told(case, "meeting_corrected") == [MENTEE.id]
    case.do(CorrectMeeting, MENTOR, meeting=meeting, topics=())
    assert [each.status for each in met(case, meeting).versions or ()] == ["earlier", "earlier", "current"]
    whole(case)


def test_an_answer_names_the_version_that_was_read() -> None:
    case, meeting = logged()
    case.do(CorrectMeeting, MENTOR, meeting=meeting, minutes=45)
    field = refused(case, "meeting_was_corrected", ConfirmMeeting, MENTEE, meeting=meeting)
    assert field == "version"
    refused(case, "meeting_was_corrected", DisputeMeeting, MENTEE, meeting=meeting, reason="no_show")
    case.do(ConfirmMeeting, MENTEE, meeting=meeting, version=2)
    assert (met(case, meeting).status, case.events[-1].version) == ("confirmed", 2)
    whole(case)


def test_after_a_confirmation_both_must_agree_and_until_then_it_is_unconfirmed() -> None:
    case, meeting = logged(confirmed=True)
    case.do(CorrectMeeting, MENTOR, meeting=meeting, minutes=50)
    waiting = met(case, meeting)
    assert (waiting.status, waiting.minutes, waiting.to_answer) == ("logged", 60, 2)
    assert counting(case.state.meetings, RULES) == ()
    assert told(case, "correction_proposed") == [MENTEE.id]
    refused(case, "own_meeting", ConfirmMeeting, MENTOR, meeting=meeting, version=2)
    refused(case, "nothing_corrected", CorrectMeeting, MENTOR, meeting=meeting, minutes=50)
    case.do(ConfirmMeeting, MENTEE, meeting=meeting, version=2)
    after = met(case, meeting)
    assert (after.status, after.minutes, after.proposed) == ("confirmed", 50, None)
    assert [each.status for each in after.versions or ()] == ["earlier", "current"]
    assert told(case, "meeting_corrected") == [], "what both agreed on is news to nobody"
    whole(case)


def test_a_proposal_is_taken_back_by_saying_what_was_said_before() -> None:
    case, meeting = logged(confirmed=True)
    case.do(CorrectMeeting, MENTOR, meeting=meeting, minutes=50)
    refused(case, "nothing_corrected", CorrectMeeting, MENTEE, meeting=meeting, minutes=60)
    case.do(CorrectMeeting, MENTOR, meeting=meeting, minutes=60)
    after = met(case, meeting)
    assert (after.status, after.minutes, after.to_answer) == ("confirmed", 60, 1)
    assert [each.status for each in after.versions or ()] == ["current", "dropped"]
    whole(case)


def test_the_other_side_can_say_what_it_was_instead_of_disputing() -> None:
    case, meeting = logged()
    began = met(case, meeting).began_at - timedelta(hours=4)
    case.do(CorrectMeeting, MENTEE, meeting=meeting, began_at=began)
    assert told(case, "correction_proposed") == [MENTOR.id]
    refused(case, "own_meeting", ConfirmMeeting, MENTEE, meeting=meeting, version=2)
    case.do(ConfirmMeeting, MENTOR, meeting=meeting, version=2)
    after = met(case, meeting)
    assert (after.status, after.began_at, after.logged_by) == ("confirmed", began, Side.MENTOR)
    whole(case)


def test_who_does_not_agree_disputes_and_a_coordinator_decides_between_the_versions() -> None:
    case, meeting = logged(confirmed=True)
    case.do(CorrectMeeting, MENTOR, meeting=meeting, minutes=50)
    case.do(DisputeMeeting, MENTEE, meeting=meeting, reason="other_day", version=2)
    assert case.open_tasks() == ["resolve_meeting"]
    assert told(case, "meeting_disputed") == [MENTOR.id]
    refused(case, "meeting_is_disputed", CorrectMeeting, MENTOR, meeting=meeting, minutes=80)
    kept = Case()
    kept.__dict__.update({**case.__dict__, "events": list(case.events), "stamps": list(case.stamps)})
    kept.do(ResolveMeeting, COORDINATOR, meeting=meeting, stands=True, reason="both_agree")
    assert (met(kept, meeting).status, met(kept, meeting).minutes) == ("confirmed", 60)
    assert [each.status for each in met(kept, meeting).versions or ()] == ["current", "dropped"]
    case.do(CorrectMeeting, COORDINATOR, meeting=meeting, minutes=50, reason="both_agree")
    assert (met(case, meeting).status, met(case, meeting).minutes) == ("confirmed", 50)
    assert case.open_tasks() == []
    whole(case)


def test_who_logged_settles_a_dispute_by_the_own_correction() -> None:
    case, meeting = logged()
    case.do(DisputeMeeting, MENTEE, meeting=meeting, reason="other_day")
    refused(case, "meeting_is_disputed", CorrectMeeting, MENTEE, meeting=meeting, minutes=30)
    case.do(CorrectMeeting, MENTOR, meeting=meeting, minutes=30)
    assert (met(case, meeting).status, case.open_tasks()) == ("logged", [])
    [task] = [task for task in case.state.tasks if task.kind == "resolve_meeting"]
    assert task.outcome == "corrected"
    whole(case)


def test_a_coordinator_corrects_with_a_reason_and_both_are_told_and_asked_again() -> None:
    case, meeting = logged(confirmed=True)
    refused(case, "unknown_reason", CorrectMeeting, COORDINATOR, meeting=meeting, minutes=30)
    refused(case, "no_reason_needed", CorrectMeeting, MENTOR, meeting=meeting, minutes=30, reason="seen")
    refused(case, "other_region", CorrectMeeting, OTHER_REGION, meeting=meeting, minutes=30, reason="seen")
    own = replace(COORDINATOR, id=MENTOR.id)
    refused(case, "on_the_pair", CorrectMeeting, own, meeting=meeting, minutes=30, reason="seen")
    case.do(CorrectMeeting, COORDINATOR, meeting=meeting, minutes=30, reason="seen")
    after = met(case, meeting)
    assert (after.minutes, after.status) == (30, "logged")
    assert ((after.versions or ())[-1].by, (after.versions or ())[-1].reason) == ("coordinator", "seen")
    assert told(case, "meeting_corrected") == [MENTOR.id, MENTEE.id]
    whole(case)


def test_what_a_coordinator_has_corrected_is_changed_by_the_pair_only_together() -> None:
    case, meeting = logged()
    case.do(CorrectMeeting, COORDINATOR, meeting=meeting, minutes=30, reason="seen")
    case.do(CorrectMeeting, MENTOR, meeting=meeting, minutes=50)
    refused(case, "nothing_corrected", CorrectMeeting, MENTEE, meeting=meeting, minutes=50)
    assert met(case, meeting).minutes == 30
    case.do(ConfirmMeeting, MENTEE, meeting=meeting, version=3)
    case.do(WithdrawMeeting, MENTEE, meeting=meeting)
    refused(case, "nothing_corrected", WithdrawMeeting, MENTOR, meeting=meeting)
    case.do(WithdrawMeeting, COORDINATOR, meeting=meeting, reason="seen")
    assert met(case, meeting).status == "withdrawn"
    whole(case)


def test_a_note_in_the_first_year_of_the_calendar_is_refused_and_no_fault() -> None:
    case = Case(rules=RICH).signed()
    case.days(5)
    case.do(LogQuickMeeting, MENTEE, held_on=date(2026, 8, 8), topics=("budget",))
    note, first = case.state.meetings.log[0].id, datetime.min.replace(tzinfo=UTC)
    refused(case, "meeting_before_agreement", CorrectMeeting, MENTEE, meeting=note, began_at=first)
    last = datetime.max.replace(tzinfo=UTC)
    refused(case, "meeting_in_future", CorrectMeeting, MENTEE, meeting=note, began_at=last)


def test_a_withdrawn_log_counts_as_never_made_and_the_meeting_can_be_logged_again() -> None:
    case, meeting = logged()
    untouched = Case().signed()
    untouched.days(5)
    case.do(WithdrawMeeting, MENTOR, meeting=meeting)
    assert (met(case, meeting).status, case.state.meetings.standing) == ("withdrawn", ())
    assert case.state.timers == untouched.state.timers
    for kind in (CorrectMeeting, WithdrawMeeting):
        refused(case, "meeting_not_standing", kind, MENTOR, meeting=meeting)
    refused(case, "meeting_already_answered", ConfirmMeeting, MENTEE, meeting=meeting)
    refused(case, "unknown_meeting", WithdrawMeeting, MENTOR, meeting=derive("other"))
    case.meet()
    assert len(case.state.meetings.standing) == 1
    [said] = [each for each in case.effects if is_notice(each, "meeting_corrected")]
    assert isinstance(said, SendNotice)
    assert said.notice.data["withdrawn"] == "yes"
    whole(case)


def test_a_confirmed_meeting_is_withdrawn_by_both() -> None:
    case, meeting = logged(confirmed=True)
    case.do(WithdrawMeeting, MENTOR, meeting=meeting)
    refused(case, "nothing_corrected", WithdrawMeeting, MENTOR, meeting=meeting)
    assert met(case, meeting).stands
    case.do(ConfirmMeeting, MENTEE, meeting=meeting, version=2)
    assert met(case, meeting).status == "withdrawn"
    whole(case)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"minutes": 0}, "minutes_out_of_range"),
        ({"mode": "fax"}, "unknown_mode"),
        ({"topics": ("golf",)}, "unknown_topic"),
        ({"place": "moon"}, "unknown_place"),
        ({"began_at": RULES.calendar.at(date(2027, 1, 4))}, "meeting_in_future"),
        ({"began_at": RULES.calendar.at(date(2026, 8, 1))}, "meeting_before_agreement"),
        ({"next_on": date(2026, 8, 1)}, "next_date_not_in_future"),
        ({"next_topics": ("golf",)}, "unknown_topic"),
        ({}, "nothing_corrected"),
        ({"minutes": 60}, "nothing_corrected"),
    ],
)
def test_a_correction_says_only_what_a_log_may_say(fields: dict[str, Any], code: str) -> None:
    case, meeting = logged()
    refused(case, code, CorrectMeeting, MENTOR, meeting=meeting, **fields)
    if code != "nothing_corrected":
        case.do(ConfirmMeeting, MENTEE, meeting=meeting)
        refused(case, code, CorrectMeeting, MENTOR, meeting=meeting, **fields)


def test_two_meetings_of_one_time_do_not_arise_by_a_correction() -> None:
    case, first = logged()
    case.days(1)
    second = case.meet()
    began = met(case, first).began_at
    refused(case, "meeting_already_logged", CorrectMeeting, MENTOR, meeting=second, began_at=began)
    case.do(PauseRelationship, COORDINATOR, reason="leave")
    refused(case, "relationship_paused", CorrectMeeting, MENTOR, meeting=first, minutes=20)


def test_the_next_meeting_follows_the_corrected_day_and_the_corrected_name() -> None:
    case, meeting = logged(rules=RICH)
    assert due(case) == plus_months(date(2026, 8, 8), 1)
    began = met(case, meeting).began_at - timedelta(days=3)
    case.do(CorrectMeeting, MENTOR, meeting=meeting, began_at=began)
    assert due(case) == plus_months(date(2026, 8, 5), 1)
    named = {"next_on": date(2026, 8, 20), "next_topics": ("budget",)}
    case.do(CorrectMeeting, MENTOR, meeting=meeting, **named)
    assert (due(case), case.state.meetings.next_on) == (date(2026, 8, 20), date(2026, 8, 20))
    assert case.state.meetings.next_topics == ("budget",)
    case.do(CorrectMeeting, MENTOR, meeting=meeting, next_on=date(2026, 8, 27))
    assert (due(case), case.state.meetings.next_topics) == (date(2026, 8, 27), ("budget",))
    case.days(1)
    case.do(LogMeeting, MENTOR, **log(case))
    refused(case, "later_log_names_next", CorrectMeeting, MENTOR, meeting=meeting, next_on=date(2026, 9, 1))
    whole(case)


def test_a_quick_note_has_a_day_and_topics_to_correct() -> None:
    case = Case(rules=RICH).signed()
    case.days(5)
    case.do(LogQuickMeeting, MENTEE, held_on=date(2026, 8, 8), topics=("budget",))
    note = case.state.meetings.log[0].id
    refused(case, "minutes_out_of_range", CorrectMeeting, MENTEE, meeting=note, minutes=20)
    refused(case, "topics_missing", CorrectMeeting, MENTEE, meeting=note, topics=())
    case.do(CorrectMeeting, MENTEE, meeting=note, began_at=case.now - timedelta(days=2))
    assert met(case, note).began_at == RICH.calendar.end_of(date(2026, 8, 5))
    assert due(case) == plus_months(date(2026, 8, 6), 1)
    whole(case)


def test_a_log_of_a_group_is_corrected_by_the_coordinator_who_logged_or_agreed_on_by_the_pair() -> None:
    case = Case(rules=RICH).signed()
    case.days(5)
    case.do(LogGroupMeeting, COORDINATOR, group=derive("group"), **log(case))
    meeting = case.state.meetings.log[0].id
    case.do(CorrectMeeting, COORDINATOR, meeting=meeting, minutes=30, reason="seen")
    assert (met(case, meeting).minutes, met(case, meeting).group) == (30, derive("group"))
    case.do(CorrectMeeting, MENTEE, meeting=meeting, minutes=20)
    case.do(ConfirmMeeting, MENTOR, meeting=meeting, version=3)
    assert (met(case, meeting).minutes, met(case, meeting).status) == (20, "confirmed")
    whole(case)


def planned(case: Case, *days: date) -> list[str]:
    hour = {"begins": RICH.calendar.at(days[0]).time().replace(hour=15), "minutes": 60, "place": "school"}
    case.do(PlanMeetings, MENTEE, rows=tuple(PlanRow(on=day, **hour) for day in days))
    return [row.id for row in case.state.schedule.planned]


def test_the_row_of_the_plan_and_the_cover_used_in_its_hour_follow_the_day_there_and_back() -> None:
    case = Case(rules=RICH).signed()
    monday, tuesday = planned(case, date(2026, 8, 10), date(2026, 8, 11))
    case.do(RequestCover, MENTOR, subject=monday, minutes=60)
    case.do(DecideCover, COORDINATOR, request=case.state.cover.requests[0].id, approve=True)
    case.wait_until(RICH.calendar.at(date(2026, 8, 12)))
    began = RICH.calendar.at(date(2026, 8, 10))
    case.do(LogMeeting, MENTOR, began_at=began, minutes=60, mode="phone")
    meeting = case.state.meetings.log[0].id
    case.do(UseCover, MENTOR, request=case.state.cover.requests[0].id, minutes=45)
    kept = case.state
    case.do(CorrectMeeting, MENTOR, meeting=meeting, began_at=began + timedelta(days=1))
    assert [row.status for row in case.state.schedule.planned] == ["planned", "kept"]
    assert (met(case, meeting).planned, case.state.cover.left) == (tuesday, 120)
    case.do(CorrectMeeting, MENTOR, meeting=meeting, began_at=began)
    assert (case.state.schedule, case.state.cover) == (kept.schedule, kept.cover)
    case.do(WithdrawMeeting, MENTOR, meeting=meeting)
    assert [row.status for row in case.state.schedule.planned] == ["planned", "planned"]
    assert (case.state.cover.left, case.state.cover.requests[0].status) == (120, "returned")
    whole(case)


def test_another_meeting_of_the_day_takes_the_row_that_a_wrong_log_had_kept() -> None:
    case = Case(rules=RICH).signed()
    [row] = planned(case, date(2026, 8, 10))
    case.wait_until(RICH.calendar.at(date(2026, 8, 12)))
    began = RICH.calendar.at(date(2026, 8, 10))
    case.do(LogMeeting, MENTOR, began_at=began, minutes=60, mode="phone")
    case.do(LogMeeting, MENTOR, began_at=began + timedelta(hours=3), minutes=60, mode="phone")
    wrong, right = (each.id for each in case.state.meetings.log)
    case.do(CorrectMeeting, MENTOR, meeting=wrong, began_at=began + timedelta(days=1))
    assert (met(case, wrong).planned, met(case, right).planned) == ("", row)
    assert case.state.schedule.planned[0].status == "kept"
    whole(case)


def test_a_struck_meeting_gives_back_the_cover_that_was_used_in_its_hour() -> None:
    case = Case(rules=RICH).signed()
    [row] = planned(case, date(2026, 8, 10))
    case.do(RequestCover, MENTOR, subject=row, minutes=60)
    case.do(DecideCover, COORDINATOR, request=case.state.cover.requests[0].id, approve=True)
    case.wait_until(RICH.calendar.at(date(2026, 8, 12)))
    case.do(LogMeeting, MENTOR, began_at=RICH.calendar.at(date(2026, 8, 10)), minutes=60, mode="phone")
    meeting = case.state.meetings.log[0].id
    case.do(UseCover, MENTOR, request=case.state.cover.requests[0].id, minutes=45)
    case.do(DisputeMeeting, MENTEE, meeting=meeting, reason="no_show")
    case.do(ResolveMeeting, COORDINATOR, meeting=meeting, stands=False, reason="seen")
    assert case.state.cover.left == 120
    whole(case)


def test_the_tables_show_each_version_with_who_said_it() -> None:
    case, meeting = logged()
    assert not [row for row in rows(case.state) if row.table == "meeting_versions"]
    case.do(CorrectMeeting, MENTOR, meeting=meeting, minutes=45)
    case.do(WithdrawMeeting, COORDINATOR, meeting=meeting, reason="seen")
    shown = [row.values for row in rows(case.state) if row.table == "meeting_versions"]
    assert [
        (row["number"], row["minutes"], row["said_by"], row["withdrawn"], row["status"]) for row in shown
    ] == [
        (1, 60, "mentor", False, "earlier"),
        (2, 45, "mentor", False, "earlier"),
        (3, 45, "coordinator", True, "current"),
    ]
    assert next(row.values["version"] for row in rows(case.state) if row.table == "meetings") == 3
    before, stamp = case.state, case.stamps[-1]
    assert effects(before, before, case.events[-1], stamp)


def test_each_decision_comes_back_from_its_events() -> None:
    case = Case(rules=RICH).signed()
    case.days(9)
    case.do(LogQuickMeeting, MENTOR, held_on=date(2026, 8, 10), topics=("budget",))
    case.do(LogMeeting, MENTEE, **log(case))
    note, meeting = (each.id for each in case.state.meetings.log)
    steps: list[tuple[type[Command], Actor, dict[str, Any]]] = [
        (CorrectMeeting, MENTEE, {"meeting": meeting, "minutes": 30, "next_topics": ("budget",)}),
        (ConfirmMeeting, MENTOR, {"meeting": meeting, "version": 2}),
        (CorrectMeeting, MENTEE, {"meeting": meeting, "began_at": case.now - timedelta(days=1)}),
        (CorrectMeeting, MENTEE, {"meeting": meeting, "minutes": 30}),
        (WithdrawMeeting, MENTOR, {"meeting": meeting}),
        (DisputeMeeting, MENTEE, {"meeting": meeting, "version": 4, "reason": "no_show"}),
        (CorrectMeeting, COORDINATOR, {"meeting": meeting, "mode": "video", "reason": "seen"}),
        (CorrectMeeting, MENTOR, {"meeting": note, "began_at": case.now - timedelta(days=3)}),
        (CorrectMeeting, MENTEE, {"meeting": note, "mode": "phone"}),
        (ConfirmMeeting, MENTOR, {"meeting": note, "version": 3}),
        (WithdrawMeeting, COORDINATOR, {"meeting": note, "reason": "seen"}),
    ]
    for kind, actor, fields in steps:
        before = case.state
        events = case.do(kind, actor, **fields)
        stamps = case.stamps[-len(events) :]
        envelopes = tuple(case.envelope(event, stamp) for event, stamp in zip(events, stamps, strict=True))
        command = recorded_command(before, events, envelopes, RICH.calendar.zone).command
        assert type(command) is kind
        assert decide(before, command, case.now, RICH) == events, fields
