"""Reasons of money are those of the program, which has words for them."""

from dataclasses import replace

import pytest

from domain.messages import Command
from domain.payments.orders.approval import DenyStipend
from domain.payments.orders.holds import HoldOrder, HoldReason, LiftHold
from domain.payments.orders.settlement import RecordFailed, RecordReturned
from domain.payments.orders.voiding import VoidOrder
from domain.rules.money import OrderReasons
from tests.domain.builders import RULES
from tests.domain.payments.payment_case import APPROVER, MAKER, Payment, refused

LISTS = OrderReasons(
    denied=("not_owed",),
    voided=("wrong_amount",),
    hold_lifted=("renewed",),
    failed=("bank",),
    returned=("closed",),
)
OWN = replace(RULES, order_reasons=LISTS)


def held() -> Payment:
    payment = Payment(OWN).prepared()
    payment.do(HoldOrder, MAKER, reason=HoldReason.DISPUTED)
    return payment


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        (DenyStipend, "not_owed"),
        (VoidOrder, "wrong_amount"),
        (LiftHold, "renewed"),
        (RecordFailed, "bank"),
        (RecordReturned, "closed"),
    ],
)
def test_c31_a_reason_that_the_program_does_not_have_is_refused(kind: type[Command], known: str) -> None:
    payment = Payment(OWN).sent() if kind in (RecordFailed, RecordReturned) else held()
    assert refused(payment, kind, APPROVER, reason="account_closed_banana") == "unknown_reason"
    payment.do(kind, APPROVER, reason=known)


def test_c31_rules_without_lists_take_any_code() -> None:
    payment = Payment().sent()
    assert refused(payment, RecordReturned, APPROVER, reason="No code") == "reason_not_a_code"
    payment.do(RecordReturned, APPROVER, reason="account_closed_banana")
