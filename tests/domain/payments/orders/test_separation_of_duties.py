"""Nobody pays alone, and nobody in the pair or of the payee takes part."""

from domain.actors import Actor, Role
from domain.payments.orders.approval import ApproveStipend, DenyStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.orders.settlement import ConfirmSettled, RecordFailed, RecordReturned
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR
from tests.domain.payments.payment_case import APPROVER, DUE, MAKER, SECOND_MENTEE, THIRD, Payment, refused


def test_nobody_approves_their_own_order_or_their_own_money() -> None:
    payment = Payment().prepared()
    assert refused(payment, ApproveStipend, MAKER) == "approves_own_order"
    for person, code in (
        (MENTOR.id, "on_the_pair"),
        (MENTEE.id, "on_the_pair"),
        (COORDINATOR.id, "contact_of_the_payee"),
    ):
        actor = Actor(id=person, role=Role.PAYMENT_STAFF)
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
