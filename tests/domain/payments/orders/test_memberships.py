"""A lapsed membership holds an order; it never refuses it."""

from dataclasses import replace
from datetime import date

import pytest

from domain.actors import SYSTEM
from domain.payments.effects import AskMemberships
from domain.payments.orders.approval import ApproveStipend, DenyStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.holds import LiftHold, OrderHeld
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.state import OrderState
from domain.person_changes import ChangeKind, HearPersonChange
from domain.rules.money import MembershipCheck
from tests.domain.builders import MENTEE, MENTOR, STIPEND, person
from tests.domain.payments.payment_case import (
    APPROVER,
    DUE,
    FACTS,
    MAKER,
    THIRD,
    Payment,
    lapse,
    refused,
    reports,
)
from tests.domain.rules_variants import BY_PERSON, with_rules


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


def heard(payment: Payment, person: str = MENTOR.id) -> list[str]:
    day = date(2026, 9, 1)
    events = payment.do(HearPersonChange, SYSTEM, person=person, kind=ChangeKind.MEMBERSHIP, day=day)
    return [type(event).__name__ for event in events]


@pytest.mark.parametrize("approved", [False, True])
def test_a_lapse_holds_an_order_that_was_not_sent_as_soon_as_it_is_known(approved: bool) -> None:
    payment = Payment(BY_PERSON)
    payment.claim()
    payment.wait_until(DUE)
    payment.do(PrepareStipend, MAKER, evidence=("match_confirmed",))
    if approved:
        payment.do(ApproveStipend, APPROVER)
    assert heard(payment) == [], "everybody is a member"
    payment.facts = replace(FACTS, memberships={MENTEE.id: "active"})
    assert heard(payment) == ["MembershipsChecked", "OrderHeld"]
    assert heard(payment) == [], "it is held already"
    assert payment.state.order is not None
    assert payment.state.order.state.value == "held"
    assert heard(payment, person("somebody else")) == []


def test_rules_that_do_not_say_what_a_lapse_does_leave_an_order_to_its_own_steps() -> None:
    payment = Payment()
    payment.claim()
    payment.wait_until(DUE)
    payment.do(PrepareStipend, MAKER, evidence=("match_confirmed",))
    payment.facts = replace(FACTS, memberships={MENTEE.id: "active"})
    assert heard(payment) == []


def test_a_membership_that_lapsed_since_the_approval_holds_the_order_instead_of_the_sending() -> None:
    """C5: a last day that was corrected reaches the order also after its approval."""
    payment = Payment().prepared()
    payment.do(ApproveStipend, APPROVER)
    lapse(payment, MENTEE.id)
    (held,) = payment.do(EnterReference, THIRD, reference="pay-1")
    assert isinstance(held, OrderHeld)
    assert (held.reason.value, held.lapsed) == ("member_lapsed", (MENTEE.id,))
    assert "check_membership" in payment.open_tasks()
    payment.facts = FACTS
    payment.do(LiftHold, APPROVER, reason="renewed")
    payment.do(EnterReference, THIRD, reference="pay-1")
    assert payment.state.orders[-1].state is OrderState.SENT


def test_the_first_engine_sends_an_approved_order_without_another_look_at_memberships() -> None:
    payment = Payment(engine=1).prepared()
    payment.do(ApproveStipend, APPROVER)
    lapse(payment, MENTEE.id)
    payment.do(EnterReference, THIRD, reference="pay-1")
    assert payment.state.orders[-1].state is OrderState.SENT


def test_money_that_was_sent_is_not_called_back_by_a_lapse() -> None:
    payment = Payment(BY_PERSON)
    payment.claim()
    payment.wait_until(DUE)
    payment.do(PrepareStipend, MAKER, evidence=("match_confirmed",))
    payment.do(ApproveStipend, APPROVER)
    payment.do(EnterReference, THIRD, reference="pay-1")
    payment.facts = replace(FACTS, memberships={})
    assert heard(payment) == []
