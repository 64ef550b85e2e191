"""An order is held before it is sent, and continues from where it was."""

from collections.abc import Callable

import pytest

from domain.payments.orders.approval import ApproveStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.holds import HoldOrder, HoldReason, LiftHold
from domain.payments.state import OrderState
from tests.domain.payments.payment_case import APPROVER, MAKER, Payment, refused


@pytest.mark.parametrize(
    ("start", "state"),
    [(Payment.prepared, OrderState.NEEDS_APPROVAL), (Payment.approved, OrderState.APPROVED)],
)
def test_a_held_order_waits_and_continues_from_where_it_was(
    start: Callable[[Payment], Payment], state: OrderState
) -> None:
    payment = start(Payment())
    payment.do(HoldOrder, MAKER, reason=HoldReason.FRAUD_SIGNAL)
    assert payment.state.orders[-1].reason == "fraud_signal"
    assert refused(payment, ApproveStipend, APPROVER) == "order_held"
    assert refused(payment, EnterReference, MAKER, reference="BANK-1") == "order_held"
    assert refused(payment, LiftHold, MAKER, reason="cleared") == "approves_own_order"
    payment.do(LiftHold, APPROVER, reason="cleared")
    assert (payment.state.orders[-1].state, payment.state.orders[-1].reason) == (state, "")


def test_money_that_was_sent_is_no_longer_held() -> None:
    payment = Payment().sent()
    assert refused(payment, HoldOrder, APPROVER, reason=HoldReason.DISPUTED) == "order_sent"
