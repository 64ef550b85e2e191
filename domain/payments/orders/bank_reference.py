"""Send the money of an approved order, and enter the reference of the bank or the payer."""

import re
from dataclasses import dataclass, replace
from typing import ClassVar

from domain.actors import Role
from domain.errors import demand
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.payments.facts import PaymentFacts
from domain.payments.orders.approval_hash import hash_of
from domain.payments.orders.checks import demand_state, live_order
from domain.payments.orders.limits import breaks_limit
from domain.payments.orders.memberships import hold_if_lapsed
from domain.payments.orders.notice_to_payee import to_payee
from domain.payments.orders.separation_of_duties import demand_sender
from domain.payments.state import Obligation, OrderState
from domain.tasks import TaskKind

_REFERENCE = re.compile(r"[A-Za-z0-9._:/+-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterReference(Command):
    """State that the money was sent, with the bank's or the payer's reference."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    example: ClassVar = {"reference": "WIRE-2027-0014"}

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSent(Event):
    """The money was sent."""

    order: str
    reference: str


COMMANDS: tuple[type[Command], ...] = (EnterReference,)
EVENTS: tuple[type[Event], ...] = (OrderSent,)


def decide(state: Obligation, command: Command, facts: PaymentFacts | None) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``. A membership that lapsed meanwhile holds the order."""
    match command:
        case EnterReference():
            order = live_order(state)
            demand_state(order, OrderState.APPROVED)
            demand_sender(order, command.actor, facts)
            demand(order.hash == hash_of(state), "approval_stale")
            # Two entries may have come to count as one human since the approval.
            demand(facts is None or not breaks_limit(state, facts), "paid_to_one_human")
            fits = _REFERENCE.fullmatch(command.reference) is not None
            demand(fits, "reference_not_a_code", field="reference")
            held = None if facts is None else hold_if_lapsed(state, order.id, facts)
            return (held or OrderSent(order=order.id, reference=command.reference),)
    raise TypeError(type(command).__name__)


def evolve(state: Obligation, event: Event, stamp: Stamp) -> Obligation:
    """Return the state after the event: the order, and the tasks of payment staff."""
    match event:
        case OrderSent():
            sent = replace(
                state.orders[-1],
                state=OrderState.SENT,
                sender=stamp.actor.id,
                sent_at=stamp.at,
                reference=event.reference,
            )
            after = state.with_order(sent).with_tasks_closed(stamp, TaskKind.SEND_STIPEND)
            return after.with_task(stamp, TaskKind.CONFIRM_SETTLEMENT)
    raise TypeError(type(event).__name__)


def notices(after: Obligation, event: Event, seq: int) -> tuple[Notice, ...]:
    """Return the notice to the contacts of the region that the money was sent."""
    return to_payee(after, seq, NoticeKind.STIPEND_SENT) if isinstance(event, OrderSent) else ()
