"""An email of a term that did not reach its reader."""

from domain.actors import SYSTEM
from domain.failed_notices import HearNotice, HearReachable, NoticeOvertaken
from domain.ids import derive
from domain.notices import NoticeKind, Outcome
from domain.overtaken import Why
from tests.domain.term.term_case import MENTOR, TermCase


def test_a_task_about_an_address_closes_when_emails_reach_that_reader_again() -> None:
    case = TermCase().open()
    refusal = {"kind": NoticeKind.MONTHLY_RECORD_DUE, "code": "smtp_550"}
    for person in (MENTOR.id, ""):
        case.do(
            HearNotice, SYSTEM, notice=derive("n", person), person=person, outcome=Outcome.REFUSED, **refusal
        )
    assert case.open_tasks() == [("fix_address", MENTOR.id), ("fix_address", "")]
    case.do(HearReachable, SYSTEM, person=MENTOR.id)
    assert case.open_tasks() == [("fix_address", "")]
    case.do(HearReachable, SYSTEM)
    assert case.open_tasks() == []
    assert case.refold() == case.state == case.through_codec()


def test_an_email_that_no_longer_held_stands_on_record_and_opens_no_task() -> None:
    case = TermCase().open()
    told = {"kind": NoticeKind.MONTHLY_RECORD_DUE, "code": Why.CHANGED.value}
    [event] = case.do(HearNotice, SYSTEM, notice=derive("n"), outcome=Outcome.OVERTAKEN, **told)
    assert event == NoticeOvertaken(notice=derive("n"), kind=NoticeKind.MONTHLY_RECORD_DUE, why=Why.CHANGED)
    assert case.open_tasks() == []
    assert case.refold() == case.state
