"""Rules the first program does not need: rolling intake, kinds of work, service, credentials, consulting a board."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from activities.adapters.files.program_files import load_programs
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.consultation import RecordConsultation
from domain.relationship.stages.matching.decline import DeclineMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.rules.checks.rules import rule_faults
from domain.rules.intake import IntakeKind, IntakeRules, TermDates
from domain.rules.program import Consultation, Rules
from tests.domain.builders import COORDINATOR, FACTS, MENTEE, MENTOR, OTHER_REGION, RULES, START, TERM, Case
from tests.domain.relationship.steps import refused

ROLLING = IntakeRules(kind=IntakeKind.ROLLING, window_days=0, late_entry=True, course_months=12)
CLOSED = IntakeRules(kind=IntakeKind.WINDOW, window_days=30, late_entry=False, course_months=0)
CONSULTED = replace(
    RULES,
    matching=replace(
        RULES.matching,
        consultation=Consultation.BEFORE_CONFIRMATION,
        consultation_answers=("supports", "concerns"),
    ),
)


@pytest.mark.parametrize(
    ("applied_on", "course"),
    [
        (date(2026, 7, 1), TermDates(first=date(2026, 8, 1), last=date(2027, 7, 31))),
        (date(2027, 2, 15), TermDates(first=date(2027, 2, 15), last=date(2028, 2, 14))),
        (date(2028, 2, 29), TermDates(first=date(2028, 2, 29), last=date(2029, 2, 27))),
    ],
)
def test_a_rolling_course_lasts_twelve_months_from_its_own_start(applied_on: date, course: TermDates) -> None:
    assert ROLLING.course(applied_on, TERM) == course
    assert RULES.intake.course(applied_on, TERM) == TERM


def test_an_application_after_the_window_is_accepted_only_with_late_entry() -> None:
    late = TERM.first + timedelta(days=31)
    rules = replace(RULES, intake=CLOSED)
    assert Case(rules=rules).apply(applied_on=late).state.outcome_reason == "intake_closed"
    assert Case(rules=rules).apply(applied_on=late - timedelta(days=1)).state.stage == "matching"
    assert Case().apply(applied_on=late).state.stage == "matching"
    rolling = replace(RULES, intake=ROLLING)
    assert Case(rules=rolling).apply(applied_on=late).state.stage == "matching"


@pytest.mark.parametrize(
    ("areas", "stage"),
    [((), "application"), (("finance",), "application"), (("finance", "student_support"), "matching")],
)
def test_an_applicant_works_in_an_area_that_the_program_serves(areas: tuple[str, ...], stage: str) -> None:
    rules = replace(RULES, eligibility=replace(RULES.eligibility, areas=("student_support", "curriculum")))
    case = Case(rules=rules).apply(areas=areas)
    assert case.state.stage == stage
    assert case.state.outcome_reason == ("" if stage == "matching" else "not_in_served_area")


def test_a_program_without_classes_asks_for_no_membership() -> None:
    rules = replace(
        RULES,
        eligibility=replace(RULES.eligibility, mentee_classes=()),
        matching=replace(RULES.matching, mentor_classes=()),
    )
    case = Case(rules=rules, facts=replace(FACTS, memberships={})).signed()
    assert case.state.stage == "meetings"
    assert case.refold() == case.state


def test_a_mentor_has_served_long_enough_on_the_day_of_the_match() -> None:
    rules = replace(RULES, matching=replace(RULES.matching, mentor_years=3))
    today = RULES.calendar.local_date(START)
    for since in (None, today.replace(year=today.year - 3) + timedelta(days=1)):
        case = Case(rules=rules, facts=replace(FACTS, mentor_since=since)).apply()
        refused(case, "mentor_serves_too_short", ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    since = today.replace(year=today.year - 3)
    case = Case(rules=rules, facts=replace(FACTS, mentor_since=since)).apply()
    (proposed,) = case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    assert getattr(proposed, "mentor_since", None) == since


def test_a_credential_is_valid_on_the_day_of_the_match() -> None:
    rules = replace(RULES, matching=replace(RULES.matching, mentor_credential_required=True))
    today = RULES.calendar.local_date(START)
    for until in (None, today - timedelta(days=1)):
        case = Case(rules=rules, facts=replace(FACTS, mentor_credential_until=until)).apply()
        refused(case, "mentor_credential_missing", ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    case = Case(rules=rules, facts=replace(FACTS, mentor_credential_until=today)).apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    assert case.state.matching.proposal is not None


def test_a_board_is_consulted_before_the_match_is_confirmed_and_has_no_veto() -> None:
    case = Case(rules=CONSULTED).apply()
    today = RULES.calendar.local_date(START)
    refused(case, "no_proposal", RecordConsultation, COORDINATOR, heard_on=today, answer="supports")
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    assert "consult" in case.open_tasks()
    refused(case, "consultation_missing", ConfirmMatch, COORDINATOR)
    refused(case, "unknown_answer", RecordConsultation, COORDINATOR, heard_on=today, answer="vetoes")
    later = today + timedelta(days=1)
    refused(case, "date_in_future", RecordConsultation, COORDINATOR, heard_on=later, answer="supports")
    refused(case, "other_region", RecordConsultation, OTHER_REGION, heard_on=today, answer="supports")
    case.do(RecordConsultation, COORDINATOR, heard_on=today, answer="concerns")
    assert "consult" not in case.open_tasks()
    case.do(ConfirmMatch, COORDINATOR)
    assert case.state.stage == "contact"


def test_a_new_proposal_needs_a_new_consultation() -> None:
    case = Case(rules=CONSULTED).apply()
    today = RULES.calendar.local_date(START)
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    case.do(RecordConsultation, COORDINATOR, heard_on=today, answer="supports")
    case.do(DeclineMatch, MENTEE, reason="no_time")
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    refused(case, "consultation_missing", ConfirmMatch, COORDINATOR)


def test_nobody_is_consulted_where_the_program_asks_nobody() -> None:
    case = Case().apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    today = RULES.calendar.local_date(START)
    refused(case, "no_consultation", RecordConsultation, COORDINATOR, heard_on=today, answer="supports")


def test_needs_asked_before_the_match_need_not_be_asked_again_for_a_new_partner() -> None:
    rules = replace(RULES, matching=replace(RULES.matching, pre_match_contact_required=True))
    first = Case(rules=rules).apply()
    refused(first, "pre_match_contact_missing", ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    following = Case(rules=rules)
    following.apply(predecessor=first.id, predecessor_head="a" * 64)
    following.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    assert following.state.matching.proposal is not None


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        (replace(RULES, intake=replace(ROLLING, course_months=0)), "intake.course_months"),
        (replace(RULES, intake=replace(CLOSED, course_months=6)), "intake.course_months"),
        (replace(RULES, intake=replace(CLOSED, window_days=-1)), "intake.window_days"),
        (replace(RULES, matching=replace(RULES.matching, mentor_years=99)), "matching.mentor_years"),
        (
            replace(RULES, matching=replace(CONSULTED.matching, consultation_answers=())),
            "matching.consultation_answers",
        ),
        (
            replace(RULES, matching=replace(RULES.matching, consultation_answers=("supports",))),
            "matching.consultation_answers",
        ),
    ],
)
def test_a_contradiction_in_these_fields_is_found(rules: Rules, path: str) -> None:
    assert path in [fault.path for fault in rule_faults(rules)]


def test_five_programs_are_shipped_and_say_what_their_sources_say() -> None:
    programs = {name: program.rules for name, program in load_programs().items()}
    assert len(programs) == 5
    kinds = {name: rules.intake.kind.value for name, rules in programs.items()}
    assert sorted(kinds.values()) == ["rolling", "window", "window", "window", "window"]
    directions = {rule.direction.value for rules in programs.values() for rule in rules.money}
    assert directions == {"out", "share", "in", "in_kind"}
