"""Log checks: when they are due, what they find, and with which refusals."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from domain.notices import NoticeKind
from domain.term.duties import Matter
from domain.term.log_checks import RecordLogCheck
from domain.term.projection import term_rows
from domain.term.reminders import DutyEscalated
from domain.term.state import Finding
from tests.domain.builders import COORDINATOR, MENTOR, OTHER_REGION
from tests.domain.term.term_case import OTHER_PAIR, PAIR, WHO, TermCase, duties, notified, refused


def first_period(case: TermCase) -> str:
    return duties(case, Matter.LOG_CHECK)[0].key


def test_a_log_check_becomes_a_task_a_week_before_it_is_due_and_is_done_once_every_pair_is_checked() -> None:
    case = TermCase().open()
    period = first_period(case)
    assert period == "2026-10-01"
    case.until(2026, 9, 24)
    assert ("check_logs", period) in case.open_tasks()
    assert notified(case, NoticeKind.LOG_CHECK_DUE, period) == ["r3"]
    case.do(RecordLogCheck, COORDINATOR, period=period, relationships=(PAIR,), evidence=("logs_read",))
    assert ("check_logs", period) in case.open_tasks()
    case.until(2026, 10, 2)
    assert len(notified(case, NoticeKind.LOG_CHECK_DUE, period)) == 2
    case.do(
        RecordLogCheck, COORDINATOR, period=period, relationships=(OTHER_PAIR,), evidence=("mentor_asked",)
    )
    assert ("check_logs", period) not in case.open_tasks()
    case.until(2026, 10, 20)
    assert len(notified(case, NoticeKind.LOG_CHECK_DUE, period)) == 2
    checks = [row.values for row in term_rows(case.state) if row.table == "log_checks"]
    assert [check["evidence"] for check in checks] == ["logs_read", "mentor_asked"]
    assert {check["checked_by"] for check in checks} == {COORDINATOR.id}


def test_a_log_check_that_nobody_makes_goes_to_the_region_with_the_number_of_pairs() -> None:
    case = TermCase().open()
    case.until(2026, 10, 20)
    [escalated] = [
        event for event in case.events if isinstance(event, DutyEscalated) and event.key == first_period(case)
    ]
    assert escalated.missing == 2
    assert notified(case, NoticeKind.TERM_TASK, first_period(case)) == ["r3"]
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


def test_nobody_checks_the_logs_of_their_own_pair() -> None:
    case = TermCase(facts=replace(WHO, own=(PAIR,))).open()
    case.until(2026, 9, 25)
    asked = {"period": "2026-10-01", "relationships": (PAIR,), "evidence": ("logs_read",)}
    assert refused(case, RecordLogCheck, COORDINATOR, **asked) == "own_relationship"
