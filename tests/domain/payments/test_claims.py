"""Claims on an obligation: the first fixes the amount, and an obligation that nobody claims is canceled."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import RuleViolation
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.orders.settlement import RecordReturned
from domain.payments.state import OrderState
from domain.rules.money import EarlyEnd
from tests.domain.builders import MENTEE, STIPEND
from tests.domain.payments.payment_case import APPROVER, MAKER, SECOND_MENTEE, Payment
from tests.domain.rules_variants import with_rules


def test_the_first_claim_freezes_the_amount_and_the_next_adds_nothing_to_pay() -> None:
    payment = Payment()
    payment.claim()
    payment.rules = with_rules(money=(replace(STIPEND, amount_minor=99900),))
    payment.claim("two", SECOND_MENTEE)
    state = payment.state
    assert (state.amount_minor, state.currency, state.region) == (50000, "USD", "r3")
    assert [claim.mentee for claim in state.claims] == [MENTEE.id, SECOND_MENTEE]
    assert payment.claim("two", SECOND_MENTEE) == ()


def test_an_unknown_rule_or_another_obligation_is_refused() -> None:
    payment = Payment(with_rules(money=()))
    with pytest.raises(RuleViolation, match="unknown_money_rule"):
        payment.claim()
    other = Payment()
    other.id = "0" * 32
    other.state = other.empty()
    with pytest.raises(RuleViolation, match="another_obligation"):
        other.claim()


def test_withdrawing_the_last_claim_cancels_and_a_new_claim_reopens() -> None:
    payment = Payment().approved()
    payment.withdraw()
    assert (payment.state.state, payment.open_tasks()) == ("canceled", [])
    assert payment.state.orders[-1].state is OrderState.VOIDED
    payment.claim("two", SECOND_MENTEE)
    assert payment.state.state == "accrued"
    payment.wait_until(payment.now + timedelta(days=1))
    payment.do(PrepareStipend, MAKER)
    assert payment.state.orders[-1].attempt == 2


def test_a_withdrawal_after_sending_cancels_only_when_the_money_comes_back() -> None:
    payment = Payment().sent()
    payment.withdraw()
    assert payment.state.standing == "sent"
    payment.do(RecordReturned, APPROVER, reason="account_closed")
    assert payment.state.state == "canceled"


def test_a_program_that_pays_in_full_is_not_canceled_by_an_early_end() -> None:
    payment = Payment(with_rules(money=(replace(STIPEND, early_end=EarlyEnd.FULL),)))
    payment.due()
    payment.withdraw()
    assert payment.state.state == "due"
    payment.do(PrepareStipend, MAKER)
