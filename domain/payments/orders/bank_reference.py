"""Send the money of an approved order, and enter the reference of the bank or the payer.

One payment may be for several orders: of one payee, sent on one day. A reference that is on any other order is
asked about, and the event keeps the answer.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import ClassVar, Final

from domain.actors import Role
from domain.codec import LATER
from domain.errors import demand
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.payments.facts import PaymentFacts
from domain.payments.orders.approval_hash import hash_of
from domain.payments.orders.checks import demand_state, live_order
from domain.payments.orders.departures import held_by_facts
from domain.payments.orders.limits import breaks_limit
from domain.payments.orders.notice_to_payee import to_payee
from domain.payments.orders.separation_of_duties import demand_sender
from domain.payments.state import Obligation, OrderState
from domain.tasks import TaskKind

_IN_JOURNAL: Final = re.compile(r"[A-Za-z0-9._:/+-]+")
_LONGEST: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterReference(Command):
    """State that the money was sent, with the bank's or the payer's reference.

    ``same_reference`` says that a reference is right although it is on an order of another payee or day.
    """

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    by: ClassVar = By.STAFF
    texts: ClassVar = ("reference",)
    example: ClassVar = {"reference": "Check #1042"}

    reference: str
    same_reference: bool | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSent(Event):
    """The money was sent. ``same_reference`` says that somebody was asked about the reference, and that it is right."""

    order: str
    reference: str
    same_reference: bool | None = field(default=None, metadata=LATER)


COMMANDS: tuple[type[Command], ...] = (EnterReference,)
EVENTS: tuple[type[Event], ...] = (OrderSent,)


def decide(state: Obligation, command: Command, facts: PaymentFacts | None) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``. A lapse or departure since holds the order."""
    match command:
        case EnterReference():
            order = live_order(state)
            demand_state(order, OrderState.APPROVED)
            demand_sender(state, order, command.actor, facts)
            demand(order.hash == hash_of(state), "approval_stale")
            # Two entries may have come to count as one human since the approval.
            demand(facts is None or not breaks_limit(state, facts), "paid_to_one_human")
            reference = normalized(command.reference)
            counted = (facts and facts.counted) or ()
            demand(not counted or reference in counted, "money_counted_here", field="reference")
            known = bool(facts and facts.same_reference) and not counted
            demand(command.same_reference is True or not known, "reference_used_before", field="reference")
            held = () if facts is None else held_by_facts(state, order.id, facts)
            same = True if known else None
            return held or (OrderSent(order=order.id, reference=reference, same_reference=same),)
    raise TypeError(type(command).__name__)


def normalized(reference: str) -> str:
    """Return a reference in the signs of the journal: ``Check #1042`` as ``Check-1042``.

    One that loses a letter or digit by this is refused, and one that has none.
    """
    taken_apart = unicodedata.normalize("NFKD", reference.strip())
    letters = [sign for sign in taken_apart if not unicodedata.combining(sign)]
    plain = "-".join(_IN_JOURNAL.findall("".join(letters)))
    whole = reference.isprintable() and all(sign.isascii() for sign in letters if sign.isalnum())
    found = any(sign.isalnum() for sign in plain)
    demand(whole and found and len(plain) <= _LONGEST, "reference_unreadable", field="reference")
    return plain


def evolve(state: Obligation, event: Event, stamp: Stamp) -> Obligation:
    """Return the state after the event: the order, and the tasks of payment staff."""
    match event:
        case OrderSent():
            after = state.changed(
                event.order,
                state=OrderState.SENT,
                sender=stamp.actor.id,
                sent_at=stamp.at,
                reference=event.reference,
            ).with_tasks_closed(stamp, TaskKind.SEND_STIPEND)
            return after.with_task(stamp, TaskKind.CONFIRM_SETTLEMENT)
    raise TypeError(type(event).__name__)


def notices(after: Obligation, event: Event, seq: int) -> tuple[Notice, ...]:
    """Return the notice to the contacts of the region that the money was sent."""
    return to_payee(after, seq, NoticeKind.STIPEND_SENT) if isinstance(event, OrderSent) else ()
