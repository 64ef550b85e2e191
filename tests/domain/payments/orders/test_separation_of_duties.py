"""Nobody pays alone, and nobody in the pair or of the payee takes part."""

from dataclasses import replace
from itertools import permutations

import pytest

from domain.actors import Actor, Role
from domain.errors import RuleViolation
from domain.messages import Command
from domain.payments.orders.approval import ApproveStipend, DenyStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.preparation import PrepareStipend, WithdrawOrder
from domain.payments.orders.settlement import ConfirmSettled, RecordFailed, RecordReturned
from domain.payments.orders.voiding import VoidOrder
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, person
from tests.domain.payments.payment_case import (
    APPROVER,
    DUE,
    FACTS,
    MAKER,
    SECOND_MENTEE,
    STAFF,
    THIRD,
    Payment,
    refused,
)

FOURTH = Actor(id=person("fourth"), role=Role.PAYMENT_STAFF)


def test_nobody_approves_their_own_order_or_their_own_money() -> None:
    payment = Payment().prepared()
    assert refused(payment, ApproveStipend, MAKER) == "approves_own_order"
    for member, code in (
        (MENTOR.id, "on_the_pair"),
        (MENTEE.id, "on_the_pair"),
        (COORDINATOR.id, "contact_of_the_payee"),
    ):
        actor = Actor(id=member, role=Role.PAYMENT_STAFF)
        assert refused(payment, ApproveStipend, actor) == code
    assert refused(payment, ApproveStipend, COORDINATOR) == "role_not_allowed"
    refused(payment, DenyStipend, MAKER, reason="no_evidence")
    payment.do(ApproveStipend, APPROVER)


def test_the_mentee_of_a_withdrawn_claim_approves_nothing() -> None:
    payment = Payment()
    payment.claim()
    payment.claim("two", SECOND_MENTEE)
    payment.withdraw("two")
    payment.wait_until(DUE)
    payment.do(PrepareStipend, MAKER)
    second = Actor(id=SECOND_MENTEE, role=Role.PAYMENT_STAFF)
    assert refused(payment, ApproveStipend, second) == "on_the_pair"


def test_the_contact_of_the_payee_prepares_nothing() -> None:
    contact = Actor(id=COORDINATOR.id, role=Role.PAYMENT_STAFF)
    assert refused(Payment().due(), PrepareStipend, contact) == "contact_of_the_payee"


def test_the_approver_does_not_send_and_maker_and_sender_do_not_confirm() -> None:
    payment = Payment().approved()
    assert refused(payment, EnterReference, APPROVER, reference="BANK-1") == "approver_sends"
    payment.do(EnterReference, THIRD, reference="BANK-1")
    for kind, fields in (
        (ConfirmSettled, {}),
        (RecordFailed, {"reason": "closed"}),
        (RecordReturned, {"reason": "closed"}),
    ):
        assert refused(payment, kind, MAKER, **fields) == "settles_own_order"
        assert refused(payment, kind, THIRD, **fields) == "settles_own_order"
    payment.do(ConfirmSettled, APPROVER)


def test_c33_a_third_person_enters_the_reference() -> None:
    payment = Payment().approved()
    for actor, code in ((MAKER, "maker_sends"), (APPROVER, "approver_sends")):
        assert refused(payment, EnterReference, actor, reference="1042") == code
    payment.do(EnterReference, THIRD, reference="1042")


def test_c33_older_runs_let_the_maker_send_as_before() -> None:
    payment = Payment(engine=2).approved()
    payment.do(EnterReference, MAKER, reference="1042")
    assert payment.state.orders[-1].sender == MAKER.id


def test_c33_another_entry_of_the_maker_does_not_send() -> None:
    payment = Payment().approved()
    payment.facts = replace(FACTS, same_as={MAKER.id: (THIRD.id,), THIRD.id: (MAKER.id,)})
    assert refused(payment, EnterReference, THIRD, reference="1042") == "maker_sends"


@pytest.mark.parametrize("kind", [RecordFailed, RecordReturned])
def test_c60_who_reported_a_return_does_not_approve_the_next_order(kind: type[Command]) -> None:
    payment = Payment().sent()
    payment.do(kind, APPROVER, reason="account_closed")
    payment.do(PrepareStipend, MAKER)
    assert refused(payment, ApproveStipend, APPROVER) == "reported_the_return"
    payment.facts = replace(FACTS, same_as={APPROVER.id: (THIRD.id,), THIRD.id: (APPROVER.id,)})
    assert refused(payment, ApproveStipend, THIRD) == "reported_the_return", "by whatever entry"
    payment.facts = FACTS
    payment.do(ApproveStipend, THIRD)
    payment.do(EnterReference, APPROVER, reference="2")
    payment.do(ConfirmSettled, THIRD)


def test_c60_the_same_two_do_not_prepare_and_approve_again() -> None:
    payment = Payment().sent()
    payment.do(RecordFailed, FOURTH, reason="refused")
    payment.do(PrepareStipend, MAKER)
    assert refused(payment, ApproveStipend, APPROVER) == "same_two_again"
    payment.do(WithdrawOrder, MAKER)
    payment.do(VoidOrder, APPROVER, reason="other_people")
    payment.do(PrepareStipend, APPROVER)
    payment.do(ApproveStipend, MAKER)


def test_c60_older_runs_approve_again_as_before() -> None:
    payment = Payment(engine=2).sent()
    payment.do(RecordFailed, APPROVER, reason="refused")
    payment.do(PrepareStipend, MAKER)
    payment.do(ApproveStipend, APPROVER)


def test_c60_three_people_suffice_however_often_money_comes_back() -> None:
    payment = Payment().due()
    for attempt in range(1, 6):
        done = [
            (maker, approver, sender)
            for maker, approver, sender in permutations(STAFF)
            if pays(payment, maker, approver, sender, str(attempt))
        ]
        assert done, "three people can pay again"


def pays(payment: Payment, maker: Actor, approver: Actor, sender: Actor, reference: str) -> bool:
    """Return whether three people in these roles can pay an order; it then comes back."""
    if payment.state.order is None:
        payment.do(PrepareStipend, maker)
    if payment.state.order is None or payment.state.order.maker != maker.id:
        return False
    try:
        payment.do(ApproveStipend, approver)
    except RuleViolation:
        return False
    payment.do(EnterReference, sender, reference=reference)
    payment.do(RecordFailed, approver, reason="refused")
    return True
