"""Money that was sent arrives late, fails or comes back."""

from datetime import timedelta

from domain.payments.orders.approval import ApproveStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.orders.settlement import ConfirmSettled, RecordFailed, RecordReturned
from tests.domain.payments.payment_case import APPROVER, MAKER, THIRD, Payment, notice_kinds, reports


def test_money_that_came_back_is_owed_again() -> None:
    payment = Payment().settled()
    payment.do(RecordReturned, APPROVER, reason="account_closed")
    assert payment.state.state == "due"
    assert "resolve_return" in payment.open_tasks()
    assert reports(payment)[-1] == ("one", "returned")
    payment.do(PrepareStipend, MAKER)
    payment.do(ApproveStipend, THIRD)
    payment.do(EnterReference, APPROVER, reference="BANK-2")
    payment.do(RecordFailed, THIRD, reason="refused")
    assert reports(payment)[-2:] == [("one", "sent"), ("one", "returned")]
    assert notice_kinds(payment) == ["stipend_sent", "stipend_returned", "stipend_sent", "stipend_returned"]


def test_an_obligation_that_is_settled_late_stays_open_for_a_return() -> None:
    payment = Payment().sent()
    payment.wait_until(payment.state.closes_at + timedelta(days=1))
    assert not payment.state.ended
    payment.do(ConfirmSettled, APPROVER)
    payment.wait_until(payment.state.closes_at)
    assert payment.state.ended
