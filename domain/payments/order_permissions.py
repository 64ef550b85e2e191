"""Who may do what to an order, and the events that follow (MONEY 4 and 5).

What counts is the person, not the role. One person makes an order, another approves it, payment staff who did not
approve it send it, and a person who neither made nor sent it settles it. Nobody in the pair takes part, and no contact
of the payee makes or approves an order. If a membership has lapsed, the order is held, not refused: the money is still
owed, and a task says why.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from domain.actors import Actor
from domain.errors import demand, forbid, forbidden, required
from domain.ids import derive
from domain.journal import Event
from domain.messages import Command
from domain.payments.facts import PaymentFacts
from domain.payments.orders import (
    ApproveStipend,
    CheckMemberships,
    ConfirmSettled,
    DenyStipend,
    EnterReference,
    HoldLifted,
    HoldOrder,
    HoldReason,
    LiftHold,
    MembershipsChecked,
    OrderApproved,
    OrderDenied,
    OrderFailed,
    OrderHeld,
    OrderPrepared,
    OrderReturned,
    OrderSent,
    OrderSettled,
    OrderSubmitted,
    OrderVoided,
    OrderWithdrawn,
    PrepareStipend,
    RecordFailed,
    RecordReturned,
    SubmitOrder,
    VoidOrder,
    WithdrawOrder,
)
from domain.payments.state import Obligation, Order, OrderState

APPROVER_SENDS: Final = forbidden("approver_sends")
NOT_THE_MAKER: Final = forbidden("not_the_maker")
APPROVES_OWN_ORDER: Final = forbidden("approves_own_order")
SETTLES_OWN_ORDER: Final = forbidden("settles_own_order")
ON_THE_PAIR: Final = forbidden("on_the_pair")
CONTACT_OF_THE_PAYEE: Final = forbidden("contact_of_the_payee")

_REFERENCE = re.compile(r"[A-Za-z0-9._:/+-]{1,64}")
_REASON = re.compile(r"[a-z][a-z0-9_]{1,47}")
_HOLDABLE = (OrderState.DRAFT, OrderState.NEEDS_APPROVAL, OrderState.APPROVED)
_VOIDABLE = (OrderState.DRAFT, OrderState.APPROVED, OrderState.HELD)


def order_hash(obligation: str, amount_minor: int, currency: str, region: str, mentor: str) -> str:
    """Return the hash that an approval covers: if one of these values changes, the approval is no longer valid."""
    fields = (obligation, str(amount_minor), currency, region, mentor)
    return hashlib.sha256("\n".join(("mentorflow/order/v1", *fields)).encode()).hexdigest()


def hash_of(state: Obligation) -> str:
    """Return the hash of the obligation's current values."""
    return order_hash(state.id, state.amount_minor, state.currency, state.region, state.mentor)


def decide(state: Obligation, command: Command, facts: PaymentFacts | None) -> tuple[Event, ...]:
    """Return the events of a command to an order; raises ``RuleViolation``. Empty if facts are needed and missing."""
    match command:
        case CheckMemberships():
            return _check(state, command, facts)
        case PrepareStipend():
            return _prepare(state, command, facts)
    _demand_outsider(state, command.actor)
    order = required(state.order, "no_order")
    match command:
        case SubmitOrder() | WithdrawOrder():
            return _by_maker(state, order, command, facts)
        case ApproveStipend() | DenyStipend() | VoidOrder() | LiftHold():
            return _by_approver(state, order, command, facts)
        case HoldOrder():
            _demand_state(order, *_HOLDABLE)
            return (OrderHeld(order=order.id, reason=command.reason),)
        case EnterReference():
            _demand_state(order, OrderState.APPROVED)
            forbid(command.actor.id == order.approver, APPROVER_SENDS)
            demand(order.hash == hash_of(state), "approval_stale")
            fits = _REFERENCE.fullmatch(command.reference) is not None
            demand(fits, "reference_not_a_code", field="reference")
            return (OrderSent(order=order.id, reference=command.reference),)
        case ConfirmSettled() | RecordFailed() | RecordReturned():
            return _by_third(order, command)
    raise TypeError(type(command).__name__)


def _check(state: Obligation, command: CheckMemberships, facts: PaymentFacts | None) -> tuple[Event, ...]:
    """Return the result of a membership check; a lapse holds the waiting order. Empty if no money can be sent."""
    _demand_outsider(state, command.actor)
    if facts is None or state.standing != "due":
        return ()
    checked = MembershipsChecked(lapsed=_lapsed(state, facts), members=_members(state, facts))
    order = state.order
    held = _gate(state, order.id, facts) if order is not None and order.state in _HOLDABLE else None
    return (checked, held) if held else (checked,)


