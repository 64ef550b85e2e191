"""Obligations and orders: owed once, paid once, and by nobody alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.actors import SYSTEM, Actor, Role
from domain.errors import RuleViolation
from domain.messages import Command
from domain.notices import SendNotice
from domain.payments import obligation
from domain.payments.effects import AskMemberships, ReportObligation
from domain.payments.facts import PaymentFacts
from domain.payments.orders import (
    ApproveStipend,
    CheckMemberships,
    ConfirmSettled,
    DenyStipend,
    EnterReference,
    HoldOrder,
    HoldReason,
    LiftHold,
    OrderHeld,
    OrderSent,
    PrepareStipend,
    RecordFailed,
    RecordReturned,
    SubmitOrder,
    VoidOrder,
    WithdrawOrder,
)
from domain.payments.projection import obligation_rows
from domain.payments.state import OrderState
from domain.projection_rows import changed
from domain.rules.money import EarlyEnd, MembershipCheck
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, STIPEND, with_rules
from tests.domain.payments.payment_case import (
    APPROVER,
    DUE,
    FACTS,
    MAKER,
    MEMBERS,
    SECOND_MENTEE,
    STAFF,
    THIRD,
    Payment,
)


def refused(payment: Payment, kind: type[Command], actor: Actor, /, **fields: Any) -> str:
    """Return the code that a command is refused with; nothing changes."""
    before = payment.state
    with pytest.raises(RuleViolation) as raised:
        payment.do(kind, actor, **fields)
    assert payment.state == before
    return raised.value.code


def reports(payment: Payment) -> list[tuple[str, str]]:
    """Return who was told what."""
    return [(e.relationship, e.state) for e in payment.effects if isinstance(e, ReportObligation)]


def notice_kinds(payment: Payment) -> list[str]:
    """Return the kinds of the notices, all to the region that gets the money."""
    notices = [effect.notice for effect in payment.effects if isinstance(effect, SendNotice)]
    assert all(notice.region == "r3" and notice.data["amount_minor"] == "50000" for notice in notices)
    return [notice.kind.value for notice in notices]


def lapse(payment: Payment, person: str) -> None:
    """End a membership."""
    members = {one: kind for one, kind in MEMBERS.items() if one != person}
    payment.facts = PaymentFacts(memberships=members, contacts=FACTS.contacts)


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
    payment.do(EnterReference, MAKER, reference="BANK-1")
    assert (payment.state.standing, payment.open_tasks()) == ("sent", ["confirm_settlement"])
    payment.do(ConfirmSettled, APPROVER)
    assert (payment.state.state, payment.open_tasks()) == ("settled", [])
    assert reports(payment) == [("one", "sent"), ("one", "settled")]
    assert notice_kinds(payment) == ["stipend_sent"]
    payment.wait_until(payment.state.closes_at)
    assert payment.state.ended
    assert refused(payment, PrepareStipend, MAKER) == "obligation_ended"
    assert obligation.next_due(payment.state) is None


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
    assert refused(payment, EnterReference, THIRD, reference="two words") == "reference_not_a_code"
    payment.do(EnterReference, THIRD, reference="BANK-1")
    for kind, fields in (
        (ConfirmSettled, {}),
        (RecordFailed, {"reason": "closed"}),
        (RecordReturned, {"reason": "closed"}),
    ):
        assert refused(payment, kind, MAKER, **fields) == "settles_own_order"
        assert refused(payment, kind, THIRD, **fields) == "settles_own_order"
    payment.do(ConfirmSettled, APPROVER)


def test_the_maker_takes_back_and_submits_again() -> None:
    payment = Payment().prepared()
    refused(payment, WithdrawOrder, APPROVER)
    payment.do(WithdrawOrder, MAKER)
    assert (payment.state.orders[-1].state, payment.open_tasks()) == (OrderState.DRAFT, ["prepare_stipend"])
    refused(payment, ApproveStipend, APPROVER)
    refused(payment, SubmitOrder, APPROVER)
    payment.do(SubmitOrder, MAKER)
    assert payment.open_tasks() == ["approve_stipend"]


def test_a_second_attempt_waits_for_the_first_to_be_over() -> None:
    payment = Payment().approved()
    refused(payment, PrepareStipend, THIRD)
    payment.do(VoidOrder, APPROVER, reason="wrong_details")
    assert (payment.state.state, payment.open_tasks()) == ("due", ["prepare_stipend"])
    payment.do(PrepareStipend, THIRD)
    assert [order.attempt for order in payment.state.orders] == [1, 2]
    assert payment.state.orders[1].replaces == payment.state.orders[0].id
    assert payment.state.orders[1].approver == ""


def test_money_that_came_back_is_owed_again() -> None:
    payment = Payment().settled()
    payment.do(RecordReturned, APPROVER, reason="account_closed")
    assert payment.state.state == "due"
    assert "resolve_return" in payment.open_tasks()
    assert reports(payment)[-1] == ("one", "returned")
    payment.do(PrepareStipend, MAKER)
    payment.do(ApproveStipend, APPROVER)
    payment.do(EnterReference, MAKER, reference="BANK-2")
    payment.do(RecordFailed, THIRD, reason="refused")
    assert reports(payment)[-2:] == [("one", "sent"), ("one", "returned")]
    assert notice_kinds(payment) == ["stipend_sent", "stipend_returned", "stipend_sent", "stipend_returned"]


def test_a_denied_stipend_is_reported_and_closed() -> None:
    payment = Payment().prepared()
    payment.do(DenyStipend, APPROVER, reason="no_evidence")
    assert (payment.state.state, payment.open_tasks()) == ("denied", [])
    assert (reports(payment), notice_kinds(payment)) == ([("one", "denied")], ["stipend_denied"])
    payment.claim("two", SECOND_MENTEE)
    assert reports(payment)[-1] == ("two", "denied"), "a late claim is told that the stipend was denied"


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


def test_an_obligation_that_is_settled_late_stays_open_for_a_return() -> None:
    payment = Payment().sent()
    payment.wait_until(payment.state.closes_at + timedelta(days=1))
    assert not payment.state.ended
    payment.do(ConfirmSettled, APPROVER)
    payment.wait_until(payment.state.closes_at)
    assert payment.state.ended


def test_rows_name_the_people_who_acted_and_leave_the_others_null() -> None:
    payment = Payment().prepared()
    before = obligation_rows(payment.state)
    order = next(row for row in before if row.table == "orders")
    assert (order.values["maker"], order.values["approver"]) == (MAKER.id, None)
    payment.do(ApproveStipend, APPROVER)
    touched = {row.table for row in changed(before, obligation_rows(payment.state))}
    assert touched == {"orders", "tasks"}


ACTORS = (
    *STAFF,
    COORDINATOR,
    Actor(id=COORDINATOR.id, role=Role.PAYMENT_STAFF),
    Actor(id=MENTOR.id, role=Role.PAYMENT_STAFF),
    Actor(id=MENTEE.id, role=Role.PAYMENT_STAFF),
    SYSTEM,
)
KINDS: tuple[tuple[type[Command], dict[str, Any]], ...] = (
    (PrepareStipend, {}),
    (SubmitOrder, {}),
    (WithdrawOrder, {}),
    (ApproveStipend, {}),
    (DenyStipend, {"reason": "no_evidence"}),
    (VoidOrder, {"reason": "wrong_details"}),
    (HoldOrder, {"reason": HoldReason.FRAUD_SIGNAL}),
    (LiftHold, {"reason": "cleared"}),
    (EnterReference, {"reference": "BANK-1"}),
    (ConfirmSettled, {}),
    (RecordFailed, {"reason": "refused"}),
    (RecordReturned, {"reason": "account_closed"}),
    (CheckMemberships, {}),
)
STEPS = (PrepareStipend, ApproveStipend, EnterReference, ConfirmSettled, RecordReturned)


class AnyPayment(RuleBasedStateMachine):
    """Commands of all kinds by all people, at any time, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.payment = Payment()
        self.payment.claim()

    def attempt(self, kind: type[Command], actor: Actor, fields: dict[str, Any]) -> None:
        try:
            self.payment.do(kind, actor, **fields)
        except RuleViolation:
            return

    @rule(index=st.integers(0, len(KINDS) - 1), actor=st.sampled_from(ACTORS))
    def anything(self, index: int, actor: Actor) -> None:
        kind, fields = KINDS[index]
        self.attempt(kind, actor, fields)

    @rule(kind=st.sampled_from(STEPS), actor=st.sampled_from(STAFF))
    def forward(self, kind: type[Command], actor: Actor) -> None:
        self.attempt(kind, actor, dict(KINDS)[kind])

    @rule(name=st.sampled_from(["one", "two"]), mentee=st.sampled_from([MENTEE.id, SECOND_MENTEE]))
    def claim(self, name: str, mentee: str) -> None:
        if not self.payment.state.ended:
            self.payment.claim(name, mentee)
            self.payment.wait_until(self.payment.now)  # a claim that reopens may be due already

    @rule(name=st.sampled_from(["one", "two", "three"]))
    def withdraw(self, name: str) -> None:
        if not self.payment.state.ended:
            self.payment.withdraw(name)

    @rule(person=st.sampled_from([MENTOR.id, MENTEE.id, ""]))
    def memberships_change(self, person: str) -> None:
        lapse(self.payment, person)

    @rule(days=st.sampled_from([1, 30, 30, 400]))
    def time_passes(self, days: int) -> None:
        self.payment.wait_until(self.payment.now + timedelta(days=days))

    @invariant()
    def the_fold_equals_the_state(self) -> None:
        assert self.payment.refold() == self.payment.state
        assert self.payment.through_codec() == self.payment.state

    @invariant()
    def nothing_is_paid_twice(self) -> None:
        state = self.payment.state
        assert sum(order.live for order in state.orders) <= 1
        assert sum(order.state is OrderState.SETTLED for order in state.orders) <= 1
        assert all((o.amount_minor, o.currency) == (50000, "USD") for o in state.orders)
        sent = [event.order for event in self.payment.events if isinstance(event, OrderSent)]
        assert len(sent) == len(set(sent)), "an order is sent once"

    @invariant()
    def nobody_acts_alone(self) -> None:
        insiders = {MENTOR.id, MENTEE.id, COORDINATOR.id, ""}
        for order in self.payment.state.orders:
            if order.state in (OrderState.APPROVED, OrderState.SENT, OrderState.SETTLED):
                assert order.approver not in {order.maker, *insiders}
            if order.state in (OrderState.SENT, OrderState.SETTLED):
                assert order.sender not in ("", order.approver)
            if order.state is OrderState.SETTLED:
                assert order.confirmer not in ("", order.maker, order.sender)

    @invariant()
    def somebody_or_something_moves_it_on(self) -> None:
        state = self.payment.state
        tasks = self.payment.open_tasks()
        assert not (state.ended and tasks)
        due = obligation.next_due(state)
        assert due is None or due > self.payment.now
        assert state.ended or due or tasks


AnyPayment.TestCase.settings = settings(max_examples=80, stateful_step_count=50, deadline=None)
TestAnyPayment = AnyPayment.TestCase
