"""An obligation from its first claim to its end, and its rows in the tables."""

from domain.payments import obligation
from domain.payments.effects import AskMemberships
from domain.payments.orders.approval import ApproveStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.orders.settlement import ConfirmSettled
from domain.payments.projection import obligation_rows
from domain.projection_rows import changed
from tests.domain.payments.payment_case import (
    APPROVER,
    DUE,
    MAKER,
    THIRD,
    Payment,
    notice_kinds,
    refused,
    reports,
)


def test_the_usual_way_from_claim_to_the_end() -> None:
    payment = Payment()
    payment.claim()
    assert refused(payment, PrepareStipend, MAKER) == "not_due"
    payment.wait_until(DUE)
    assert payment.open_tasks() == ["prepare_stipend"]
    assert any(isinstance(effect, AskMemberships) for effect in payment.effects)
    payment.do(PrepareStipend, MAKER)
    assert payment.open_tasks() == ["approve_stipend"]
    payment.do(ApproveStipend, APPROVER)
    assert payment.open_tasks() == ["send_stipend"]
    payment.do(EnterReference, THIRD, reference="BANK-1")
    assert (payment.state.standing, payment.open_tasks()) == ("sent", ["confirm_settlement"])
    payment.do(ConfirmSettled, APPROVER)
    assert (payment.state.state, payment.open_tasks()) == ("settled", [])
    assert reports(payment) == [("one", "sent"), ("one", "settled")]
    assert notice_kinds(payment) == ["stipend_sent"]
    payment.wait_until(payment.state.closes_at)
    assert payment.state.ended
    assert refused(payment, PrepareStipend, MAKER) == "obligation_ended"
    assert obligation.next_due(payment.state) is None


def test_rows_name_the_people_who_acted_and_leave_the_others_null() -> None:
    payment = Payment().prepared()
    before = obligation_rows(payment.state)
    order = next(row for row in before if row.table == "orders")
    assert (order.values["maker"], order.values["approver"]) == (MAKER.id, None)
    payment.do(ApproveStipend, APPROVER)
    touched = {row.table for row in changed(before, obligation_rows(payment.state))}
    assert touched == {"orders", "tasks"}
