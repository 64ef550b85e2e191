"""Monthly records: when they are due, who may submit and amend them, and with which refusals."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.actors import Actor
from domain.term.duties import Matter
from domain.term.monthly_records import AmendMonthlyRecord, SubmitMonthlyRecord
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, PAYMENT, RULES
from tests.domain.term.term_case import MONTHS, TERM_RULES, WHO, TermCase, answers, duties, refused


def test_a_year_has_ten_monthly_records_each_due_on_the_last_working_day() -> None:
    months = duties(TermCase().open(), Matter.MONTHLY_RECORD)
    assert [duty.key[-2:] for duty in months] == list(MONTHS)
    days = {duty.key: RULES.calendar.local_date(duty.due) for duty in months}
    assert days["2026-09"] == date(2026, 9, 30)
    assert days["2026-10"] == date(2026, 10, 30), "the 31st is a Saturday"
    assert days["2026-12"] == date(2026, 12, 18), "the end of December is in the break"


def test_a_month_that_lies_in_a_break_moves_on_to_the_first_working_day_after_it() -> None:
    [pause] = RULES.calendar.breaks
    calendar = replace(
        RULES.calendar, breaks=(replace(pause, first=date(2026, 11, 30), last=date(2027, 1, 3)),)
    )
    assert calendar.last_working(date(2026, 12, 1)) == date(2027, 1, 4)
    assert calendar.last_working(date(2027, 2, 11)) == date(2027, 2, 26)


def test_an_amendment_is_a_new_version_of_what_was_submitted() -> None:
    case = TermCase().open()
    assert (
        refused(case, AmendMonthlyRecord, MENTOR, month="2026-09", answers=answers("2")) == "nothing_to_amend"
    )
    case.do(SubmitMonthlyRecord, MENTOR, month="2026-09", answers=answers("1"))
    case.do(AmendMonthlyRecord, MENTOR, month="2026-09", answers=answers("2"))
    record = case.state.record_of(MENTOR.id, "2026-09")
    assert record is not None
    assert (record.version, record.document) == (2, answers("2").doc)
    assert (
        refused(case, SubmitMonthlyRecord, MENTOR, month="2026-09", answers=answers("3"))
        == "already_submitted"
    )


@pytest.mark.parametrize(
    ("actor", "month", "change", "code"),
    [
        (COORDINATOR, "2026-09", {}, "role_not_allowed"),
        (PAYMENT, "2026-09", {}, "role_not_allowed"),
        (MENTOR, "2026-10", {}, "month_not_open_yet"),
        (MENTOR, "2026-08", {}, "month_not_in_term"),
        (MENTOR, "september", {}, "month_not_in_term"),
        (MENTEE, "2026-09", {"mentors_in": ()}, "not_a_mentor_of_term"),
        (MENTOR, "2026-09", {"mentors_in": ("r4",)}, "other_region"),
    ],
)
def test_a_monthly_record_is_refused_with_a_code(actor: Actor, month: str, change: Any, code: str) -> None:
    case = TermCase(facts=replace(WHO, **change)).open()
    assert refused(case, SubmitMonthlyRecord, actor, month=month, answers=answers("x")) == code


def test_a_program_that_has_no_monthly_record_takes_none() -> None:
    case = TermCase(rules=replace(TERM_RULES, monthly_record=None)).open()
    code = refused(case, SubmitMonthlyRecord, MENTOR, month="2026-09", answers=answers("x"))
    assert code == "no_monthly_record"
