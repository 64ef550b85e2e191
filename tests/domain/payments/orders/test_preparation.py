"""Orders are prepared one after the other, and their maker may take them back."""

from domain.payments.orders.approval import ApproveStipend
from domain.payments.orders.preparation import PrepareStipend, SubmitOrder, WithdrawOrder
from domain.payments.orders.voiding import VoidOrder
from domain.payments.state import OrderState
from tests.domain.payments.payment_case import APPROVER, MAKER, THIRD, Payment, refused


def test_the_maker_takes_back_and_submits_again() -> None:
    payment = Payment().prepared()
    refused(payment, WithdrawOrder, APPROVER)
    payment.do(WithdrawOrder, MAKER)
    assert (payment.state.orders[-1].state, payment.open_tasks()) == (OrderState.DRAFT, ["prepare_stipend"])
    refused(payment, ApproveStipend, APPROVER)
    refused(payment, SubmitOrder, APPROVER)
    payment.do(SubmitOrder, MAKER)
    assert payment.open_tasks() == ["approve_stipend"]


def test_a_second_attempt_waits_for_the_first_to_be_over() -> None:
    payment = Payment().approved()
    refused(payment, PrepareStipend, THIRD)
    payment.do(VoidOrder, APPROVER, reason="wrong_details")
    assert (payment.state.state, payment.open_tasks()) == ("due", ["prepare_stipend"])
    payment.do(PrepareStipend, THIRD)
    assert [order.attempt for order in payment.state.orders] == [1, 2]
    assert payment.state.orders[1].replaces == payment.state.orders[0].id
    assert payment.state.orders[1].approver == ""
