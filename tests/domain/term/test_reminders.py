"""Who owes a duty, who is reminded, and what happens if it stays missing."""

from dataclasses import replace
from datetime import UTC, datetime

from domain.notices import NoticeKind
from domain.term.duties import Matter
from domain.term.monthly_records import SubmitMonthlyRecord
from domain.term.projection import term_rows
from domain.term.reminders import DutyNudged, DutyOwed, DutySettled
from tests.domain.builders import MENTOR, person
from tests.domain.term.term_case import SECOND_MENTOR, TERM_RULES, WHO, TermCase, answers, notified


def test_a_late_mentor_is_reminded_twice_and_then_a_coordinator_is_asked() -> None:
    case = TermCase().open()
    case.until(2026, 9, 20)
    case.do(SubmitMonthlyRecord, SECOND_MENTOR, month="2026-09", answers=answers("second"))
    case.until(2026, 10, 15)
    assert notified(case, NoticeKind.MONTHLY_RECORD_DUE, "2026-09") == [MENTOR.id, MENTOR.id]
    assert notified(case, NoticeKind.TERM_TASK, "2026-09") == ["r3"]
    assert ("chase_monthly_record", "2026-09") in case.open_tasks()
    owed = [event for event in case.events if isinstance(event, DutyOwed)]
    assert owed[0].owing == (MENTOR.id, SECOND_MENTOR.id)
    case.do(SubmitMonthlyRecord, MENTOR, month="2026-09", answers=answers("first"))
    assert isinstance(case.events[-1], DutySettled)
    assert ("chase_monthly_record", "2026-09") not in case.open_tasks()
    shown = {
        row.values["mentor"]: row.values["late"]
        for row in term_rows(case.state)
        if row.table == "monthly_records"
    }
    assert shown == {MENTOR.id: True, SECOND_MENTOR.id: False}


def test_a_mentor_whose_relationships_are_all_paused_or_ended_is_not_reminded() -> None:
    case = TermCase().open()
    case.until(2026, 10, 1)
    assert notified(case, NoticeKind.MONTHLY_RECORD_DUE, "2026-09") == [MENTOR.id, SECOND_MENTOR.id]
    case.facts = replace(WHO, active=(SECOND_MENTOR.id,))
    case.until(2026, 10, 9)
    assert notified(case, NoticeKind.MONTHLY_RECORD_DUE, "2026-09")[2:] == [SECOND_MENTOR.id]
    case.facts = replace(WHO, active=())
    case.until(2026, 10, 20)
    assert case.state.duty(Matter.MONTHLY_RECORD, "2026-09").settled == "missing"
    assert ("chase_monthly_record", "2026-09") not in case.open_tasks()


def test_a_month_in_which_no_pair_met_is_owed_by_nobody() -> None:
    case = TermCase().open()
    case.mentors = ()
    case.until(2026, 10, 20)
    assert case.state.duty(Matter.MONTHLY_RECORD, "2026-09").settled == "nothing_owed"
    assert notified(case, NoticeKind.MONTHLY_RECORD_DUE, "2026-09") == []


def test_after_an_outage_of_months_the_region_gets_one_email_for_each_month() -> None:
    case = TermCase(rules=replace(TERM_RULES, term_surveys=None, log_check=None)).open()
    case.now = datetime(2026, 11, 18, 20, 0, tzinfo=UTC)
    case.pass_deadline()
    assert notified(case, NoticeKind.TERM_TASK, "2026-09") == ["r3"]
    assert notified(case, NoticeKind.MONTHLY_RECORD_DUE, "2026-09") == []
    assert notified(case, NoticeKind.TERM_TASK, "2026-10") == ["r3"]


def test_three_hundred_mentors_are_named_in_parts_that_the_journal_can_hold() -> None:
    case = TermCase(rules=replace(TERM_RULES, term_surveys=None, log_check=None)).open()
    case.mentors = tuple(sorted(person(f"mentor {number}") for number in range(300)))
    case.facts = replace(WHO, active=case.mentors)
    case.until(2026, 10, 1)
    assert sorted(notified(case, NoticeKind.MONTHLY_RECORD_DUE, "2026-09")) == list(case.mentors)
    assert sum(isinstance(event, DutyNudged) for event in case.events) == 3
    assert case.state.duty(Matter.MONTHLY_RECORD, "2026-09").owing == case.mentors
