"""State what became of sent money: it has arrived, the bank refused it, or it came back."""

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.actors import Role
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.payments.facts import PaymentFacts
from domain.payments.orders.checks import demand_reason, demand_state, live_order
from domain.payments.orders.notice_to_payee import to_payee
from domain.payments.orders.separation_of_duties import demand_confirmer
from domain.payments.state import Obligation, Order, OrderState, PaidTwice
from domain.rules.program import Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmSettled(Command):
    """State that the money has arrived."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    by: ClassVar = By.STAFF


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFailed(Command):
    """State that the bank refused a sent order."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    by: ClassVar = By.STAFF
    example: ClassVar = {"reason": "@order_reasons.failed"}

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReturned(Command):
    """State that sent or settled money came back."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    by: ClassVar = By.STAFF
    example: ClassVar = {"reason": "@order_reasons.returned"}

    reason: str


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


COMMANDS: tuple[type[Command], ...] = (ConfirmSettled, RecordFailed, RecordReturned)
EVENTS: tuple[type[Event], ...] = (OrderSettled, OrderFailed, OrderReturned)


OF_MONEY_PAID_TWICE = (TaskKind.RESOLVE_PAID_TWICE, TaskKind.CONFIRM_RESOLUTION)
ENDED_BY_PAYMENT = tuple(
    kind for kind in TaskKind if kind not in (TaskKind.CHECK_ONE_HUMAN, *OF_MONEY_PAID_TWICE)
)
"""Tasks that are done once the money has arrived. A limit per human is not kept because of that."""


def decide(
    state: Obligation, command: Command, rules: Rules, facts: PaymentFacts | None
) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``."""
    order = live_order(state)
    demand_confirmer(order, command.actor, facts)
    match command:
        case ConfirmSettled():
            demand_state(order, OrderState.SENT)
            return (OrderSettled(order=order.id),)
        case RecordFailed():
            demand_reason(command.reason, rules, "failed")
            demand_state(order, OrderState.SENT)
            return (OrderFailed(order=order.id, reason=command.reason),)
        case RecordReturned():
            demand_reason(command.reason, rules, "returned")
            demand_state(order, OrderState.SENT, OrderState.SETTLED)
            return (OrderReturned(order=order.id, reason=command.reason),)
    raise TypeError(type(command).__name__)


def evolve(state: Obligation, event: Event, stamp: Stamp) -> Obligation:
    """Return the state after the event; money that failed or came back is due again, unless it was paid twice."""
    who = stamp.actor.id
    match event:
        case OrderSettled():
            after = state.changed(event.order, confirmer=who, state=OrderState.SETTLED, settled_at=stamp.at)
            return after.with_tasks_closed(stamp, *ENDED_BY_PAYMENT, outcome="settled").finished(
                "settled", stamp
            )
        case OrderFailed():
            after = state.changed(event.order, confirmer=who, state=OrderState.FAILED, reason=event.reason)
        case OrderReturned():
            after = state.changed(event.order, confirmer=who, state=OrderState.RETURNED, reason=event.reason)
        case _:
            raise TypeError(type(event).__name__)
    if (other := after.paid_twice) is not None:
        return _paid_by_other(after, other, stamp)
    after = replace(after, state="due").with_tasks_closed(stamp, outcome="returned")
    return after.with_task(stamp, TaskKind.RESOLVE_RETURN, event.reason)


def _paid_by_other(state: Obligation, other: Order, stamp: Stamp) -> Obligation:
    """Return the obligation paid once, by the order that had been one too many."""
    after = state.changed(
        other.id, state=OrderState.SETTLED, settled_at=stamp.at, twice=PaidTwice()
    ).with_tasks_closed(stamp, *ENDED_BY_PAYMENT, outcome="settled")
    after = after.with_tasks_closed(stamp, *OF_MONEY_PAID_TWICE, subject=other.id, outcome="settled")
    return after.finished("settled", stamp)


def notices(after: Obligation, event: Event, seq: int) -> tuple[Notice, ...]:
    """Return the notice to the contacts of the region that the money did not arrive or came back.

    Money that was paid twice and came back once is paid: nothing is said of it.
    """
    if isinstance(event, OrderFailed | OrderReturned) and after.state == "due":
        return to_payee(after, seq, NoticeKind.STIPEND_RETURNED, reason=event.reason)
    return ()
