"""An obligation: why money is owed, to which region, how much, since when, and the orders that try to pay it (MONEY 1).

The first claim of a relationship opens it and fixes amount, region and rule version; further claims of the same mentor
add nothing to pay. Withdrawing the last claim before anything was sent cancels it. ``decide``, ``evolve``,
``next_due``, ``overdue``, ``question`` and ``effects`` have the shape of a relationship's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain import tasks
from domain.actors import Actor, Role, demand_role
from domain.errors import demand
from domain.failed_notices import HearNotice, NoticeFailed, failed, with_task
from domain.ids import obligation_id
from domain.journal import Catalog, Event
from domain.messages import Command, Stamp
from domain.money import Money
from domain.notices import Notice, NoticeKind, SendNotice, notice
from domain.payments import claims, order_permissions
from domain.payments import orders as payment
from domain.payments.claims import (
    AddClaim,
    Claim,
    ClaimAdded,
    ClaimWithdrawn,
    ObligationAccrued,
    ObligationCanceled,
    ObligationClosed,
    ObligationDue,
    ObligationReopened,
    WithdrawClaim,
)
from domain.payments.orders import (
    Order,
    OrderDenied,
    OrderFailed,
    OrderReturned,
    OrderSent,
    OrderSettled,
    OrderState,
    PaymentFacts,
    PaymentQuestion,
)
from domain.rules.money import EarlyEnd, MembershipCheck, MoneyRule, Trigger
from domain.rules.program import Rules
from domain.tasks import Task, TaskKind

CLOSING_DAYS = 60
"""Days after the term, or after the money fell due, that an obligation still listens for a return."""
_LISTENING = timedelta(days=30)
_FINISHED = ("settled", "denied", "canceled")
_GONE = ("sent", "settled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """Everything known about one amount owed, as the fold of its events.

    ``state`` is accrued, due, settled, denied or canceled. ``proven`` is the evidence that the claim itself brings.
    """

    id: str
    applied_seq: int = 0
    program: str = ""
    term: str = ""
    kind: str = ""
    unit: str = ""
    mentor: str = ""
    region: str = ""
    amount_minor: int = 0
    currency: str = ""
    rules_version: str = ""
    zone: str = "UTC"
    checks_members: bool = True
    survives_early_end: bool = False
    evidence: tuple[str, ...] = ()
    proven: tuple[str, ...] = ()
    state: str = "accrued"
    accrued_at: datetime
    due_at: datetime
    closes_at: datetime
    finished_at: datetime | None = None
    ended_at: datetime | None = None
    claims: tuple[Claim, ...] = ()
    orders: tuple[Order, ...] = ()
    tasks: tuple[Task, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether the obligation listens no more."""
        return self.ended_at is not None

    @property
    def order(self) -> Order | None:
        """The attempt that lives, if there is one."""
        return self.orders[-1] if self.orders and self.orders[-1].live else None

    @property
    def standing(self) -> str:
        """The state as a relationship hears it: ``sent`` between the sending and what the bank says."""
        sent = self.order is not None and self.order.state is OrderState.SENT
        return "sent" if sent else self.state

    @property
    def live_claims(self) -> tuple[Claim, ...]:
        """The claims that were not withdrawn."""
        return tuple(claim for claim in self.claims if not claim.withdrawn)

    @property
    def members(self) -> tuple[str, ...]:
        """The people who must be members: the mentor, and the mentee of every live claim."""
        return tuple(dict.fromkeys((self.mentor, *(claim.mentee for claim in self.live_claims))))

    def finished(self, state: str, stamp: Stamp) -> "Obligation":
        """The obligation at rest in ``state``; it listens for a while longer."""
        closes = max(self.closes_at, stamp.at + _LISTENING)
        return replace(self, state=state, finished_at=stamp.at, closes_at=closes)


