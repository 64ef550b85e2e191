"""An email about money that did not reach the contacts of the payee."""

from domain.actors import SYSTEM
from domain.failed_notices import HearNotice, HearReachable, NoticeOvertaken
from domain.ids import derive
from domain.notices import NoticeKind, Outcome
from domain.overtaken import Why
from tests.domain.payments.payment_case import Payment


def test_a_task_about_the_address_of_a_contact_closes_when_emails_arrive_again() -> None:
    payment = Payment().settled()
    refusal = {"kind": NoticeKind.STIPEND_SENT, "code": "smtp_550"}
    payment.do(HearNotice, SYSTEM, notice=derive("n"), outcome=Outcome.REFUSED, **refusal)
    assert payment.open_tasks() == ["fix_address"]
    payment.do(HearReachable, SYSTEM)
    assert payment.open_tasks() == []
    assert payment.do(HearReachable, SYSTEM) == ()
    assert payment.refold() == payment.state


def test_an_email_that_no_longer_held_stands_on_record_and_opens_no_task() -> None:
    payment = Payment().settled()
    told = {"kind": NoticeKind.STIPEND_SENT, "code": Why.CHANGED.value}
    [event] = payment.do(HearNotice, SYSTEM, notice=derive("n"), outcome=Outcome.OVERTAKEN, **told)
    assert event == NoticeOvertaken(notice=derive("n"), kind=NoticeKind.STIPEND_SENT, why=Why.CHANGED)
    assert payment.open_tasks() == []
    assert payment.refold() == payment.state
