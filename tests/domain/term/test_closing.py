"""A term in a region ends, with every duty settled."""

from datetime import UTC, datetime

from domain.term import decider
from domain.term.closing import TermClosed
from domain.term.monthly_records import SubmitMonthlyRecord
from domain.term.projection import term_rows
from domain.term.reminders import DutyOpened
from tests.domain.builders import MENTOR, RULES
from tests.domain.term.term_case import TermCase, answers, refused


def test_a_program_without_tables_owes_nothing_and_its_term_still_ends() -> None:
    case = TermCase(rules=RULES).open()
    assert case.state.duties == ()
    assert case.until(2027, 9, 1)[-1:] == (TermClosed(),)
    assert case.state.ended
    assert refused(case, SubmitMonthlyRecord, MENTOR, month="2026-09", answers=answers("x")) == "term_ended"


def test_a_term_that_is_long_over_closes_at_once() -> None:
    case = TermCase(now=datetime(2028, 1, 11, 15, 0, tzinfo=UTC)).open()
    assert case.state.duties == ()
    assert case.pass_deadline() == (TermClosed(),)


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
