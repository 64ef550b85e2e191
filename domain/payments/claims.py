"""Claims on an obligation, and the life of the obligation apart from its orders.

The first claim of a relationship opens it and fixes the amount, region and rules version. Further claims for the same
mentor add nothing to pay. If the last claim is withdrawn before anything was sent, the obligation is canceled.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

from domain.actors import Role
from domain.errors import demand, required
from domain.ids import obligation_id
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.money import Money
from domain.payments.state import Claim, Obligation, OrderState
from domain.rules.intake import TermDates
from domain.rules.money import EarlyEnd, MembershipCheck, MoneyRule, Trigger
from domain.rules.program import Rules
from domain.tasks import TaskKind

CLOSING_DAYS = 60
"""The number of days after the term, or after the due day, that an obligation still waits for returned money."""
FINISHED = ("settled", "denied", "canceled")
_GONE = ("sent", "settled")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddClaim(Command):
    """Claim the stipend for a relationship; the first claim opens the obligation. A repeat changes nothing."""

    roles: ClassVar = (Role.SYSTEM,)

    claim: str
    relationship: str
    mentee: str
    mentor: str
    program: str
    term: str
    term_dates: TermDates
    kind: str
    unit: str
    region: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawClaim(Command):
    """Withdraw the claim of a relationship."""

    roles: ClassVar = (Role.SYSTEM,)

    claim: str
    relationship: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationAccrued(Event):
    """Money is owed: for what, how much under which rules, to which region, and due when. Fixed from now on."""

    program: str
    term: str
    kind: str
    unit: str
    mentor: str
    region: str
    amount_minor: int
    currency: str
    rules_version: str
    zone: str
    due_at: datetime
    closes_at: datetime
    checks_members: bool
    survives_early_end: bool
    evidence: tuple[str, ...] = ()
    proven: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAdded(Event):
    """A relationship supports the obligation."""

    claim: str
    relationship: str
    mentee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWithdrawn(Event):
    """A relationship no longer supports the obligation."""

    claim: str
    relationship: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationDue(Event):
    """The due day has come: payment staff prepare an order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationCanceled(Event):
    """No claim is left; ``order`` is the order that is voided with the obligation."""

    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationReopened(Event):
    """A new claim came after the obligation was canceled: the same amount is owed again."""

    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationClosed(Event):
    """The obligation accepts nothing more."""


COMMANDS: tuple[type[Command], ...] = (AddClaim, WithdrawClaim)
EVENTS: tuple[type[Event], ...] = (
    ObligationAccrued,
    ClaimAdded,
    ClaimWithdrawn,
    ObligationDue,
    ObligationCanceled,
    ObligationReopened,
    ObligationClosed,
)


def decide(state: Obligation, command: Command, rules: Rules) -> tuple[Event, ...]:
    """Return the events of a claim or its withdrawal; raises ``RuleViolation``. A repeat has none."""
    match command:
        case AddClaim():
            return _add(state, command, rules)
        case WithdrawClaim():
            return _withdraw(state, command)
    raise TypeError(type(command).__name__)


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
    rule = required(
        next((rule for rule in rules.money if rule.kind == command.kind and rule.executed), None),
        "unknown_money_rule",
        field="kind",
    )
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
    """Return the evidence that the trigger itself gives: without it, there would be no claim."""
    completed = ("meetings_completed",) if rule.trigger is Trigger.ON_COMPLETION else ()
    return ("match_confirmed", *completed)


def _withdraw(state: Obligation, command: WithdrawClaim) -> tuple[Event, ...]:
    known = next((claim for claim in state.claims if claim.id == command.claim), None)
    if known is not None and known.withdrawn:
        return ()
    withdrawn = ClaimWithdrawn(claim=command.claim, relationship=command.relationship)
    others = [claim for claim in state.live_claims if claim.id != command.claim]
    final = state.standing in _GONE or state.state in FINISHED
    if others or final or state.survives_early_end:
        return (withdrawn,)
    return (withdrawn, *canceled(state))


def canceled(state: Obligation) -> tuple[Event, ...]:
    """Return the end of an obligation that nobody claims, unless its money has been sent."""
    if state.standing in _GONE:
        return ()
    return (ObligationCanceled(order=state.order.id if state.order else ""),)


def evolve(state: Obligation, event: Event, stamp: Stamp) -> Obligation:
    """Return the state after an event of the obligation itself or of its claims."""
    match event:
        case ObligationAccrued():
            return _opened(state, event, stamp)
        case ClaimAdded():
            claim = Claim(id=event.claim, relationship=event.relationship, mentee=event.mentee)
            return replace(state, claims=(*state.claims, claim))
        case ClaimWithdrawn():
            after = replace(state, claims=_without(state.claims, event))
            for person in dict.fromkeys(each for each in state.members if each not in after.members):
                after = after.without_departure(stamp, person, outcome="withdrawn")
            return after
        case ObligationDue():
            return replace(state, state="due").with_task(stamp, TaskKind.PREPARE_STIPEND)
        case ObligationCanceled():
            orders = tuple(
                replace(order, state=OrderState.VOIDED, held_from=None, reason="claims_withdrawn")
                if order.id == event.order
                else order
                for order in state.orders
            )
            after = replace(state, orders=orders).with_tasks_closed(stamp, outcome="canceled")
            return after.finished("canceled", stamp)
        case ObligationReopened():
            return replace(state, state="accrued", due_at=event.due_at, finished_at=None)
        case ObligationClosed():
            return replace(state, ended_at=stamp.at).with_tasks_closed(stamp, outcome="closed")
    raise TypeError(type(event).__name__)


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
    """Return the claims with one withdrawn; a withdrawal before its claim is kept, so the claim finds it."""
    if any(claim.id == event.claim for claim in claims):
        return tuple(replace(c, withdrawn=True) if c.id == event.claim else c for c in claims)
    return (*claims, Claim(id=event.claim, relationship=event.relationship, withdrawn=True))
