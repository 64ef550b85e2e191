"""Orders, the attempts to pay one obligation (MONEY 4 and 5, rail ``manual``): commands, events and their changes.

At most one order of an obligation is live. ``order_permissions`` says who may do what with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import ClassVar

from domain import tasks
from domain.actors import Role
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.notices import Notice, NoticeKind, notice
from domain.payments.state import Obligation, Order, OrderState
from domain.tasks import Task, TaskKind


class HoldReason(StrEnum):
    """Why an order waits."""

    MEMBER_LAPSED = "member_lapsed"
    NO_TAX_FORM = "no_tax_form"
    DETAILS_NEW = "details_new"
    DETAILS_BAD = "details_bad"
    EVIDENCE_MISSING = "evidence_missing"
    OVER_LIMIT = "over_limit"
    FRAUD_SIGNAL = "fraud_signal"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareStipend(Command):
    """Make the next order and submit it for approval. ``evidence`` names what the maker has seen."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    needs_facts: ClassVar = True
    example: ClassVar = {"evidence": ["match_confirmed"]}

    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawOrder(Command):
    """Take back one's own order before anybody has approved it."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitOrder(Command):
    """Submit one's own order for approval again."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    needs_facts: ClassVar = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveStipend(Command):
    """Approve what another person has prepared."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    needs_facts: ClassVar = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyStipend(Command):
    """Refuse to pay: this denies the order and the obligation."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    needs_facts: ClassVar = True
    example: ClassVar = {"reason": "not_owed"}

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidOrder(Command):
    """Discard an order that was not sent; the obligation stays due."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    needs_facts: ClassVar = True
    example: ClassVar = {"reason": "wrong_amount"}

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOrder(Command):
    """Stop an order before it is sent."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)

    reason: HoldReason


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftHold(Command):
    """Let a held order continue from where it was. Only an approver may do this."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    needs_facts: ClassVar = True
    example: ClassVar = {"reason": "membership_renewed"}

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterReference(Command):
    """State that the money was sent, with the bank's or the payer's reference."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    example: ClassVar = {"reference": "WIRE-2027-0014"}

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmSettled(Command):
    """State that the money has arrived."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFailed(Command):
    """State that the bank refused a sent order."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    example: ClassVar = {"reason": "account_closed"}

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReturned(Command):
    """State that sent or settled money came back."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    example: ClassVar = {"reason": "account_closed"}

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckMemberships(Command):
    """Check whether the memberships are still valid.

    It is sent when the obligation becomes due, and by staff after a membership was renewed.
    """

    roles: ClassVar = (Role.SYSTEM, Role.PAYMENT_STAFF)
    needs_facts: ClassVar = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPrepared(Event):
    """The next attempt was made. ``members`` holds the memberships that the decision was based on."""

    order: str
    attempt: int
    amount_minor: int
    currency: str
    region: str
    mentor: str
    hash: str
    replaces: str = ""
    evidence: tuple[str, ...] = ()
    members: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSubmitted(Event):
    """The order waits for approval."""

    order: str
    members: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWithdrawn(Event):
    """The maker took the order back."""

    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderApproved(Event):
    """A second person approved exactly what ``hash`` covers."""

    order: str
    hash: str
    members: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDenied(Event):
    """The order was refused, and the obligation with it."""

    order: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderVoided(Event):
    """The order was discarded; another one may be prepared."""

    order: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHeld(Event):
    """The order waits. ``lapsed`` names the people who are not members."""

    order: str
    reason: HoldReason
    lapsed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLifted(Event):
    """The order continues from where it was held."""

    order: str
    reason: str
    members: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSent(Event):
    """The money was sent."""

    order: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSettled(Event):
    """The money has arrived."""

    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFailed(Event):
    """The bank refused the order; the obligation is due again."""

    order: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReturned(Event):
    """The money came back; the obligation is due again."""

    order: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipsChecked(Event):
    """The memberships were checked after the money was due."""

    lapsed: tuple[str, ...] = ()
    members: Mapping[str, str] = field(default_factory=dict)


COMMANDS: tuple[type[Command], ...] = (
    PrepareStipend,
    SubmitOrder,
    WithdrawOrder,
    ApproveStipend,
    DenyStipend,
    VoidOrder,
    HoldOrder,
    LiftHold,
    EnterReference,
    ConfirmSettled,
    RecordFailed,
    RecordReturned,
    CheckMemberships,
)
EVENTS: tuple[type[Event], ...] = (
    OrderPrepared,
    OrderSubmitted,
    OrderWithdrawn,
    OrderApproved,
    OrderDenied,
    OrderVoided,
    OrderHeld,
    HoldLifted,
    OrderSent,
    OrderSettled,
    OrderFailed,
    OrderReturned,
    MembershipsChecked,
)


def evolve(state: Obligation, event: Event, stamp: Stamp) -> Obligation:
    """Return the state after an event of an order: the order, the tasks and the state of the obligation."""
    if isinstance(event, MembershipsChecked):
        return replace(state, tasks=_tasks(state, event, stamp))
    if isinstance(event, OrderPrepared):
        order = _prepared(event, stamp)
        return replace(state, orders=(*state.orders, order), tasks=_tasks(state, event, stamp))
    after = replace(state, orders=(*state.orders[:-1], _moved(state.orders[-1], event, stamp)))
    match event:
        case OrderDenied():
            after = after.finished("denied", stamp)
        case OrderSettled():
            after = after.finished("settled", stamp)
        case OrderFailed() | OrderReturned():
            after = replace(after, state="due")
    return replace(after, tasks=_tasks(after, event, stamp))


def _prepared(event: OrderPrepared, stamp: Stamp) -> Order:
    return Order(
        id=event.order,
        attempt=event.attempt,
        state=OrderState.DRAFT,
        amount_minor=event.amount_minor,
        currency=event.currency,
        region=event.region,
        mentor=event.mentor,
        hash=event.hash,
        maker=stamp.actor.id,
        prepared_at=stamp.at,
        replaces=event.replaces,
        evidence=event.evidence,
    )


def _moved(order: Order, event: Event, stamp: Stamp) -> Order:
    """Return the order after an event."""
    by, at = stamp.actor.id, stamp.at
    match event:
        case OrderSubmitted():
            return replace(order, state=OrderState.NEEDS_APPROVAL)
        case OrderWithdrawn():
            return replace(order, state=OrderState.DRAFT)
        case OrderHeld():
            return replace(order, state=OrderState.HELD, held_from=order.state, reason=event.reason.value)
        case HoldLifted():
            back = order.held_from or OrderState.DRAFT
            return replace(order, state=back, held_from=None, reason="")
        case OrderApproved():
            return replace(order, state=OrderState.APPROVED, approver=by, approved_at=at)
        case OrderDenied():
            return replace(order, state=OrderState.DENIED, held_from=None, reason=event.reason)
        case OrderVoided():
            return replace(order, state=OrderState.VOIDED, held_from=None, reason=event.reason)
        case OrderSent():
            sent = replace(order, state=OrderState.SENT, sender=by, sent_at=at)
            return replace(sent, reference=event.reference)
        case OrderSettled():
            return replace(order, state=OrderState.SETTLED, confirmer=by, settled_at=at)
        case OrderFailed():
            return replace(order, state=OrderState.FAILED, confirmer=by, reason=event.reason)
        case OrderReturned():
            return replace(order, state=OrderState.RETURNED, confirmer=by, reason=event.reason)
    raise TypeError(type(event).__name__)


def _tasks(state: Obligation, event: Event, stamp: Stamp) -> tuple[Task, ...]:
    """Return the tasks after an event: close those that it completes, and open those that it needs."""

    def close(*kinds: TaskKind, outcome: str = "done") -> tuple[Task, ...]:
        return tasks.close_tasks(state.tasks, stamp, *kinds, outcome=outcome)

    def also(todo: tuple[Task, ...], kind: TaskKind, *why: str) -> tuple[Task, ...]:
        return tasks.open_task(todo, state.id, stamp, kind, role=Role.PAYMENT_STAFF, why=why)

    match event:
        case MembershipsChecked() | OrderHeld() if event.lapsed:
            return also(state.tasks, TaskKind.CHECK_MEMBERSHIP, HoldReason.MEMBER_LAPSED.value)
        case MembershipsChecked() if state.order is None or state.order.state is not OrderState.HELD:
            return close(TaskKind.CHECK_MEMBERSHIP, outcome="members_again")
        case OrderPrepared():
            return close(TaskKind.PREPARE_STIPEND, TaskKind.RESOLVE_RETURN)
        case OrderSubmitted():
            todo = close(TaskKind.PREPARE_STIPEND, TaskKind.CHECK_MEMBERSHIP)
            return also(todo, TaskKind.APPROVE_STIPEND)
        case OrderWithdrawn():
            return also(close(TaskKind.APPROVE_STIPEND), TaskKind.PREPARE_STIPEND, "withdrawn")
        case HoldLifted():
            todo = close(TaskKind.CHECK_MEMBERSHIP, outcome="hold_lifted")
            if state.orders[-1].state is OrderState.DRAFT:
                return also(todo, TaskKind.PREPARE_STIPEND, "hold_lifted")
            return todo
        case OrderApproved():
            return also(close(TaskKind.APPROVE_STIPEND, TaskKind.CHECK_MEMBERSHIP), TaskKind.SEND_STIPEND)
        case OrderVoided():
            return also(close(outcome="voided"), TaskKind.PREPARE_STIPEND, event.reason)
        case OrderSent():
            return also(close(TaskKind.SEND_STIPEND), TaskKind.CONFIRM_SETTLEMENT)
        case OrderDenied():
            return close(outcome="denied")
        case OrderSettled():
            return close(outcome="settled")
        case OrderFailed() | OrderReturned():
            return also(close(outcome="returned"), TaskKind.RESOLVE_RETURN, event.reason)
    return state.tasks


def notices(after: Obligation, event: Event, seq: int) -> tuple[Notice, ...]:
    """Return the notices to the contacts of the region that gets the money."""
    data = {"mentor": after.mentor, "amount_minor": str(after.amount_minor), "currency": after.currency}
    match event:
        case OrderSent():
            return (notice(after.id, seq, NoticeKind.STIPEND_SENT, region=after.region, **data),)
        case OrderDenied():
            kind, reason = NoticeKind.STIPEND_DENIED, event.reason
        case OrderFailed() | OrderReturned():
            kind, reason = NoticeKind.STIPEND_RETURNED, event.reason
        case _:
            return ()
    return (notice(after.id, seq, kind, region=after.region, reason=reason, **data),)
