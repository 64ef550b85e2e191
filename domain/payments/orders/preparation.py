"""Prepare an order, take it back, and submit it for approval.

At most one order of an obligation is live. The person who makes an order states which evidence was seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from domain.actors import Role
from domain.errors import demand
from domain.ids import derive
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.payments.facts import PaymentFacts
from domain.payments.orders.approval_hash import hash_of
from domain.payments.orders.checks import demand_state, live_order
from domain.payments.orders.departures import held_by_facts
from domain.payments.orders.limits import breaks_limit
from domain.payments.orders.separation_of_duties import demand_maker, demand_no_contact
from domain.payments.state import Obligation, Order, OrderState
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareStipend(Command):
    """Make the next order and submit it for approval. ``evidence`` names what the maker has seen."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    by: ClassVar = By.STAFF
    needs_facts: ClassVar = True
    example: ClassVar = {"evidence": ["match_confirmed"]}

    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitOrder(Command):
    """Submit one's own order for approval again."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    by: ClassVar = By.STAFF
    needs_facts: ClassVar = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawOrder(Command):
    """Take back one's own order before anybody has approved it."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    by: ClassVar = By.STAFF


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


COMMANDS: tuple[type[Command], ...] = (PrepareStipend, SubmitOrder, WithdrawOrder)
EVENTS: tuple[type[Event], ...] = (OrderPrepared, OrderSubmitted, OrderWithdrawn)


def decide(state: Obligation, command: Command, facts: PaymentFacts | None) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``. Empty if facts are needed and missing."""
    match command:
        case PrepareStipend():
            return _prepare(state, command, facts)
        case SubmitOrder():
            return _submit(state, command, facts)
        case WithdrawOrder():
            order = live_order(state)
            demand_maker(order, command.actor)
            demand_state(order, OrderState.NEEDS_APPROVAL)
            return (OrderWithdrawn(order=order.id),)
    raise TypeError(type(command).__name__)


def _prepare(state: Obligation, command: PrepareStipend, facts: PaymentFacts | None) -> tuple[Event, ...]:
    demand(state.state != "accrued", "not_due")
    demand(state.state == "due", "obligation_closed")
    last = state.orders[-1] if state.orders else None
    demand(state.order is None, "order_exists")
    known = set(command.evidence) <= set(state.evidence)
    demand(known, "unknown_evidence", field="evidence")
    demand(set(state.evidence) <= {*command.evidence, *state.proven}, "evidence_missing", field="evidence")
    if facts is None:
        return ()
    demand_no_contact(facts, command.actor)
    demand(not breaks_limit(state, facts), "paid_to_one_human")
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
        members=state.members_in(facts.memberships),
    )
    held = held_by_facts(state, order, facts)
    return (made, *(held or (OrderSubmitted(order=order, members=made.members),)))


def _submit(state: Obligation, command: SubmitOrder, facts: PaymentFacts | None) -> tuple[Event, ...]:
    order = live_order(state)
    demand_maker(order, command.actor)
    demand_state(order, OrderState.DRAFT)
    if facts is None:
        return ()
    demand_no_contact(facts, command.actor)
    demand(not breaks_limit(state, facts), "paid_to_one_human")
    members = state.members_in(facts.memberships)
    return held_by_facts(state, order.id, facts) or (OrderSubmitted(order=order.id, members=members),)


def evolve(state: Obligation, event: Event, stamp: Stamp) -> Obligation:
    """Return the state after the event: the order, and the tasks of payment staff."""
    match event:
        case OrderPrepared():
            after = replace(state, orders=(*state.orders, _prepared(event, stamp)))
            return after.with_tasks_closed(stamp, TaskKind.PREPARE_STIPEND, TaskKind.RESOLVE_RETURN)
        case OrderSubmitted():
            after = state.changed(event.order, state=OrderState.NEEDS_APPROVAL)
            after = after.with_tasks_closed(stamp, TaskKind.PREPARE_STIPEND, TaskKind.CHECK_MEMBERSHIP)
            return after.with_task(stamp, TaskKind.APPROVE_STIPEND)
        case OrderWithdrawn():
            after = state.changed(event.order, state=OrderState.DRAFT)
            after = after.with_tasks_closed(stamp, TaskKind.APPROVE_STIPEND)
            return after.with_task(stamp, TaskKind.PREPARE_STIPEND, "withdrawn")
    raise TypeError(type(event).__name__)


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
