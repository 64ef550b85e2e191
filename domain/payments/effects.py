"""The effects of an event of an obligation: reports to relationships, notices, and a check of memberships."""

from dataclasses import dataclass

from domain.journal import Event
from domain.messages import Stamp
from domain.notices import SendNotice
from domain.payments.claims import ClaimAdded, ObligationCanceled, ObligationDue
from domain.payments.orders import approval, bank_reference, settlement
from domain.payments.orders.approval import OrderDenied
from domain.payments.orders.bank_reference import OrderSent
from domain.payments.orders.late_news import OrderArrived
from domain.payments.orders.settlement import OrderFailed, OrderReturned, OrderSettled
from domain.payments.state import Obligation


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportObligation:
    """An effect: tell a relationship the state of its obligation; ``seq`` is the event that changed it."""

    obligation: str
    relationship: str
    state: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskMemberships:
    """An effect: check memberships now that the money is due, with a ``CheckMemberships`` command."""

    obligation: str
    seq: int


Effect = SendNotice | ReportObligation | AskMemberships
_NOTIFYING = (approval.notices, bank_reference.notices, settlement.notices)


def effects(before: Obligation, after: Obligation, event: Event, stamp: Stamp) -> tuple[Effect, ...]:
    """Return the effects of one event, which changed ``before`` into ``after``, in the order in which they start."""
    notices = (each for step in _NOTIFYING for each in step(after, event, stamp.seq))
    emails = tuple(SendNotice(notice=each) for each in notices)
    if isinstance(event, ObligationDue) and after.checks_members:
        return (AskMemberships(obligation=after.id, seq=stamp.seq),)
    news, claims = _news(after, event), after.live_claims
    if isinstance(event, ClaimAdded):
        claims = tuple(claim for claim in claims if claim.id == event.claim)
    reports = tuple(
        ReportObligation(obligation=after.id, relationship=claim.relationship, state=news, seq=stamp.seq)
        for claim in claims
        if news
    )
    return (*reports, *emails)


def _news(after: Obligation, event: Event) -> str:
    """Return what a relationship is told of an event, if anything; a late claim is told what has already happened."""
    match event:
        case OrderSent() | OrderSettled() | OrderDenied() | ObligationCanceled() | OrderArrived():
            return after.standing
        case OrderFailed() | OrderReturned():
            return "returned" if after.state == "due" else after.standing
        case ClaimAdded() if after.standing in ("sent", "settled", "denied"):
            return after.standing
    return ""
