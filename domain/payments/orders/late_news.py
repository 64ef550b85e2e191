"""News about an order that is not the present one: it was recorded as failed or returned, and has arrived after all.

If the order after it was not sent, that one is voided and the earlier one is settled. If it was sent, the money was
paid twice: one person proposes what becomes of it, and another confirms.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.actors import Role
from domain.errors import demand, required
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.payments.facts import PaymentFacts
from domain.payments.orders.bank_reference import normalized
from domain.payments.orders.separation_of_duties import (
    demand_confirmer,
    demand_no_contact,
    demand_second_person,
)
from domain.payments.orders.settlement import ENDED_BY_PAYMENT, OF_MONEY_PAID_TWICE
from domain.payments.orders.voiding import OrderVoided
from domain.payments.state import OUT, Obligation, Order, OrderState, PaidTwice, Resolution
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutEarlier(Command):
    """What the commands of this file share: the order that they are about."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    by: ClassVar = By.STAFF

    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordArrived(AboutEarlier):
    """State that the money of an order that was recorded as failed or returned has arrived after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeResolution(AboutEarlier):
    """Propose what becomes of money that was paid twice; a further proposal takes the place of the first.

    ``reference`` is that of the payment by which it came back. ``counted_for`` is other money owed to the same payee,
    of the same amount, that it pays instead.
    """

    needs_facts: ClassVar = True
    texts: ClassVar = ("reference",)
    example: ClassVar = {"resolution": "money_came_back", "reference": "Check #77", "counted_for": ""}

    resolution: Resolution
    reference: str = ""
    counted_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmResolution(AboutEarlier):
    """Confirm what another person has proposed for money that was paid twice."""

    needs_facts: ClassVar = True

    resolution: Resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderArrived(Event):
    """The money of an earlier order has arrived after all; nothing more is owed."""

    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSettledTwice(Event):
    """The money of an earlier order has arrived after all, and ``other`` was sent since: it was paid twice."""

    order: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionProposed(Event):
    """Somebody proposed what becomes of money that was paid twice."""

    order: str
    resolution: Resolution
    reference: str = ""
    counted_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionConfirmed(Event):
    """A second person confirmed what becomes of money that was paid twice."""

    order: str
    resolution: Resolution


COMMANDS: tuple[type[Command], ...] = (RecordArrived, ProposeResolution, ConfirmResolution)
EVENTS: tuple[type[Event], ...] = (
    OrderArrived,
    OrderSettledTwice,
    ResolutionProposed,
    ResolutionConfirmed,
)


def decide(state: Obligation, command: Command, facts: PaymentFacts | None) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``. Empty if facts are needed and missing."""
    match command:
        case RecordArrived():
            return _arrived(state, command, facts)
        case ProposeResolution():
            return _proposed(state, command, facts)
        case ConfirmResolution():
            return _confirmed(state, command, facts)
    raise TypeError(type(command).__name__)


def _arrived(state: Obligation, command: RecordArrived, facts: PaymentFacts | None) -> tuple[Event, ...]:
    earlier = required(state.named(command.order), "unknown_order", field="order")
    demand(earlier.state in (OrderState.FAILED, OrderState.RETURNED), "order_did_not_fail", field="order")
    demand_confirmer(earlier, command.actor, facts)
    present = state.order
    if present is None:
        return (OrderArrived(order=earlier.id),)
    if present.state in OUT:
        return (OrderSettledTwice(order=earlier.id, other=present.id),)
    voided = OrderVoided(order=present.id, reason="earlier_order_arrived")
    return (voided, OrderArrived(order=earlier.id))


def _open(state: Obligation, id: str) -> tuple[Order, PaidTwice]:
    order = required(state.named(id), "unknown_order", field="order")
    demand(order.twice_open, "order_not_paid_twice", field="order")
    return order, order.twice or PaidTwice()


def _proposed(state: Obligation, command: ProposeResolution, facts: PaymentFacts | None) -> tuple[Event, ...]:
    order, _ = _open(state, command.order)
    back = command.resolution is Resolution.MONEY_CAME_BACK
    counted = command.resolution is Resolution.COUNTED_FOR_OTHER
    demand(counted == bool(command.counted_for), "counted_for_nothing", field="counted_for")
    reference = normalized(command.reference) if back else ""
    if facts is None:
        return ()
    demand_no_contact(facts, command.actor)
    demand(not counted or facts.counts is True, "counted_for_nothing", field="counted_for")
    return (
        ResolutionProposed(
            order=order.id,
            resolution=command.resolution,
            reference=reference,
            counted_for=command.counted_for,
        ),
    )


def _confirmed(
    state: Obligation, command: ConfirmResolution, facts: PaymentFacts | None
) -> tuple[Event, ...]:
    order, twice = _open(state, command.order)
    demand(twice.resolution is not None, "nothing_proposed")
    demand(twice.resolution is command.resolution, "resolution_changed", field="resolution")
    demand_second_person(twice.proposed_by, command.actor, facts)
    if facts is None:
        return ()
    demand_no_contact(facts, command.actor)
    demand(not twice.counted_for or facts.counts is True, "counted_for_nothing")
    return (ResolutionConfirmed(order=order.id, resolution=command.resolution),)


def evolve(state: Obligation, event: Event, stamp: Stamp) -> Obligation:
    """Return the state after the event: the order, and the tasks of payment staff."""
    match event:
        case OrderArrived():
            after = state.changed(
                event.order,
                state=OrderState.SETTLED,
                confirmer=stamp.actor.id,
                settled_at=stamp.at,
                reason="",
            ).with_tasks_closed(stamp, *ENDED_BY_PAYMENT, outcome="settled")
            return after.finished("settled", stamp)
        case OrderSettledTwice():
            after = state.changed(
                event.order,
                state=OrderState.SETTLED_TWICE,
                confirmer=stamp.actor.id,
                reason="",
                twice=PaidTwice(),
            )
            return after.with_task(stamp, TaskKind.RESOLVE_PAID_TWICE, subject=event.order)
        case ResolutionProposed():
            twice = PaidTwice(
                resolution=event.resolution,
                reference=event.reference,
                counted_for=event.counted_for,
                proposed_by=stamp.actor.id,
            )
            after = state.changed(event.order, twice=twice)
            after = after.with_tasks_closed(
                stamp, *OF_MONEY_PAID_TWICE, subject=event.order, outcome="proposed"
            )
            return after.with_task(
                stamp, TaskKind.CONFIRM_RESOLUTION, event.resolution.value, subject=event.order
            )
        case ResolutionConfirmed():
            return _resolved(state, event, stamp)
    raise TypeError(type(event).__name__)


def _resolved(state: Obligation, event: ResolutionConfirmed, stamp: Stamp) -> Obligation:
    order = state.named(event.order)
    twice = (order.twice if order else None) or PaidTwice()
    after = state.changed(event.order, twice=replace(twice, resolved_by=stamp.actor.id))
    after = after.with_tasks_closed(stamp, *OF_MONEY_PAID_TWICE, subject=event.order)
    # It stays open for some time, as after a payment.
    return after.finished(after.state, stamp) if after.finished_at is not None else after
