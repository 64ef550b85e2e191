"""Whatever people do with an obligation in whatever order: it is paid once, and by nobody alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.actors import SYSTEM, Actor, Role
from domain.errors import RuleViolation
from domain.messages import Command
from domain.payments import obligation
from domain.payments.orders.approval import ApproveStipend, DenyStipend
from domain.payments.orders.bank_reference import EnterReference, OrderSent
from domain.payments.orders.holds import HoldOrder, HoldReason, LiftHold
from domain.payments.orders.late_news import ConfirmResolution, ProposeResolution, RecordArrived
from domain.payments.orders.limits import Limit, LimitFinding, SettleLimit
from domain.payments.orders.memberships import CheckMemberships
from domain.payments.orders.preparation import PrepareStipend, SubmitOrder, WithdrawOrder
from domain.payments.orders.settlement import ConfirmSettled, RecordFailed, RecordReturned
from domain.payments.orders.voiding import VoidOrder
from domain.payments.state import OrderState, Resolution
from domain.person_changes import ChangeKind, HearPersonChange
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, START
from tests.domain.payments.payment_case import SECOND_MENTEE, STAFF, Payment, lapse

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
    (SettleLimit, {"limit": Limit.PAID_TWICE, "reason": LimitFinding.ASKED_BACK}),
    (HearPersonChange, {"person": MENTOR.id, "kind": ChangeKind.SAME_AS, "day": START.date()}),
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

    @rule(actor=st.sampled_from(STAFF), place=st.integers(0, 5), then=st.sampled_from(Resolution))
    def late_news(self, actor: Actor, place: int, then: Resolution) -> None:
        orders = self.payment.state.orders
        if place < len(orders):
            order = orders[place].id
            self.attempt(RecordArrived, actor, {"order": order})
            proposed = {"order": order, "resolution": then, "reference": "BANK-7"}
            self.attempt(ProposeResolution, actor, proposed)
            self.attempt(ConfirmResolution, actor, {"order": order, "resolution": then})

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

    @rule(twice=st.booleans())
    def entries_come_to_count_as_one(self, *, twice: bool) -> None:
        before = ("f" * 32,) if twice else ()
        self.payment.facts = replace(self.payment.facts, same_as={}, elsewhere=before, sent_before=before)
        if not self.payment.state.ended:
            change = dict(KINDS)[HearPersonChange]
            self.attempt(HearPersonChange, SYSTEM, change)

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
                assert order.sender not in ("", order.approver, order.maker)
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
