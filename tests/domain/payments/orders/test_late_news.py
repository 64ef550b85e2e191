"""The bank says of a failed order that it went through: nothing is paid twice, or two people resolve it."""

from dataclasses import replace

import pytest

from domain.payments import obligation
from domain.payments.orders.approval import ApproveStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.late_news import ConfirmResolution, ProposeResolution, RecordArrived
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.orders.settlement import ConfirmSettled, RecordFailed, RecordReturned
from domain.payments.state import OrderState, Resolution
from tests.domain.builders import COORDINATOR, START
from tests.domain.payments.payment_case import (
    APPROVER,
    FACTS,
    MAKER,
    THIRD,
    Payment,
    notice_kinds,
    refused,
    reports,
)

OTHER = "e" * 32
BACK = {"resolution": Resolution.MONEY_CAME_BACK, "reference": "Check #77"}


def failed(rounds: int = 0) -> Payment:
    """Return money whose first order failed, with ``rounds`` steps of the second one done."""
    payment = Payment().sent()
    payment.do(RecordFailed, APPROVER, reason="refused")
    steps = (
        lambda: payment.do(PrepareStipend, MAKER),
        lambda: payment.do(ApproveStipend, THIRD),
        lambda: payment.do(EnterReference, APPROVER, reference="BANK-2"),
        lambda: payment.do(ConfirmSettled, THIRD),
    )
    for step in steps[:rounds]:
        step()
    return payment


def states(payment: Payment) -> list[str]:
    return [order.state.value for order in payment.state.orders]


def twice(rounds: int = 3) -> Payment:
    payment = failed(rounds)
    payment.do(RecordArrived, APPROVER, order=first(payment))
    return payment


def first(payment: Payment) -> str:
    return payment.state.orders[0].id


@pytest.mark.parametrize(("rounds", "second"), [(0, []), (1, ["voided"]), (2, ["voided"])])
def test_c29_an_order_that_was_not_sent_is_voided_and_the_earlier_one_is_settled(
    rounds: int, second: list[str]
) -> None:
    payment = failed(rounds)
    for actor in (MAKER, THIRD):
        assert refused(payment, RecordArrived, actor, order=first(payment)) == "settles_own_order"
    events = payment.do(RecordArrived, APPROVER, order=first(payment))
    assert [type(event).__name__ for event in events] == [*["OrderVoided"] * len(second), "OrderArrived"]
    assert states(payment) == ["settled", *second]
    assert payment.state.state == "settled"
    assert payment.open_tasks() == []
    assert reports(payment)[-1] == ("one", "settled")
    assert payment.refold() == payment.state == payment.through_codec()


def test_c29_an_earlier_order_that_is_settled_may_come_back_and_be_paid_anew() -> None:
    payment = twice(1)
    payment.do(RecordReturned, APPROVER, reason="account_closed")
    assert states(payment) == ["returned", "voided"]
    assert "resolve_return" in payment.open_tasks()
    payment.do(PrepareStipend, MAKER)
    assert states(payment) == ["returned", "voided", "needs_approval"]


@pytest.mark.parametrize("rounds", [3, 4])
def test_c29_if_the_second_order_was_sent_the_first_is_settled_twice_and_a_task(rounds: int) -> None:
    payment = twice(rounds)
    assert states(payment) == ["settled_twice", "sent" if rounds == 3 else "settled"]
    assert "resolve_paid_twice" in payment.open_tasks()
    assert obligation.next_due(payment.state) is None, "it does not close before it is resolved"
    if rounds == 3:
        payment.do(ConfirmSettled, THIRD)
    assert "resolve_paid_twice" in payment.open_tasks(), "that the second arrived, too, resolves nothing"
    assert payment.refold() == payment.state == payment.through_codec()


