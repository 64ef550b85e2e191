"""What stands on a check or a statement is entered as it stands there, and one payment may be for several orders."""

from dataclasses import replace

import pytest

from domain.payments import obligation
from domain.payments.orders.bank_reference import EnterReference, OrderSent
from domain.payments.orders.settlement import RecordFailed
from tests.domain.builders import START
from tests.domain.payments.payment_case import APPROVER, FACTS, THIRD, Payment, refused

OTHER = "f" * 32


@pytest.mark.parametrize(
    ("written", "kept"),
    [("Check #1042", "Check-1042"), ("  Check   1042 ", "Check-1042"), ("Nº 7", "No-7"), ("pay_1", "pay_1")],
)
def test_c30_blanks_and_signs_are_fine(written: str, kept: str) -> None:
    payment = Payment().approved()
    payment.do(EnterReference, THIRD, reference=written)
    assert payment.state.orders[-1].reference == kept


@pytest.mark.parametrize("written", ["", " ", "#", "Чек 7", "1\n2", "check\u202e1", "1" * 65])
def test_c30_a_reference_that_nobody_can_read_or_find_again_is_refused(written: str) -> None:
    payment = Payment().approved()
    assert refused(payment, EnterReference, THIRD, reference=written) == "reference_unreadable"


def test_c30_a_reference_of_another_payee_or_day_is_asked_about_and_the_answer_stays() -> None:
    payment = Payment().approved()
    payment.facts = replace(FACTS, same_reference=(OTHER,))
    assert refused(payment, EnterReference, THIRD, reference="1042") == "reference_used_before"
    assert refused(payment, EnterReference, THIRD, reference="1042", same_reference=False) == (
        "reference_used_before"
    )
    (sent,) = payment.do(EnterReference, THIRD, reference="1042", same_reference=True)
    assert isinstance(sent, OrderSent)
    assert sent.same_reference is True


def test_c30_who_confirms_what_nobody_asks_leaves_no_answer() -> None:
    payment = Payment().approved()
    payment.facts = replace(FACTS, same_reference=())
    (sent,) = payment.do(EnterReference, THIRD, reference="1042", same_reference=True)
    assert isinstance(sent, OrderSent)
    assert sent.same_reference is None


def test_c30_only_the_newest_engine_asks_about_the_reference() -> None:
    for engine, asked in ((2, None), (3, "1042")):
        payment = Payment(engine=engine).approved()
        command = EnterReference(id="c" * 32, actor=THIRD, reference="1042")
        question = obligation.question(payment.state, command, START)
        assert question is not None
        assert question.reference == asked
        failed = obligation.question(
            payment.state, RecordFailed(id="d" * 32, actor=APPROVER, reason="refused"), START
        )
        assert failed is not None
        assert failed.reference is None
