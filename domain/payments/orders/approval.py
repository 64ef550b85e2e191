"""Approve or deny an order: what a second person decides about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from domain.actors import Role
from domain.errors import demand
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.payments.facts import PaymentFacts
from domain.payments.orders.approval_hash import hash_of
from domain.payments.orders.checks import demand_reason, demand_state, live_order
from domain.payments.orders.departures import held_by_facts
from domain.payments.orders.limits import breaks_limit
from domain.payments.orders.notice_to_payee import to_payee
from domain.payments.orders.separation_of_duties import (
    demand_approver,
    demand_fresh_approver,
    demand_no_contact,
)
from domain.payments.state import Obligation, OrderState
from domain.rules.program import Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveStipend(Command):
    """Approve what another person has prepared."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    by: ClassVar = By.STAFF
    needs_facts: ClassVar = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyStipend(Command):
    """Refuse to pay: this denies the order and the obligation."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    by: ClassVar = By.STAFF
    needs_facts: ClassVar = True
    example: ClassVar = {"reason": "@order_reasons.denied"}

    reason: str


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


COMMANDS: tuple[type[Command], ...] = (ApproveStipend, DenyStipend)
EVENTS: tuple[type[Event], ...] = (OrderApproved, OrderDenied)


def decide(
    state: Obligation, command: Command, rules: Rules, facts: PaymentFacts | None
) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``. Empty if facts are needed and missing."""
    order = live_order(state)
    demand_approver(order, command.actor, facts)
    match command:
        case ApproveStipend():
            demand_state(order, OrderState.NEEDS_APPROVAL)
            demand(order.hash == hash_of(state), "approval_stale")
            demand_fresh_approver(state, order, command.actor, facts)
        case DenyStipend():
            # A held order, too (ours): otherwise a membership that is never renewed leaves the money owed forever.
            demand_reason(command.reason, rules, "denied")
            demand_state(order, OrderState.NEEDS_APPROVAL, OrderState.HELD)
    if facts is None:
        return ()
    demand_no_contact(facts, command.actor)
    match command:
        case ApproveStipend():
            demand(not breaks_limit(state, facts), "paid_to_one_human")
            members = state.members_in(facts.memberships)
            held = held_by_facts(state, order.id, facts)
            return held or (OrderApproved(order=order.id, hash=order.hash, members=members),)
        case DenyStipend():
            return (OrderDenied(order=order.id, reason=command.reason),)
    raise TypeError(type(command).__name__)


def evolve(state: Obligation, event: Event, stamp: Stamp) -> Obligation:
    """Return the state after the event: the order, the tasks, and the end of the obligation that a denial brings."""
    match event:
        case OrderApproved():
            after = state.changed(
                event.order, state=OrderState.APPROVED, approver=stamp.actor.id, approved_at=stamp.at
            )
            after = after.with_tasks_closed(stamp, TaskKind.APPROVE_STIPEND, TaskKind.CHECK_MEMBERSHIP)
            return after.with_task(stamp, TaskKind.SEND_STIPEND)
        case OrderDenied():
            after = state.changed(event.order, state=OrderState.DENIED, held_from=None, reason=event.reason)
            return after.with_tasks_closed(stamp, outcome="denied").finished("denied", stamp)
    raise TypeError(type(event).__name__)


def notices(after: Obligation, event: Event, seq: int) -> tuple[Notice, ...]:
    """Return the notice that a denial sends to the contacts of the region."""
    if isinstance(event, OrderDenied):
        return to_payee(after, seq, NoticeKind.STIPEND_DENIED, reason=event.reason)
    return ()