def test_c29_one_proposes_and_another_confirms_what_becomes_of_it() -> None:
    payment = twice(4)
    order = first(payment)
    assert refused(payment, ConfirmResolution, MAKER, order=order, resolution=Resolution.WRITTEN_OFF) == (
        "nothing_proposed"
    )
    assert refused(payment, ProposeResolution, MAKER, order=order, resolution=Resolution.MONEY_CAME_BACK) == (
        "reference_unreadable"
    )
    payment.do(ProposeResolution, MAKER, order=order, **BACK)
    assert payment.open_tasks() == ["confirm_resolution"]
    confirm = {"order": order, "resolution": Resolution.MONEY_CAME_BACK}
    assert refused(payment, ConfirmResolution, MAKER, **confirm) == "confirms_own_proposal"
    payment.facts = replace(FACTS, same_as={MAKER.id: (THIRD.id,), THIRD.id: (MAKER.id,)})
    assert refused(payment, ConfirmResolution, THIRD, **confirm) == "confirms_own_proposal"
    payment.facts = FACTS
    changed = {"order": order, "resolution": Resolution.WRITTEN_OFF}
    assert refused(payment, ConfirmResolution, THIRD, **changed) == "resolution_changed"
    payment.do(ConfirmResolution, THIRD, **confirm)
    found = payment.state.orders[0].twice
    assert found is not None
    assert (found.reference, found.proposed_by, found.resolved_by) == ("Check-77", MAKER.id, THIRD.id)
    assert payment.open_tasks() == []
    assert obligation.next_due(payment.state) is not None
    assert refused(payment, ProposeResolution, MAKER, order=order, **BACK) == "order_not_paid_twice"
    assert payment.refold() == payment.state == payment.through_codec()


def test_c29_it_is_counted_only_for_money_that_it_can_pay() -> None:
    payment = twice()
    fields = {"order": first(payment), "resolution": Resolution.COUNTED_FOR_OTHER}
    assert refused(payment, ProposeResolution, MAKER, **fields) == "counted_for_nothing"
    payment.facts = replace(FACTS, counts=False)
    assert refused(payment, ProposeResolution, MAKER, **fields, counted_for=OTHER) == "counted_for_nothing"
    payment.facts = replace(FACTS, counts=True)
    payment.do(ProposeResolution, MAKER, **fields, counted_for=OTHER)
    command = ConfirmResolution(
        id="c" * 32, actor=THIRD, order=first(payment), resolution=Resolution.COUNTED_FOR_OTHER
    )
    asked = obligation.question(payment.state, command, START)
    assert asked is not None
    assert asked.counted_for == OTHER
    payment.facts = replace(FACTS, counts=False)
    assert refused(payment, ConfirmResolution, THIRD, **fields) == "counted_for_nothing"
    payment.facts = replace(FACTS, counts=True)
    payment.do(ConfirmResolution, THIRD, **fields)


def test_c29_money_that_is_paid_already_takes_the_reference_of_that_payment_and_no_other() -> None:
    payment = Payment().approved()
    payment.facts = replace(FACTS, counted=("BANK-1",), same_reference=("f" * 32,))
    assert refused(payment, EnterReference, THIRD, reference="BANK-9") == "money_counted_here"
    payment.do(EnterReference, THIRD, reference="BANK-1")


@pytest.mark.parametrize("kind", [RecordFailed, RecordReturned])
def test_c29_if_the_second_comes_back_the_first_is_the_one_that_paid(
    kind: type[RecordFailed] | type[RecordReturned],
) -> None:
    payment = twice()
    payment.do(ProposeResolution, MAKER, order=first(payment), **BACK)
    before = notice_kinds(payment)
    payment.do(kind, THIRD, reason="account_closed")
    assert states(payment) == ["settled", "failed" if kind is RecordFailed else "returned"]
    assert (payment.state.state, payment.open_tasks()) == ("settled", [])
    assert notice_kinds(payment) == before, "the region has its money"
    assert reports(payment)[-1] == ("one", "settled")
    assert payment.refold() == payment.state == payment.through_codec()


def test_c29_only_an_order_that_failed_can_have_arrived_after_all() -> None:
    payment = Payment().sent()
    assert refused(payment, RecordArrived, APPROVER, order="0" * 32) == "unknown_order"
    assert refused(payment, RecordArrived, APPROVER, order=first(payment)) == "order_did_not_fail"
    assert payment.state.orders[0].state is OrderState.SENT


def test_c29_a_contact_of_the_payee_resolves_nothing() -> None:
    payment = twice()
    contact = replace(MAKER, id=COORDINATOR.id)
    assert refused(payment, ProposeResolution, contact, order=first(payment), **BACK) == (
        "contact_of_the_payee"
    )
