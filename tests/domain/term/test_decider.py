"""A term in one region: who owes what by when, who may do it, and what the office does where it does not come."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.actors import Actor, Role
from domain.errors import RuleViolation
from domain.messages import Command
from domain.notices import NoticeKind
from domain.rules.program import TermDates
from domain.term import decider
from domain.term.duties import Duty, Matter
from domain.term.messages import (
    AmendMonthlyRecord,
    ContactsSeen,
    DutyEscalated,
    DutyNudged,
    DutyOpened,
    DutyOwed,
    DutySettled,
    RecordLogCheck,
    SubmitMonthlyRecord,
    SubmitTermSurvey,
    SurveyAudience,
    TermClosed,
)
from domain.term.projection import term_rows
from domain.term.state import Finding
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, OTHER_REGION, PAYMENT, RULES, person
from tests.domain.term.term_case import (
    CONTACT,
    MONTHS,
    OTHER_PAIR,
    PAIR,
    PRINCIPAL,
    SECOND_MENTOR,
    TERM_RULES,
    WHO,
    TermCase,
    answers,
)


def refused(case: TermCase, kind: type[Command], actor: Actor, /, **fields: Any) -> str:
    """The code with which a command is refused; nothing is folded then."""
    before = case.state
    with pytest.raises(RuleViolation) as raised:
        case.do(kind, actor, **fields)
    assert case.state == before
    return raised.value.code


def duties(case: TermCase, matter: Matter) -> list[Duty]:
    return [duty for duty in case.state.duties if duty.matter is matter]


def mailed(case: TermCase, kind: NoticeKind, key: str) -> list[str]:
    """To whom notices of a kind about one key went, in order; a region stands for its contacts."""
    return [
        mail.person or mail.region for mail in case.mails if mail.kind is kind and mail.data["key"] == key
    ]


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


def test_a_program_without_tables_owes_nothing_and_its_term_still_ends() -> None:
    case = TermCase(rules=RULES).open()
    assert case.state.duties == ()
    assert case.until(2027, 9, 1)[-1:] == (TermClosed(),)
    assert case.state.ended
    assert refused(case, SubmitMonthlyRecord, MENTOR, month="2026-09", answers=answers("x")) == "term_ended"


def test_a_region_made_in_january_owes_only_what_is_still_to_come() -> None:
    case = TermCase(now=datetime(2027, 1, 11, 15, 0, tzinfo=UTC)).open()
    assert next(iter(duties(case, Matter.MONTHLY_RECORD))).key == "2027-01"
    assert all(duty.due > case.now for duty in case.state.duties)


def test_a_term_that_is_long_over_closes_at_once() -> None:
    case = TermCase(now=datetime(2028, 1, 11, 15, 0, tzinfo=UTC)).open()
    assert case.state.duties == ()
    assert case.pass_deadline() == (TermClosed(),)


def test_a_late_mentor_is_reminded_twice_and_then_a_coordinator_is_asked() -> None:
    case = TermCase().open()
    case.until(2026, 9, 20)
    case.do(SubmitMonthlyRecord, SECOND_MENTOR, month="2026-09", answers=answers("second"))
    case.until(2026, 10, 15)
    assert mailed(case, NoticeKind.MONTHLY_RECORD_DUE, "2026-09") == [MENTOR.id, MENTOR.id]
    assert mailed(case, NoticeKind.TERM_TASK, "2026-09") == ["r3"]
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


def test_nobody_is_reminded_whose_relationships_are_all_paused_or_ended() -> None:
    case = TermCase().open()
    case.until(2026, 10, 1)
    assert mailed(case, NoticeKind.MONTHLY_RECORD_DUE, "2026-09") == [MENTOR.id, SECOND_MENTOR.id]
    case.facts = replace(WHO, active=(SECOND_MENTOR.id,))
    case.until(2026, 10, 9)
    assert mailed(case, NoticeKind.MONTHLY_RECORD_DUE, "2026-09")[2:] == [SECOND_MENTOR.id]
    case.facts = replace(WHO, active=())
    case.until(2026, 10, 20)
    assert case.state.duty(Matter.MONTHLY_RECORD, "2026-09").settled == "missing"  # type: ignore[union-attr]  # it is there
    assert ("chase_monthly_record", "2026-09") not in case.open_tasks()


def test_a_month_in_which_no_pair_met_is_owed_by_nobody() -> None:
    case = TermCase().open()
    case.mentors = ()
    case.until(2026, 10, 20)
    assert case.state.duty(Matter.MONTHLY_RECORD, "2026-09").settled == "nothing_owed"  # type: ignore[union-attr]  # it is there
    assert mailed(case, NoticeKind.MONTHLY_RECORD_DUE, "2026-09") == []


def test_after_an_outage_of_months_a_mentor_gets_one_letter_for_each_month() -> None:
    case = TermCase(rules=replace(TERM_RULES, term_surveys=None, log_check=None)).open()
    case.now = datetime(2026, 11, 18, 20, 0, tzinfo=UTC)
    case.pass_deadline()
    assert mailed(case, NoticeKind.TERM_TASK, "2026-09") == ["r3"]
    assert mailed(case, NoticeKind.MONTHLY_RECORD_DUE, "2026-09") == []
    assert mailed(case, NoticeKind.TERM_TASK, "2026-10") == ["r3"]


def test_three_hundred_mentors_are_named_in_parts_that_the_journal_can_hold() -> None:
    case = TermCase(rules=replace(TERM_RULES, term_surveys=None, log_check=None)).open()
    case.mentors = tuple(sorted(person(f"mentor {number}") for number in range(300)))
    case.facts = replace(WHO, active=case.mentors)
    case.until(2026, 10, 1)
    assert sorted(mailed(case, NoticeKind.MONTHLY_RECORD_DUE, "2026-09")) == list(case.mentors)
    assert sum(isinstance(event, DutyNudged) for event in case.events) == 3
    assert case.state.duty(Matter.MONTHLY_RECORD, "2026-09").owing == case.mentors  # type: ignore[union-attr]  # it is there


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


def first_period(case: TermCase) -> str:
    return duties(case, Matter.LOG_CHECK)[0].key


def test_a_log_check_becomes_a_task_a_week_before_it_is_due_and_is_done_once_every_pair_was_looked_at() -> (
    None
):
    case = TermCase().open()
    period = first_period(case)
    assert period == "2026-10-01"
    case.until(2026, 9, 24)
    assert ("check_logs", period) in case.open_tasks()
    assert mailed(case, NoticeKind.LOG_CHECK_DUE, period) == ["r3"]
    case.do(RecordLogCheck, COORDINATOR, period=period, relationships=(PAIR,), evidence=("logs_read",))
    assert ("check_logs", period) in case.open_tasks()
    case.until(2026, 10, 2)
    assert len(mailed(case, NoticeKind.LOG_CHECK_DUE, period)) == 2
    case.do(
        RecordLogCheck, COORDINATOR, period=period, relationships=(OTHER_PAIR,), evidence=("mentor_asked",)
    )
    assert ("check_logs", period) not in case.open_tasks()
    case.until(2026, 10, 20)
    assert len(mailed(case, NoticeKind.LOG_CHECK_DUE, period)) == 2
    checks = [row.values for row in term_rows(case.state) if row.table == "log_checks"]
    assert [check["evidence"] for check in checks] == ["logs_read", "mentor_asked"]
    assert {check["checked_by"] for check in checks} == {COORDINATOR.id}


def test_a_log_check_that_nobody_makes_is_handed_to_the_region_with_the_number_of_pairs() -> None:
    case = TermCase().open()
    case.until(2026, 10, 20)
    [escalated] = [
        event for event in case.events if isinstance(event, DutyEscalated) and event.key == first_period(case)
    ]
    assert escalated.missing == 2
    assert mailed(case, NoticeKind.TERM_TASK, first_period(case)) == ["r3"]
    assert Counter(kind for kind, subject in case.open_tasks() if subject == first_period(case)) == {
        "check_logs": 1
    }


def test_where_no_pair_meets_there_is_no_log_to_check() -> None:
    case = TermCase(facts=replace(WHO, meeting=())).open()
    case.until(2026, 10, 20)
    assert duties(case, Matter.LOG_CHECK)[0].settled == "nothing_owed"
    assert "check_logs" not in [kind for kind, _ in case.open_tasks()]


def test_a_finding_opens_a_task_for_its_pair_and_a_later_check_without_one_closes_it() -> None:
    case = TermCase().open()
    case.until(2026, 9, 25)
    both = {"relationships": (PAIR, OTHER_PAIR), "evidence": ("logs_read",)}
    found = (Finding(relationship=PAIR, code="no_meeting_logged"),)
    case.do(RecordLogCheck, COORDINATOR, period=first_period(case), findings=found, **both)
    assert ("follow_up_logs", PAIR) in case.open_tasks()
    assert ("follow_up_logs", OTHER_PAIR) not in case.open_tasks()
    case.until(2026, 10, 26)
    case.do(RecordLogCheck, COORDINATOR, period=duties(case, Matter.LOG_CHECK)[1].key, **both)
    assert ("follow_up_logs", PAIR) not in case.open_tasks()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"actor": OTHER_REGION}, "other_region"),
        ({"actor": MENTOR}, "role_not_allowed"),
        ({"period": "2026-12-24"}, "unknown_period"),
        ({"period": "2026-11-02"}, "period_not_open_yet"),
        ({"relationships": ()}, "nothing_looked_at"),
        ({"relationships": (PAIR, PAIR)}, "named_twice"),
        ({"relationships": ("0" * 32,)}, "unknown_relationship"),
        ({"evidence": ()}, "no_evidence"),
        ({"evidence": ("hearsay",)}, "unknown_evidence"),
        ({"findings": (Finding(relationship=PAIR, code="rude"),)}, "unknown_finding"),
        (
            {"findings": (Finding(relationship=OTHER_PAIR, code="no_meeting_logged"),)},
            "finding_not_looked_at",
        ),
    ],
)
def test_a_log_check_is_refused_with_a_code(change: dict[str, Any], code: str) -> None:
    case = TermCase().open()
    case.until(2026, 9, 25)
    asked = {"period": "2026-10-01", "relationships": (PAIR,), "evidence": ("logs_read",)} | change
    assert refused(case, RecordLogCheck, asked.pop("actor", COORDINATOR), **asked) == code


def test_nobody_checks_the_logs_of_a_pair_that_is_the_own_one() -> None:
    case = TermCase(facts=replace(WHO, own=(PAIR,))).open()
    case.until(2026, 9, 25)
    asked = {"period": "2026-10-01", "relationships": (PAIR,), "evidence": ("logs_read",)}
    assert refused(case, RecordLogCheck, COORDINATOR, **asked) == "own_relationship"


def test_contacts_are_asked_once_for_their_region_and_one_answer_is_enough() -> None:
    case = TermCase().open()
    case.until(2027, 5, 18)
    assert mailed(case, NoticeKind.TERM_SURVEY_OPEN, "contact") == ["r3"]
    case.do(SubmitTermSurvey, CONTACT, audience=SurveyAudience.CONTACT, answers=answers("contact"))
    case.facts = replace(WHO, contacts=(CONTACT.id, person("another contact")))
    other = Actor(id=person("another contact"), role=Role.PARTICIPANT)
    assert (
        refused(case, SubmitTermSurvey, other, audience=SurveyAudience.CONTACT, answers=answers("o"))
        == "already_answered"
    )
    case.until(2027, 6, 25)
    assert mailed(case, NoticeKind.TERM_SURVEY_DUE, "contact") == []
    [shown] = [
        r.values
        for r in term_rows(case.state)
        if r.table == "term_surveys" and r.values["audience"] == "contact"
    ]
    assert (shown["status"], shown["owner"], shown["person"]) == ("answered", "r3", CONTACT.id)


def test_an_administrator_is_asked_in_person_and_reminded_until_the_survey_closes() -> None:
    case = TermCase().open()
    case.until(2027, 6, 25)
    assert mailed(case, NoticeKind.TERM_SURVEY_OPEN, "administrator") == [PRINCIPAL.id]
    assert mailed(case, NoticeKind.TERM_SURVEY_DUE, "administrator") == [PRINCIPAL.id] * 2
    duty = case.state.duty(Matter.SURVEY, "administrator")
    assert duty is not None
    assert duty.settled == "missing"
    code = refused(
        case, SubmitTermSurvey, PRINCIPAL, audience=SurveyAudience.ADMINISTRATOR, answers=answers("p")
    )
    assert code == "survey_closed"
    assert ("chase_term_survey", "administrator") not in case.open_tasks()


def test_the_report_of_a_district_comes_from_its_coordinator_or_contact() -> None:
    for actor in (COORDINATOR, CONTACT):
        case = TermCase().open()
        case.until(2027, 5, 20)
        case.do(SubmitTermSurvey, actor, audience=SurveyAudience.DISTRICT, answers=answers("district"))
        assert case.state.duty(Matter.SURVEY, "district").settled == "done"  # type: ignore[union-attr]  # it is there


@pytest.mark.parametrize(
    ("actor", "audience", "day", "code"),
    [
        (CONTACT, SurveyAudience.CONTACT, 1, "survey_not_open_yet"),
        (PRINCIPAL, SurveyAudience.CONTACT, 20, "audience_not_yours"),
        (CONTACT, SurveyAudience.ADMINISTRATOR, 20, "audience_not_yours"),
        (MENTOR, SurveyAudience.DISTRICT, 20, "audience_not_yours"),
        (COORDINATOR, SurveyAudience.CONTACT, 20, "audience_not_yours"),
        (OTHER_REGION, SurveyAudience.DISTRICT, 20, "other_region"),
        (PAYMENT, SurveyAudience.DISTRICT, 20, "role_not_allowed"),
    ],
)
def test_a_survey_is_refused_with_a_code(actor: Actor, audience: SurveyAudience, day: int, code: str) -> None:
    case = TermCase().open()
    case.until(2027, 5, day)
    assert refused(case, SubmitTermSurvey, actor, audience=audience, answers=answers("x")) == code


def test_an_audience_that_a_program_does_not_ask_is_refused() -> None:
    case = TermCase(rules=replace(TERM_RULES, term_surveys=None)).open()
    code = refused(case, SubmitTermSurvey, CONTACT, audience=SurveyAudience.CONTACT, answers=answers("x"))
    assert code == "audience_not_asked"


def test_a_region_without_a_contact_is_a_task_of_the_state_office_until_one_is_named() -> None:
    rules = replace(TERM_RULES, monthly_record=None, log_check=None, term_surveys=None)
    case = TermCase(rules=rules, facts=replace(WHO, contacts=())).open()
    case.until(2026, 9, 7)
    assert case.open_tasks() == []
    case.until(2026, 9, 9)
    [task] = [task for task in case.state.tasks if task.open]
    assert (task.kind.value, task.role) == ("name_contact", Role.ADMIN)
    case.facts = WHO
    case.until(2026, 9, 17)
    assert case.open_tasks() == []
    assert case.events[-1] == ContactsSeen(vacant=False)


def test_a_contact_whose_days_run_out_is_missed_on_the_next_working_day() -> None:
    rules = replace(TERM_RULES, monthly_record=None, log_check=None, term_surveys=None)
    case = TermCase(rules=rules, facts=replace(WHO, contacts_until=date(2026, 12, 18))).open()
    case.until(2026, 12, 20)
    assert case.open_tasks() == []
    case.facts = replace(WHO, contacts=())
    case.until(2027, 1, 4)
    assert case.open_tasks() == [("name_contact", "")]


def test_a_whole_year_ends_with_everything_settled_and_no_task_open() -> None:
    case = TermCase().open()
    case.until(2027, 9, 15)
    assert case.state.ended
    assert case.open_tasks() == []
    assert all(duty.settled and duty.next_at is None for duty in case.state.duties)
    assert decider.next_due(case.state) is None
    assert case.refold() == case.state == case.through_codec()
    assert sum(isinstance(event, DutyOpened) for event in case.events) == 12
    keys = [(row.table, row.key) for row in term_rows(case.state)]
    assert len(set(keys)) == len(keys)


def test_a_term_of_six_weeks_opens_its_surveys_with_itself() -> None:
    case = TermCase(dates=TermDates(first=date(2026, 9, 1), last=date(2026, 10, 12))).open()
    assert min(duty.opens_at for duty in duties(case, Matter.SURVEY)) >= RULES.calendar.at(date(2026, 9, 1))
    case.until(2027, 1, 15)
    assert case.state.ended
