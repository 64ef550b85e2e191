"""Somebody of the money has left or died: an order that was not sent is held, and a task says who is gone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.actors import SYSTEM
from domain.payments import obligation
from domain.payments.orders.approval import ApproveStipend, DenyStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.holds import HoldOrder, HoldReason, LiftHold
from domain.payments.orders.preparation import PrepareStipend, SubmitOrder
from domain.payments.orders.settlement import RecordReturned
from domain.payments.orders.voiding import VoidOrder
from domain.payments.state import OrderState
from domain.person_changes import ChangeKind, HearPersonChange
from tests.domain.builders import MENTEE, MENTOR, START
from tests.domain.payments.payment_case import (
    APPROVER,
    FACTS,
    MAKER,
    SECOND_MENTEE,
    THIRD,
    Payment,
    lapse,
    refused,
)

KIND = "check_departure"


def hear(payment: Payment, kind: ChangeKind, person: str = MENTOR.id) -> list[str]:
    events = payment.do(HearPersonChange, SYSTEM, person=person, kind=kind, day=START.date())
    return [type(event).__name__ for event in events]


def leaves(payment: Payment, *people: str) -> list[str]:
    """Let people leave, and tell the money of each."""
    payment.facts = replace(FACTS, gone=people)
    return [name for each in people for name in hear(payment, ChangeKind.LEFT, each)]


def returns(payment: Payment, person: str = MENTOR.id) -> list[str]:
    payment.facts = replace(FACTS, gone=())
    return hear(payment, ChangeKind.BACK, person)


def about(payment: Payment) -> list[tuple[str, tuple[str, ...]]]:
    """Return of whom the open tasks are, and why."""
    return [(task.subject, task.why) for task in payment.state.tasks if task.open and task.kind.value == KIND]


def standing(payment: Payment) -> tuple[OrderState, str]:
    assert payment.state.order is not None
    return payment.state.order.state, payment.state.order.reason


GONE = [(MENTOR.id, ("person_gone",))]
HELD = (OrderState.HELD, "person_gone")


@pytest.mark.parametrize("made", [Payment.prepared, Payment.approved])
@pytest.mark.parametrize("person", [MENTOR.id, MENTEE.id])
def test_an_order_that_was_not_sent_is_held_and_a_task_says_who_is_gone(
    made: Callable[[Payment], Payment], person: str
) -> None:
    payment = made(Payment())
    before = standing(payment)
    assert leaves(payment, person) == ["PersonGone", "OrderHeld"]
    assert (standing(payment), about(payment)) == (HELD, [(person, ("person_gone",))])
    assert hear(payment, ChangeKind.LEFT, person) == []
    assert refused(payment, EnterReference, THIRD, reference="pay-1") == "order_held"
    assert refused(payment, LiftHold, MAKER, reason="answered") == "approves_own_order"
    payment.do(LiftHold, APPROVER, reason="answered")
    assert (standing(payment), about(payment)) == (before, [])
    assert payment.refold() == payment.state == payment.through_codec()


def test_what_an_approver_has_decided_is_not_asked_again_up_to_the_next_order() -> None:
    payment = Payment().prepared()
    leaves(payment, MENTOR.id)
    payment.do(LiftHold, APPROVER, reason="answered")
    assert hear(payment, ChangeKind.LEFT) == []
    payment.do(ApproveStipend, APPROVER)
    payment.do(EnterReference, THIRD, reference="pay-1")
    assert hear(payment, ChangeKind.LEFT) == []
    payment.do(RecordReturned, APPROVER, reason="account_closed")
    payment.do(PrepareStipend, MAKER)
    assert standing(payment) == (OrderState.NEEDS_APPROVAL, "")


def test_without_an_order_there_is_the_task_and_the_next_order_is_held_as_it_is_made() -> None:
    payment = Payment().due()
    assert leaves(payment, MENTOR.id) == ["PersonGone"]
    assert about(payment) == GONE
    names = [type(event).__name__ for event in payment.do(PrepareStipend, MAKER)]
    assert names == ["OrderPrepared", "OrderHeld"]
    assert (standing(payment), about(payment)) == (HELD, GONE)
    payment.do(LiftHold, APPROVER, reason="answered")
    assert about(payment) == []
    payment.do(SubmitOrder, MAKER)
    assert standing(payment) == (OrderState.NEEDS_APPROVAL, "")


def test_money_that_is_not_due_yet_has_the_task_too() -> None:
    payment = Payment()
    payment.claim()
    assert leaves(payment, MENTEE.id) == ["PersonGone"]
    assert about(payment) == [(MENTEE.id, ("person_gone",))]


@pytest.mark.parametrize("step", [PrepareStipend, ApproveStipend, EnterReference])
def test_a_step_finds_out_itself_that_somebody_is_gone(step: type) -> None:
    payment = Payment().due()
    if step is not PrepareStipend:
        payment.do(PrepareStipend, MAKER)
    if step is EnterReference:
        payment.do(ApproveStipend, APPROVER)
    payment.facts = replace(FACTS, gone=(MENTOR.id,))
    actor = {PrepareStipend: MAKER, ApproveStipend: APPROVER, EnterReference: THIRD}[step]
    payment.do(step, actor, **({"reference": "pay-1"} if step is EnterReference else {}))
    assert (standing(payment), about(payment)) == (HELD, GONE)
    assert hear(payment, ChangeKind.LEFT) == []


def test_who_is_back_has_no_task_and_an_order_that_is_held_has_one_until_its_hold_is_lifted() -> None:
    payment = Payment().due()
    leaves(payment, MENTOR.id)
    assert returns(payment) == ["PersonNotGone"]
    assert about(payment) == []
    assert returns(payment) == []
    payment.do(PrepareStipend, MAKER)
    leaves(payment, MENTOR.id)
    assert returns(payment) == ["PersonNotGone"]
    assert (standing(payment), about(payment)) == (HELD, [(MENTOR.id, ("nobody_gone",))])
    assert leaves(payment, MENTOR.id) == ["PersonGone"]
    assert about(payment) == GONE
    returns(payment)
    payment.do(LiftHold, APPROVER, reason="answered")
    assert (standing(payment), about(payment)) == ((OrderState.NEEDS_APPROVAL, ""), [])
    assert leaves(payment, MENTOR.id) == ["PersonGone", "OrderHeld"]


def test_each_of_two_has_a_task_and_one_who_is_back_leaves_that_of_the_other() -> None:
    payment = Payment().prepared()
    assert leaves(payment, MENTOR.id, MENTEE.id) == ["PersonGone", "OrderHeld", "PersonGone"]
    payment.facts = replace(FACTS, gone=(MENTOR.id,))
    assert hear(payment, ChangeKind.BACK, MENTEE.id) == ["PersonNotGone"]
    assert (standing(payment), about(payment)) == (HELD, GONE)


def test_a_mentee_whose_claim_is_withdrawn_no_longer_holds_the_money() -> None:
    payment = Payment()
    payment.claim()
    payment.claim("two", SECOND_MENTEE)
    leaves(payment, SECOND_MENTEE)
    payment.withdraw("two")
    assert about(payment) == []


def test_money_that_was_sent_stays_sent() -> None:
    payment = Payment().sent()
    assert leaves(payment, MENTOR.id) == []
    assert about(payment) == []


def test_the_order_after_a_return_waits_for_whoever_left_since() -> None:
    payment = Payment().sent()
    leaves(payment, MENTOR.id)
    payment.do(RecordReturned, APPROVER, reason="account_closed")
    payment.do(PrepareStipend, MAKER)
    assert (standing(payment), about(payment)) == (HELD, GONE)


def test_an_order_after_a_void_is_held_again() -> None:
    payment = Payment().prepared()
    leaves(payment, MENTOR.id)
    payment.do(VoidOrder, APPROVER, reason="wrong_amount")
    assert about(payment) == []
    payment.do(PrepareStipend, MAKER)
    assert (standing(payment), about(payment)) == (HELD, GONE)


def test_a_lapse_is_the_reason_of_the_hold_and_who_is_gone_has_a_task_besides() -> None:
    payment = Payment().approved()
    lapse(payment, MENTOR.id)
    payment.facts = replace(payment.facts, gone=(MENTOR.id,))
    payment.do(EnterReference, THIRD, reference="pay-1")
    assert (standing(payment), about(payment)) == ((OrderState.HELD, "member_lapsed"), GONE)


def test_a_held_order_stays_held_and_a_denied_one_ends_the_task() -> None:
    payment = Payment().prepared()
    payment.do(HoldOrder, MAKER, reason=HoldReason.DISPUTED)
    assert leaves(payment, MENTOR.id) == ["PersonGone"]
    assert standing(payment) == (OrderState.HELD, "disputed")
    payment.do(DenyStipend, APPROVER, reason="no_member")
    assert (about(payment), payment.state.state) == ([], "denied")


def test_runs_before_engine_4_decide_as_before() -> None:
    for engine, asks in ((1, None), (2, None), (3, None), (4, True)):
        payment = Payment(engine=engine).due()
        command = PrepareStipend(id="c" * 32, actor=MAKER)
        asked = obligation.question(payment.state, command, START)
        assert asked is not None
        assert asked.departures is asks
    payment = Payment(engine=3).prepared()
    assert hear(payment, ChangeKind.LEFT) == []  # a look-up that does not ask answers nothing
    assert standing(payment) == (OrderState.NEEDS_APPROVAL, "")
