"""Whatever is recorded wrong about orders and put right: what is owed equals a record that never knew it (C29, C30)."""

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.errors import RuleViolation
from domain.messages import Command
from domain.payments.orders.approval import ApproveStipend
from domain.payments.orders.bank_reference import EnterReference, OrderSent
from domain.payments.orders.late_news import ConfirmResolution, ProposeResolution, RecordArrived
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.orders.settlement import (
    OF_MONEY_PAID_TWICE,
    ConfirmSettled,
    RecordFailed,
    RecordReturned,
)
from domain.payments.state import Obligation, OrderState, Resolution
from tests.domain.payments.payment_case import FACTS, STAFF, Payment, reports

SAYS: dict[str, tuple[type[Command], dict[str, str]]] = {
    "settled": (ConfirmSettled, {}),
    "failed": (RecordFailed, {"reason": "refused"}),
    "returned": (RecordReturned, {"reason": "account_closed"}),
}
REFERENCES = st.sampled_from(("Check #1042", "BANK-7"))
STEPS: dict[OrderState | None, type[Command]] = {
    None: PrepareStipend,
    OrderState.NEEDS_APPROVAL: ApproveStipend,
    OrderState.APPROVED: EnterReference,
}


@dataclass
class Sent:
    """Money that left, and what is known of it by now: sent, settled, failed, returned, or resolved.

    ``extra`` is what arrived although other money had left since.
    """

    order: str
    reference: str
    fate: str = "sent"
    extra: bool = False

    @property
    def gone(self) -> bool:
        """Whether it counts as paid, or may still."""
        return self.fate in ("sent", "settled")


def by_somebody(payment: Payment, kind: type[Command], **fields: Any) -> None:
    """Do what one of three people may do: they suffice for everything (C60)."""
    codes = []
    for actor in STAFF:
        try:
            payment.do(kind, actor, **fields)
        except RuleViolation as refused:
            codes.append(refused.code)
        else:
            return
    raise AssertionError(f"nobody may: {kind.__name__} {codes}")


def shown(payment: Payment) -> dict[str, Any]:
    """Return what is owed and known, without the record of how."""
    state = payment.state
    present = state.order
    about_twice = {kind.value for kind in OF_MONEY_PAID_TWICE}
    return {
        "state": (state.state, state.standing, state.ended),
        "present": None if present is None else (present.state, present.reference),
        "todo": [kind for kind in payment.open_tasks() if kind not in about_twice],
        "told": reports(payment)[-1:] if reports(payment) else [],
    }


class WrongNews(RuleBasedStateMachine):
    """Steps, news that is wrong, and better news in any order; beside them the money that left, as it turned out."""

    def __init__(self) -> None:
        super().__init__()
        self.payment, self.sent = Payment().due(), list[Sent]()
        self.unsent = 0

    def present(self) -> Sent | None:
        """Return what counts as the payment, if any does."""
        return next((each for each in self.sent if each.gone and not each.extra), None)

    def told(self) -> Payment:
        """Return the same money as it turned out, recorded at once: what came back, then what counts."""
        payment, present = Payment().due(), self.present()
        back = [each for each in self.sent if each.fate in ("failed", "returned")]
        for each in [*back, *([present] if present else [])]:
            by_somebody(payment, PrepareStipend)
            by_somebody(payment, ApproveStipend)
            by_somebody(payment, EnterReference, reference=each.reference)
            if each.fate != "sent":
                kind, fields = SAYS[each.fate]
                by_somebody(payment, kind, **fields)
        for kind in (PrepareStipend, ApproveStipend)[: self.unsent]:
            by_somebody(payment, kind)
        return payment

    @rule(reference=REFERENCES, known=st.booleans())
    def step(self, reference: str, known: bool) -> None:
        order = self.payment.state.order
        if self.payment.state.state != "due" or (order and order.state is OrderState.SENT):
            return
        kind = STEPS[order.state if order else None]
        if kind is not EnterReference:
            by_somebody(self.payment, kind)
            self.unsent += 1
            return
        self.payment.facts = replace(FACTS, same_reference=("x",) if known else ())
        asked = {"reference": reference, **({"same_reference": True} if known else {})}
        if known:
            codes = {
                self.refusal(EnterReference, number, reference=reference) for number in range(len(STAFF))
            }
            assert "reference_used_before" in codes
        by_somebody(self.payment, EnterReference, **asked)
        event = self.payment.events[-1]
        assert isinstance(event, OrderSent)
        assert event.same_reference is (True if known else None)
        self.payment.facts = FACTS
        order = self.payment.state.orders[-1]
        self.sent.append(Sent(order=order.id, reference=order.reference))
        self.unsent = 0

    def refusal(self, kind: type[Command], number: int, **fields: Any) -> str:
        try:
            self.payment.do(kind, STAFF[number], **fields)
        except RuleViolation as refused:
            return refused.code
        raise AssertionError("a reference that another payee or day has is asked about")

    @precondition(lambda self: self.present() is not None and self.unsent == 0)
    @rule(says=st.sampled_from(tuple(SAYS)))
    def the_bank_says(self, says: str) -> None:
        present = self.present()
        assert present is not None
        if present.fate == "settled" and says != "returned":
            return
        kind, fields = SAYS[says]
        by_somebody(self.payment, kind, **fields)
        present.fate = says
        if not present.gone and (other := next((each for each in self.sent if each.extra), None)):
            other.extra = False

    @precondition(lambda self: any(each.fate in ("failed", "returned") for each in self.sent))
    @rule(place=st.integers(0, 9))
    def it_arrived_after_all(self, place: int) -> None:
        back = [each for each in self.sent if each.fate in ("failed", "returned")]
        sent = back[place % len(back)]
        by_somebody(self.payment, RecordArrived, order=sent.order)
        sent.extra = self.present() is not None
        sent.fate = "settled"
        self.unsent = 0

    @precondition(lambda self: sum(each.gone for each in self.sent) > 1)
    @rule(then=st.sampled_from((Resolution.MONEY_CAME_BACK, Resolution.WRITTEN_OFF)))
    def two_resolve_it(self, then: Resolution) -> None:
        order = self.payment.state.paid_twice
        assert order is not None
        reference = "BANK-9" if then is Resolution.MONEY_CAME_BACK else ""
        by_somebody(self.payment, ProposeResolution, order=order.id, resolution=then, reference=reference)
        by_somebody(self.payment, ConfirmResolution, order=order.id, resolution=then)
        sent = next(each for each in self.sent if each.order == order.id)
        sent.fate, sent.extra = "resolved", False

    @invariant()
    def what_is_owed_is_what_it_turned_out_to_be(self) -> None:
        assert shown(self.payment) == shown(self.told())

    @invariant()
    def money_that_left_twice_is_a_task_until_two_have_resolved_it(self) -> None:
        extra = sum(each.gone for each in self.sent) - (1 if self.present() else 0)
        state = self.payment.state
        assert sum(order.twice_open for order in state.orders) == extra
        todo = [kind for kind in self.payment.open_tasks() if kind == "resolve_paid_twice"]
        assert len(todo) == extra

    @invariant()
    def every_order_stays_on_record(self) -> None:
        state: Obligation = self.payment.state
        assert [order.reference for order in state.orders if order.sent_at] == [
            each.reference for each in self.sent
        ]
        assert self.payment.refold() == state == self.payment.through_codec()


WrongNews.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestWrongNews = WrongNews.TestCase