COMMANDS: tuple[type[Command], ...] = (*claims.COMMANDS, *payment.COMMANDS, HearNotice)
EVENTS: tuple[type[Event], ...] = (*claims.EVENTS, *payment.EVENTS, NoticeFailed)
CATALOG = Catalog(*EVENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportObligation:
    """Tell a relationship what its obligation has come to; ``seq`` is the event that did it."""

    obligation: str
    relationship: str
    state: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskMemberships:
    """Look up memberships now that the money is due: carry out a ``CheckMemberships`` command."""

    obligation: str
    seq: int


Effect = SendNotice | ReportObligation | AskMemberships


def new(*, id: str, now: datetime) -> Obligation:
    """The empty state that the first event is folded into."""
    return Obligation(id=id, accrued_at=now, due_at=now, closes_at=now)


def question(state: Obligation, command: Command, now: datetime) -> PaymentQuestion | None:
    """The facts that a command needs before it can be decided, or None."""
    if not isinstance(command, payment.WITH_FACTS) or state.applied_seq == 0:
        return None
    return PaymentQuestion(as_of=now, zone=state.zone, persons=state.members, region=state.region)


def decide(
    state: Obligation, command: Command, now: datetime, rules: Rules, facts: PaymentFacts | None = None
) -> tuple[Event, ...]:
    """The events that a command leads to; raises ``RuleViolation``.

    Commands that need facts may be asked without them: what can be refused then is, and an empty tuple says that the
    rest depends on facts. An empty tuple with facts, or from a repeated claim, says that nothing changes.
    """
    demand(not state.ended, "obligation_ended")
    demand_role(command.actor, *command.roles)
    if isinstance(command, AddClaim):
        return _add(state, command, rules)
    demand(state.applied_seq > 0, "not_open")
    if isinstance(command, WithdrawClaim):
        return _withdraw(state, command)
    if isinstance(command, HearNotice):
        return (failed(command),)
    events = order_permissions.decide(state, command, facts)
    after = fold(state, events, now, command.actor)
    if after.state == "due" and not after.live_claims and not after.survives_early_end:
        return (*events, *_canceled(after))
    return events


def _add(state: Obligation, command: AddClaim, rules: Rules) -> tuple[Event, ...]:
    if any(claim.id == command.claim for claim in state.claims):
        return ()
    owed = obligation_id(command.program, command.term, command.unit, command.kind)
    demand(owed == state.id, "another_obligation")
    added = ClaimAdded(claim=command.claim, relationship=command.relationship, mentee=command.mentee)
    if state.applied_seq == 0:
        return (_accrued(command, rules), added)
    demand(command.mentor == state.mentor, "another_mentor", field="mentor")
    if state.state == "canceled":
        return (ObligationReopened(due_at=command.due_at), added)
    return (added,)


def _accrued(command: AddClaim, rules: Rules) -> ObligationAccrued:
    rule = next((rule for rule in rules.money if rule.kind == command.kind and rule.executed), None)
    demand(rule is not None, "unknown_money_rule", field="kind")
    assert rule is not None  # noqa: S101 - demanded in the line above
    amount = Money(currency=rule.currency, minor=rule.amount_minor)
    last = max(command.term_dates.last, rules.calendar.local_date(command.due_at))
    return ObligationAccrued(
        program=command.program,
        term=command.term,
        kind=command.kind,
        unit=command.unit,
        mentor=command.mentor,
        region=command.region,
        amount_minor=amount.minor,
        currency=amount.currency,
        rules_version=rules.version,
        zone=rules.calendar.timezone,
        due_at=command.due_at,
        closes_at=rules.calendar.at(last + timedelta(days=CLOSING_DAYS)),
        checks_members=rule.membership_check in (MembershipCheck.AT_DUE, MembershipCheck.BOTH),
        survives_early_end=rule.early_end is EarlyEnd.FULL,
        evidence=rule.evidence,
        proven=_proven(rule),
    )


def _proven(rule: MoneyRule) -> tuple[str, ...]:
    """The evidence that lies in the trigger itself: without it the claim would not have come."""
    completed = ("meetings_completed",) if rule.trigger is Trigger.ON_COMPLETION else ()
    return ("match_confirmed", *completed)


def _withdraw(state: Obligation, command: WithdrawClaim) -> tuple[Event, ...]:
    known = next((claim for claim in state.claims if claim.id == command.claim), None)
    if known is not None and known.withdrawn:
        return ()
    withdrawn = ClaimWithdrawn(claim=command.claim, relationship=command.relationship)
    others = [claim for claim in state.live_claims if claim.id != command.claim]
    final = state.standing in _GONE or state.state in _FINISHED
    if others or final or state.survives_early_end:
        return (withdrawn,)
    return (withdrawn, *_canceled(state))


def _canceled(state: Obligation) -> tuple[Event, ...]:
    """The end of an obligation that nobody claims, unless its money is on its way."""
    if state.standing in _GONE:
        return ()
    return (ObligationCanceled(order=state.order.id if state.order else ""),)


def fold(state: Obligation, events: Iterable[Event], now: datetime, actor: Actor) -> Obligation:
    """The state after events that are decided together."""
    for event in events:
        state = evolve(state, event, Stamp(seq=state.applied_seq + 1, at=now, actor=actor))
    return state


def evolve(state: Obligation, event: Event, stamp: Stamp) -> Obligation:
    """The state after one event; the same function serves workflow, projection check and auditor."""
    return replace(_evolve(state, event, stamp), applied_seq=stamp.seq)


def _evolve(state: Obligation, event: Event, stamp: Stamp) -> Obligation:
    match event:
        case ObligationAccrued():
            return _opened(state, event, stamp)
        case ClaimAdded():
            claim = Claim(id=event.claim, relationship=event.relationship, mentee=event.mentee)
            return replace(state, claims=(*state.claims, claim))
        case ClaimWithdrawn():
            return replace(state, claims=_without(state.claims, event))
        case ObligationDue():
            todo = _todo(state, stamp, TaskKind.PREPARE_STIPEND)
            return replace(state, state="due", tasks=todo)
        case ObligationCanceled():
            orders = tuple(
                replace(order, state=OrderState.VOIDED, held_from=None, reason="claims_withdrawn")
                if order.id == event.order
                else order
                for order in state.orders
            )
            done = tasks.closed(state.tasks, stamp, outcome="canceled")
            return replace(state, orders=orders, tasks=done).finished("canceled", stamp)
        case ObligationReopened():
            return replace(state, state="accrued", due_at=event.due_at, finished_at=None)
        case ObligationClosed():
            return replace(state, ended_at=stamp.at, tasks=tasks.closed(state.tasks, stamp, outcome="closed"))
        case NoticeFailed():
            return replace(state, tasks=with_task(state.tasks, state.id, event, stamp))
    return order_permissions.evolve(state, event, stamp)


def _opened(state: Obligation, event: ObligationAccrued, stamp: Stamp) -> Obligation:
    return replace(
        state,
        program=event.program,
        term=event.term,
        kind=event.kind,
        unit=event.unit,
        mentor=event.mentor,
        region=event.region,
        amount_minor=event.amount_minor,
        currency=event.currency,
        rules_version=event.rules_version,
        zone=event.zone,
        checks_members=event.checks_members,
        survives_early_end=event.survives_early_end,
        evidence=event.evidence,
        proven=event.proven,
        accrued_at=stamp.at,
        due_at=event.due_at,
        closes_at=event.closes_at,
    )


def _without(claims: tuple[Claim, ...], event: ClaimWithdrawn) -> tuple[Claim, ...]:
    """The claims with one withdrawn; a withdrawal that overtook its claim is kept, so that the claim finds it."""
    if any(claim.id == event.claim for claim in claims):
        return tuple(replace(c, withdrawn=True) if c.id == event.claim else c for c in claims)
    return (*claims, Claim(id=event.claim, relationship=event.relationship, withdrawn=True))


def _todo(state: Obligation, stamp: Stamp, kind: TaskKind) -> tuple[Task, ...]:
    return tasks.opened(state.tasks, state.id, stamp, kind, role=Role.PAYMENT_STAFF)


def next_due(state: Obligation) -> datetime | None:
    """When the money falls due, or when a finished obligation stops listening; None while people act."""
    if state.ended or state.applied_seq == 0:
        return None
    if state.state == "accrued":
        return state.due_at
    return state.closes_at if state.state in _FINISHED else None


def overdue(state: Obligation, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """What ``now`` has passed; afterwards ``next_due`` is later than ``now``."""
    due = next_due(state)
    if due is None or due > now:
        return ()
    return (ObligationDue() if state.state == "accrued" else ObligationClosed(),)


def effects(before: Obligation, after: Obligation, event: Event, stamp: Stamp) -> tuple[Effect, ...]:
    """The effects of one event that led from ``before`` to ``after``, in the order in which they start."""
    mails = tuple(SendNotice(notice=mail) for mail in _notices(after, event, stamp.seq))
    if isinstance(event, ObligationDue) and after.checks_members:
        return (AskMemberships(obligation=after.id, seq=stamp.seq),)
    heard = _heard(after, event)
    told = after.live_claims
    if isinstance(event, ClaimAdded):
        told = tuple(claim for claim in told if claim.id == event.claim)
    reports = tuple(
        ReportObligation(obligation=after.id, relationship=claim.relationship, state=heard, seq=stamp.seq)
        for claim in told
        if heard
    )
    return (*reports, *mails)


def _heard(after: Obligation, event: Event) -> str:
    """What the relationships hear of an event, if anything; a late claim hears what it comes too late for."""
    match event:
        case OrderSent() | OrderSettled() | OrderDenied() | ObligationCanceled():
            return after.standing
        case OrderFailed() | OrderReturned():
            return "returned"
        case ClaimAdded() if after.standing in ("sent", "settled", "denied"):
            return after.standing
    return ""


def _notices(after: Obligation, event: Event, seq: int) -> tuple[Notice, ...]:
    """Word to the contacts of the region that gets the money."""
    data = {"mentor": after.mentor, "amount_minor": str(after.amount_minor), "currency": after.currency}
    match event:
        case OrderSent():
            return (notice(after.id, seq, NoticeKind.STIPEND_SENT, region=after.region, **data),)
        case OrderDenied():
            kind, reason = NoticeKind.STIPEND_DENIED, event.reason
        case OrderFailed() | OrderReturned():
            kind, reason = NoticeKind.STIPEND_RETURNED, event.reason
        case _:
            return ()
    return (notice(after.id, seq, kind, region=after.region, reason=reason, **data),)


__all__ = [
    "CATALOG",
    "COMMANDS",
    "EVENTS",
    "AddClaim",
    "AskMemberships",
    "Claim",
    "ClaimAdded",
    "ClaimWithdrawn",
    "Effect",
    "Obligation",
    "ObligationAccrued",
    "ObligationCanceled",
    "ObligationClosed",
    "ObligationDue",
    "ObligationReopened",
    "ReportObligation",
    "WithdrawClaim",
    "decide",
    "effects",
    "evolve",
    "fold",
    "new",
    "next_due",
    "overdue",
    "question",
]