def _prepare(state: Obligation, command: PrepareStipend, facts: PaymentFacts | None) -> tuple[Event, ...]:
    _demand_outsider(state, command.actor)
    demand(state.state != "accrued", "not_due")
    demand(state.state == "due", "obligation_closed")
    last = state.orders[-1] if state.orders else None
    demand(last is None or not last.live, "order_exists")
    known = set(command.evidence) <= set(state.evidence)
    demand(known, "unknown_evidence", field="evidence")
    demand(set(state.evidence) <= {*command.evidence, *state.proven}, "evidence_missing", field="evidence")
    if facts is None:
        return ()
    _demand_no_contact(facts, command.actor)
    attempt = len(state.orders) + 1
    order = derive("order", state.id, str(attempt))
    made = OrderPrepared(
        order=order,
        attempt=attempt,
        amount_minor=state.amount_minor,
        currency=state.currency,
        region=state.region,
        mentor=state.mentor,
        hash=hash_of(state),
        replaces=last.id if last else "",
        evidence=state.evidence,
        members=_members(state, facts),
    )
    return (made, _gate(state, order, facts) or OrderSubmitted(order=order, members=made.members))


def _by_maker(
    state: Obligation, order: Order, command: SubmitOrder | WithdrawOrder, facts: PaymentFacts | None
) -> tuple[Event, ...]:
    forbid(command.actor.id != order.maker, NOT_THE_MAKER)
    if isinstance(command, WithdrawOrder):
        _demand_state(order, OrderState.NEEDS_APPROVAL)
        return (OrderWithdrawn(order=order.id),)
    _demand_state(order, OrderState.DRAFT)
    if facts is None:
        return ()
    _demand_no_contact(facts, command.actor)
    held = _gate(state, order.id, facts)
    return (held or OrderSubmitted(order=order.id, members=_members(state, facts)),)


def _by_approver(
    state: Obligation,
    order: Order,
    command: ApproveStipend | DenyStipend | VoidOrder | LiftHold,
    facts: PaymentFacts | None,
) -> tuple[Event, ...]:
    forbid(command.actor.id == order.maker, APPROVES_OWN_ORDER)
    if not isinstance(command, ApproveStipend):
        _demand_reason(command.reason)
    match command:
        case DenyStipend():
            # A held order, too (ours): otherwise a membership that is never renewed leaves the money owed forever.
            _demand_state(order, OrderState.NEEDS_APPROVAL, OrderState.HELD)
        case VoidOrder():
            _demand_state(order, *_VOIDABLE)
        case LiftHold():
            _demand_state(order, OrderState.HELD)
        case ApproveStipend():
            _demand_state(order, OrderState.NEEDS_APPROVAL)
            demand(order.hash == hash_of(state), "approval_stale")
    if facts is None:
        return ()
    _demand_no_contact(facts, command.actor)
    match command:
        case DenyStipend():
            return (OrderDenied(order=order.id, reason=command.reason),)
        case VoidOrder():
            return (OrderVoided(order=order.id, reason=command.reason),)
        case LiftHold():
            demand(not _lapsed(state, facts), HoldReason.MEMBER_LAPSED.value)
            members = _members(state, facts)
            return (HoldLifted(order=order.id, reason=command.reason, members=members),)
        case ApproveStipend():
            held = _gate(state, order.id, facts)
            members = _members(state, facts)
            return (held or OrderApproved(order=order.id, hash=order.hash, members=members),)


def _by_third(order: Order, command: ConfirmSettled | RecordFailed | RecordReturned) -> tuple[Event, ...]:
    forbid(command.actor.id in (order.maker, order.sender), SETTLES_OWN_ORDER)
    if isinstance(command, ConfirmSettled):
        _demand_state(order, OrderState.SENT)
        return (OrderSettled(order=order.id),)
    _demand_reason(command.reason)
    if isinstance(command, RecordFailed):
        _demand_state(order, OrderState.SENT)
        return (OrderFailed(order=order.id, reason=command.reason),)
    _demand_state(order, OrderState.SENT, OrderState.SETTLED)
    return (OrderReturned(order=order.id, reason=command.reason),)


def _demand_state(order: Order, *states: OrderState) -> None:
    demand(order.state in states, f"order_{order.state.value}")


def _demand_reason(reason: str) -> None:
    demand(_REASON.fullmatch(reason) is not None, "reason_not_a_code", field="reason")


def _demand_outsider(state: Obligation, actor: Actor) -> None:
    """Refuse a person of another region, or one of the pair, because of a withdrawn claim, too."""
    demand(actor.covers(state.region), "other_region")
    people = (state.mentor, *(claim.mentee for claim in state.claims))
    forbid(actor.id in people, ON_THE_PAIR)


def _demand_no_contact(facts: PaymentFacts, actor: Actor) -> None:
    forbid(actor.id in facts.contacts, CONTACT_OF_THE_PAYEE)


def _lapsed(state: Obligation, facts: PaymentFacts) -> tuple[str, ...]:
    if not state.checks_members:
        return ()
    return tuple(person for person in state.members if not facts.memberships.get(person))


def _members(state: Obligation, facts: PaymentFacts) -> Mapping[str, str]:
    """Return the memberships that a decision was based on, without people who have none."""
    every = {person: facts.memberships.get(person, "") for person in state.members}
    return {person: kind for person, kind in every.items() if kind}


def _gate(state: Obligation, order: str, facts: PaymentFacts) -> OrderHeld | None:
    """Return the hold that a lapsed membership puts on an order, or None."""
    lapsed = _lapsed(state, facts)
    return OrderHeld(order=order, reason=HoldReason.MEMBER_LAPSED, lapsed=lapsed) if lapsed else None
