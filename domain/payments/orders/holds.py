"""Hold an order before it is sent, and lift the hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Final

from domain.actors import Role
from domain.errors import demand
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.payments.facts import PaymentFacts
from domain.payments.orders.checks import demand_reason, demand_state, live_order
from domain.payments.orders.limits import acted_twice, breaks_limit
from domain.payments.orders.separation_of_duties import demand_approver, demand_no_contact
from domain.payments.state import HELD_AS_GONE, Obligation, OrderState
from domain.person_changes import ChangeKind, HearPersonChange
from domain.rules.program import Rules
from domain.tasks import TaskKind

HOLDABLE = (OrderState.DRAFT, OrderState.NEEDS_APPROVAL, OrderState.APPROVED)
"""States in which an order can be held: it was not sent yet."""
LIFTED: Final = "hold_lifted"
"""The outcome of the tasks that a lifted hold ends."""


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
    ONE_HUMAN = "one_human"
    PERSON_GONE = HELD_AS_GONE


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOrder(Command):
    """Stop an order before it is sent."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    by: ClassVar = By.STAFF

    reason: HoldReason


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftHold(Command):
    """Let a held order continue from where it was. Only an approver may do this."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    by: ClassVar = By.STAFF
    needs_facts: ClassVar = True
    example: ClassVar = {"reason": "@order_reasons.hold_lifted"}

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


COMMANDS: tuple[type[Command], ...] = (HoldOrder, LiftHold)
EVENTS: tuple[type[Event], ...] = (OrderHeld, HoldLifted)


def decide(
    state: Obligation, command: Command, rules: Rules, facts: PaymentFacts | None
) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``. Empty if facts are needed and missing."""
    match command:
        case HoldOrder():
            order = live_order(state)
            demand_state(order, *HOLDABLE)
            return (OrderHeld(order=order.id, reason=command.reason),)
        case LiftHold():
            return _lift(state, command, rules, facts)
    raise TypeError(type(command).__name__)


def on_change(state: Obligation, change: HearPersonChange, facts: PaymentFacts | None) -> tuple[Event, ...]:
    """Return the hold on an order that was not sent, if entries that count as one human break a limit."""
    order = state.order
    if facts is None or change.kind is not ChangeKind.SAME_AS or order is None or order.state not in HOLDABLE:
        return ()
    broken = breaks_limit(state, facts) or acted_twice(state, order, facts)
    return (OrderHeld(order=order.id, reason=HoldReason.ONE_HUMAN),) if broken else ()


def _lift(
    state: Obligation, command: LiftHold, rules: Rules, facts: PaymentFacts | None
) -> tuple[Event, ...]:
    order = live_order(state)
    demand_approver(order, command.actor, facts)
    demand_reason(command.reason, rules, "hold_lifted")
    demand_state(order, OrderState.HELD)
    if facts is None:
        return ()
    demand_no_contact(facts, command.actor)
    demand(not state.lapsed(facts.memberships), HoldReason.MEMBER_LAPSED.value)
    demand(not breaks_limit(state, facts), "paid_to_one_human")
    demand(not acted_twice(state, order, facts), "order_acted_on_twice")
    members = state.members_in(facts.memberships)
    return (HoldLifted(order=order.id, reason=command.reason, members=members),)


def evolve(state: Obligation, event: Event, stamp: Stamp) -> Obligation:
    """Return the state after the event: the order, and the tasks of payment staff."""
    match event:
        case OrderHeld():
            order = state.named(event.order)
            after = state.changed(
                event.order,
                state=OrderState.HELD,
                held_from=order.state if order else None,
                reason=event.reason.value,
            )
            if event.reason is HoldReason.ONE_HUMAN:
                return after.with_task(stamp, TaskKind.CHECK_ONE_HUMAN, HoldReason.ONE_HUMAN.value)
            if not event.lapsed:
                return after
            return after.with_task(stamp, TaskKind.CHECK_MEMBERSHIP, HoldReason.MEMBER_LAPSED.value)
        case HoldLifted():
            order = state.named(event.order)
            back = (order.held_from if order else None) or OrderState.DRAFT
            after = state.changed(event.order, state=back, held_from=None, reason="")
            checks = (TaskKind.CHECK_MEMBERSHIP, TaskKind.CHECK_ONE_HUMAN, TaskKind.CHECK_DEPARTURE)
            after = after.with_tasks_closed(stamp, *checks, outcome=LIFTED)
            if back is OrderState.DRAFT:
                return after.with_task(stamp, TaskKind.PREPARE_STIPEND, "hold_lifted")
            return after
    raise TypeError(type(event).__name__)
