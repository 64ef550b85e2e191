"""An email about money that did not reach the contacts of the payee."""

from domain.actors import SYSTEM
from domain.failed_notices import HearNotice, HearReachable
from domain.ids import derive
from domain.notices import NoticeKind, Outcome
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
