"""Staff enter a mentor's monthly record; the mentor is told, and what is contradicted is owed again (C27)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from domain.actors import Actor, Role, StaffReason
from domain.notices import NoticeKind
from domain.projection_rows import Row
from domain.term.duties import Matter
from domain.term.monthly_records import AmendMonthlyRecord, SubmitMonthlyRecord
from domain.term.projection import term_rows
from domain.term.staff_acts import ConfirmMonthlyRecord, ContradictMonthlyRecord
from tests.domain.builders import COORDINATOR, MENTOR, OTHER_REGION, PAYMENT
from tests.domain.term.term_case import SECOND_MENTOR, TERM_RULES, WHO, TermCase, answers, refused

MONTH = "2026-09"
DAYS = 7
RULES = replace(TERM_RULES, contradict_days=DAYS)


def acting(
    staff: Actor = COORDINATOR, person: Actor = MENTOR, reason: StaffReason | None = StaffReason.BY_PHONE
) -> Actor:
    """Return staff who act for a mentor."""
    return replace(staff, acting_for=person.id, reason=reason)


def entered() -> TermCase:
    """Return a term in which a coordinator has entered the record of a mentor."""
    case = TermCase(RULES).open()
    case.do(SubmitMonthlyRecord, acting(), month=MONTH, answers=answers("1"))
    return case


def row(case: TermCase, mentor: Actor = MENTOR) -> Row:
    """Return the row of the mentor's record."""
    shown = [each for each in term_rows(case.state) if each.table == "monthly_records"]
    return next(each for each in shown if each.values["mentor"] == mentor.id)


def chased(case: TermCase) -> bool:
    """Return whether a coordinator has the task to ask for the record."""
    return ("chase_monthly_record", MONTH) in case.open_tasks()


def whole(case: TermCase) -> None:
    """Check that the state follows from the journal and survives the codec."""
    assert case.refold() == case.state == case.through_codec()


def test_the_mentor_is_told_until_when_the_record_can_be_contradicted() -> None:
    case = entered()
    [mail] = [each for each in case.mails if each.kind is NoticeKind.ACTED_FOR_YOU]
    assert (mail.person, mail.data["said"]) == (MENTOR.id, "by_phone")
    local = datetime.fromisoformat(mail.data["until"]).astimezone(RULES.calendar.zone)
    assert (local.date(), local.hour) == (date(2026, 9, 8), 23)
    whole(case)


def test_a_record_counts_as_submitted_once_nobody_contradicted_it_in_time() -> None:
    case = entered()
    assert (row(case).values["status"], row(case).values["document"]) == ("owed", "")
    fired = [type(event).__name__ for event in case.wait_until(case.now + timedelta(days=DAYS + 4))]
    assert "RecordStands" in fired
    assert (row(case).values["status"], row(case).values["document"]) == ("submitted", answers("1").doc)
    assert refused(case, ContradictMonthlyRecord, MENTOR, month=MONTH) == "staff_act_answered"
    whole(case)


def test_a_mentor_confirms_it_at_once() -> None:
    case = entered()
    case.do(ConfirmMonthlyRecord, MENTOR, month=MONTH)
    assert row(case).values["status"] == "submitted"
    case.do(AmendMonthlyRecord, MENTOR, month=MONTH, answers=answers("2"))
    assert row(case).values["version"] == 2
    whole(case)


def test_a_contradicted_record_is_owed_again_with_a_task_until_the_mentor_submits_it() -> None:
    case = TermCase(RULES).open()
    case.until(2026, 10, 1)
    case.do(SubmitMonthlyRecord, SECOND_MENTOR, month=MONTH, answers=answers("0"))
    case.do(SubmitMonthlyRecord, acting(), month=MONTH, answers=answers("1"))
    duty = case.state.duty(Matter.MONTHLY_RECORD, MONTH)
    assert duty is not None
    assert (duty.late, duty.settled) == ((), "")
    case.do(ContradictMonthlyRecord, MENTOR, month=MONTH)
    assert (row(case).values["status"], chased(case)) == ("owed", True)
    duty = case.state.duty(Matter.MONTHLY_RECORD, MONTH)
    assert duty is not None
    assert duty.late == (MENTOR.id,)
    case.do(SubmitMonthlyRecord, MENTOR, month=MONTH, answers=answers("2"))
    assert (row(case).values["status"], chased(case)) == ("submitted", False)
    whole(case)


def test_a_record_that_is_contradicted_after_its_month_was_settled_is_owed_again() -> None:
    case = TermCase(RULES).open()
    case.mentors = (MENTOR.id,)
    case.until(2026, 10, 6)
    case.do(SubmitMonthlyRecord, acting(), month=MONTH, answers=answers("1"))
    case.until(2026, 10, 8)
    duty = case.state.duty(Matter.MONTHLY_RECORD, MONTH)
    assert duty is not None
    assert duty.settled == "done"
    case.do(ContradictMonthlyRecord, MENTOR, month=MONTH)
    assert chased(case)
    case.until(2026, 11, 20)
    case.do(SubmitMonthlyRecord, MENTOR, month=MONTH, answers=answers("2"))
    assert not chased(case)
    assert row(case).values["status"] == "submitted"
    whole(case)


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (acting(OTHER_REGION), "other_region"),
        (acting(PAYMENT), "role_not_allowed"),
        (acting(replace(MENTOR, role=Role.COORDINATOR)), "acting_for_oneself"),
        (acting(reason=None), "staff_reason_missing"),
        (COORDINATOR, "role_not_allowed"),
    ],
)
def test_staff_enter_records_only_in_their_regions_and_never_their_own(actor: Actor, code: str) -> None:
    case = TermCase(RULES).open()
    assert refused(case, SubmitMonthlyRecord, actor, month=MONTH, answers=answers("1")) == code


def test_only_the_record_of_a_mentor_of_the_term_is_entered_and_only_as_its_own_program_allows() -> None:
    case = TermCase(RULES, facts=replace(WHO, mentors_in=())).open()
    fields = {"month": MONTH, "answers": answers("1")}
    assert refused(case, SubmitMonthlyRecord, acting(), **fields) == "not_a_mentor_of_term"
    before = TermCase(TERM_RULES).open()
    assert refused(before, SubmitMonthlyRecord, acting(), **fields) == "program_without_staff_acts"


def test_a_mentor_answers_before_amending_and_nobody_answers_for_the_mentor() -> None:
    case = entered()
    amended = {"month": MONTH, "answers": answers("2")}
    assert refused(case, AmendMonthlyRecord, MENTOR, **amended) == "answer_staff_act_first"
    assert refused(case, AmendMonthlyRecord, acting(), **amended) == "not_for_others"
    assert refused(case, ConfirmMonthlyRecord, acting(), month=MONTH) == "not_for_others"
    assert refused(case, ConfirmMonthlyRecord, SECOND_MENTOR, month=MONTH) == "unknown_staff_act"
