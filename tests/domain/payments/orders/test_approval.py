"""A second person may deny the stipend."""

from domain.payments.orders.approval import DenyStipend
from tests.domain.payments.payment_case import APPROVER, SECOND_MENTEE, Payment, notice_kinds, reports


def test_a_denied_stipend_is_reported_and_closed() -> None:
    payment = Payment().prepared()
    payment.do(DenyStipend, APPROVER, reason="no_evidence")
    assert (payment.state.state, payment.open_tasks()) == ("denied", [])
    assert (reports(payment), notice_kinds(payment)) == ([("one", "denied")], ["stipend_denied"])
    payment.claim("two", SECOND_MENTEE)
    assert reports(payment)[-1] == ("two", "denied"), "a late claim is told that the stipend was denied"
