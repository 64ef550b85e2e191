"""Orders: the attempts to pay one obligation, and who may do what with them (MONEY 4 and 5, rail ``manual``).

An order is prepared by one person, approved by another, sent by somebody who did not approve it, and confirmed by
somebody who neither made nor sent it. At most one order of an obligation is live.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from domain.actors import Role
from domain.journal import Event
from domain.messages import Command


class OrderState(StrEnum):
    """How far one attempt to pay has come."""

    DRAFT = "draft"
    NEEDS_APPROVAL = "needs_approval"
    APPROVED = "approved"
    HELD = "held"
    SENT = "sent"
    SETTLED = "settled"
    DENIED = "denied"
    VOIDED = "voided"
    FAILED = "failed"
    RETURNED = "returned"


OVER = (OrderState.DENIED, OrderState.VOIDED, OrderState.FAILED, OrderState.RETURNED)
"""States in which an order is no longer live: another attempt may be made."""


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
class Order:
    """One attempt to pay: what it pins, and the persons who made, approved, sent and confirmed it.

    ``hash`` covers what an approval is about; ``replaces`` is the attempt before; ``reason`` is that of the last hold,
    denial, voiding, failure or return.
    """

    id: str
    attempt: int
    state: OrderState
    amount_minor: int
    currency: str
    region: str
    mentor: str
    hash: str
    maker: str
    prepared_at: datetime
    replaces: str = ""
    evidence: tuple[str, ...] = ()
    approver: str = ""
    approved_at: datetime | None = None
    sender: str = ""
    sent_at: datetime | None = None
    reference: str = ""
    confirmer: str = ""
    settled_at: datetime | None = None
    held_from: OrderState | None = None
    reason: str = ""

    @property
    def live(self) -> bool:
        """Whether no other attempt may be made beside it."""
        return self.state not in OVER


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentQuestion:
    """What to look up on the day of an instant in ``zone``: memberships of ``persons``, contacts of ``region``."""

    as_of: datetime
    zone: str
    persons: tuple[str, ...]
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFacts:
    """What the database said: class of membership per person (absent = no member that day), contacts of the payee."""

    memberships: Mapping[str, str] = field(default_factory=dict)
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareStipend(Command):
    """Make the next order and put it up for approval. ``evidence`` names what the maker has seen."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)

    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawOrder(Command):
    """Take one's own order back before anybody has approved it."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitOrder(Command):
    """Put one's own order up for approval again."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveStipend(Command):
    """Approve what another person has prepared."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyStipend(Command):
    """Refuse to pay: the obligation is denied with the order."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidOrder(Command):
    """Throw an order away that was not sent; the obligation stays due."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOrder(Command):
    """Stop an order before it is sent."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)

    reason: HoldReason


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftHold(Command):
    """Let a held order go on from where it was. An act of an approver."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterReference(Command):
    """State that the money was sent, with the bank's or the payer's reference."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmSettled(Command):
    """State that the money has arrived."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFailed(Command):
    """State that the bank refused a sent order."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReturned(Command):
    """State that sent or settled money came back."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckMemberships(Command):
    """Look whether the memberships still hold. Sent when the obligation falls due, and by staff who had it mended."""

    roles: ClassVar = (Role.SYSTEM, Role.PAYMENT_STAFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPrepared(Event):
    """The next attempt, made by who decided. ``members`` holds the memberships that the decision went by."""

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
    """The order, and with it the obligation, is refused."""

    order: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderVoided(Event):
    """The order is thrown away; another one may be prepared."""

    order: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHeld(Event):
    """The order waits. ``lapsed`` names the persons who are no members."""

    order: str
    reason: HoldReason
    lapsed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLifted(Event):
    """The order goes on from where it was held."""

    order: str
    reason: str
    members: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSent(Event):
    """The money is on its way."""

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
    """The memberships were looked up when the money fell due."""

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
WITH_FACTS = (
    PrepareStipend,
    SubmitOrder,
    ApproveStipend,
    DenyStipend,
    VoidOrder,
    LiftHold,
    CheckMemberships,
)
"""Commands that cannot be decided without a look at memberships or contacts."""
