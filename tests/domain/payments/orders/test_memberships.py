"""A lapsed membership holds an order; it never refuses it."""

from dataclasses import replace

import pytest

from domain.payments.effects import AskMemberships
from domain.payments.orders.approval import ApproveStipend, DenyStipend
from domain.payments.orders.holds import LiftHold, OrderHeld
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.state import OrderState
from domain.rules.money import MembershipCheck
from tests.domain.builders import MENTEE, MENTOR, STIPEND, with_rules
from tests.domain.payments.payment_case import APPROVER, DUE, FACTS, MAKER, Payment, lapse, refused, reports


@pytest.mark.parametrize("person", [MENTOR.id, MENTEE.id])
def test_a_lapse_at_due_opens_a_task_and_holds_the_order(person: str) -> None:
    payment = Payment()
    payment.claim()
    lapse(payment, person)
    payment.wait_until(DUE)
    assert "check_membership" in payment.open_tasks()
    payment.do(PrepareStipend, MAKER)
    order = payment.state.orders[-1]
    assert (order.state, order.reason) == (OrderState.HELD, "member_lapsed")
    assert refused(payment, LiftHold, APPROVER, reason="renewed") == "member_lapsed"
    refused(payment, LiftHold, MAKER, reason="renewed")
    payment.facts = FACTS
    payment.do(LiftHold, APPROVER, reason="renewed")
    assert "check_membership" not in payment.open_tasks()


def test_a_stipend_is_denied_and_so_ends_when_a_membership_is_never_renewed() -> None:
    payment = Payment().due()
    lapse(payment, MENTOR.id)
    payment.do(PrepareStipend, MAKER)
    assert refused(payment, DenyStipend, MAKER, reason="no_member") == "approves_own_order"
    payment.do(DenyStipend, APPROVER, reason="no_member")
    assert (payment.state.state, payment.open_tasks()) == ("denied", [])
    assert payment.state.orders[-1].held_from is None
    assert reports(payment) == [("one", "denied")]


def test_a_lapse_before_approval_holds_the_order_instead() -> None:
    payment = Payment().prepared()
    lapse(payment, MENTOR.id)
    (held,) = payment.do(ApproveStipend, APPROVER)
    assert isinstance(held, OrderHeld)
    assert payment.state.orders[-1].approver == ""
    payment.facts = FACTS
    payment.do(LiftHold, APPROVER, reason="renewed")
    payment.do(ApproveStipend, APPROVER)
    assert payment.state.orders[-1].state is OrderState.APPROVED


def test_a_program_without_the_check_asks_for_no_membership() -> None:
    payment = Payment(with_rules(money=(replace(STIPEND, membership_check=MembershipCheck.NONE),)))
    lapse(payment, MENTOR.id)
    payment.prepared()
    assert payment.state.orders[-1].state is OrderState.NEEDS_APPROVAL
    assert not any(isinstance(effect, AskMemberships) for effect in payment.effects)
