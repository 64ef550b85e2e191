"""Void an order that was not sent; whoever may approve it may void it."""

from dataclasses import dataclass
from typing import ClassVar

from domain.actors import Role
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.payments.facts import PaymentFacts
from domain.payments.orders.checks import demand_reason, demand_state, live_order
from domain.payments.orders.separation_of_duties import demand_approver, demand_no_contact
from domain.payments.state import Obligation, OrderState
from domain.rules.program import Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidOrder(Command):
    """Discard an order that was not sent; the obligation stays due."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    by: ClassVar = By.STAFF
    needs_facts: ClassVar = True
    example: ClassVar = {"reason": "@order_reasons.voided"}

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderVoided(Event):
    """The order was discarded; another one may be prepared."""

    order: str
    reason: str


COMMANDS: tuple[type[Command], ...] = (VoidOrder,)
EVENTS: tuple[type[Event], ...] = (OrderVoided,)


def decide(
    state: Obligation, command: Command, rules: Rules, facts: PaymentFacts | None
) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``. Empty if facts are needed and missing."""
    if not isinstance(command, VoidOrder):
        raise TypeError(type(command).__name__)
    order = live_order(state)
    demand_approver(order, command.actor, facts)
    demand_reason(command.reason, rules, "voided")
    demand_state(order, OrderState.DRAFT, OrderState.APPROVED, OrderState.HELD)
    if facts is None:
        return ()
    demand_no_contact(facts, command.actor)
    return (OrderVoided(order=order.id, reason=command.reason),)


def evolve(state: Obligation, event: Event, stamp: Stamp) -> Obligation:
    """Return the state after the event: the order is over, and another one may be prepared."""
    if not isinstance(event, OrderVoided):
        raise TypeError(type(event).__name__)
    after = state.changed(event.order, state=OrderState.VOIDED, held_from=None, reason=event.reason)
    after = after.with_tasks_closed(stamp, outcome="voided")
    return after.with_task(stamp, TaskKind.PREPARE_STIPEND, event.reason)
