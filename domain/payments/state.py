"""The state of an obligation: why money is owed, to which region, how much, since when, and the orders to pay it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from domain.actors import Role
from domain.codec import LATER
from domain.messages import Stamp
from domain.tasks import Task, TaskKind, close_tasks, open_task


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The claim of one relationship. The mentee is unknown if the withdrawal came before the claim."""

    id: str
    relationship: str
    mentee: str = ""
    withdrawn: bool = False


class OrderState(StrEnum):
    """The state of one attempt to pay."""

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
    SETTLED_TWICE = "settled_twice"


OVER = (
    OrderState.DENIED,
    OrderState.VOIDED,
    OrderState.FAILED,
    OrderState.RETURNED,
    OrderState.SETTLED_TWICE,
)
"""States in which an order is no longer live, so another attempt may be made."""


OUT = (OrderState.SENT, OrderState.SETTLED)
"""States in which the money has left."""


HELD_AS_GONE: Final = "person_gone"
"""The reason of a hold on an order because somebody of the money has left or died."""
NOBODY_GONE: Final = "nobody_gone"
"""Why an approver is asked to lift such a hold: nobody of the money is gone any more."""


class Resolution(StrEnum):
    """What becomes of money that was paid a second time."""

    MONEY_CAME_BACK = "money_came_back"
    COUNTED_FOR_OTHER = "counted_for_other"
    WRITTEN_OFF = "written_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidTwice:
    """What is proposed for money that was paid a second time, by whom, and who has confirmed it.

    ``reference`` is that of the payment by which it came back, ``counted_for`` the obligation that it pays instead.
    """

    resolution: Resolution | None = None
    reference: str = ""
    counted_for: str = ""
    proposed_by: str = ""
    resolved_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One attempt to pay: its fixed values, and the people who made, approved, sent and confirmed it.

    ``hash`` covers what an approval is about. ``replaces`` is the attempt before it. ``reason`` is the reason of the
    last hold, denial, voiding, failure or return.
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
    twice: PaidTwice | None = field(default=None, metadata=LATER)

    @property
    def live(self) -> bool:
        """Whether the order still blocks another attempt."""
        return self.state not in OVER

    @property
    def twice_open(self) -> bool:
        """Whether the money was paid a second time, and nothing was confirmed about it yet."""
        return (
            self.state is OrderState.SETTLED_TWICE and self.twice is not None and not self.twice.resolved_by
        )


_LISTENING = timedelta(days=30)


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
    engine: int = 1
    """In which way this stream decides. Decisions read it; it comes from the run, and no event and no row has it."""

    @property
    def ended(self) -> bool:
        """Whether the obligation is closed and accepts nothing more."""
        return self.ended_at is not None

    @property
    def order(self) -> Order | None:
        """The live attempt, if there is one. An earlier one is, if it arrived after all."""
        return next((order for order in reversed(self.orders) if order.live), None)

    @property
    def paid_twice(self) -> Order | None:
        """The first attempt that was paid besides the live one and about which nothing was confirmed, if any."""
        return next((order for order in self.orders if order.twice_open), None)

    @property
    def came_back(self) -> Order | None:
        """The last attempt that the bank refused or whose money came back, if there is one."""
        back = (OrderState.FAILED, OrderState.RETURNED)
        return next((order for order in reversed(self.orders) if order.state in back), None)

    @property
    def standing(self) -> str:
        """The state as a relationship is told it: ``sent`` from the sending until the bank's answer."""
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

    def lapsed(self, memberships: Mapping[str, str]) -> tuple[str, ...]:
        """Return the people who must be members and are not; nobody if the program does not check."""
        if not self.checks_members:
            return ()
        return tuple(person for person in self.members if not memberships.get(person))

    def members_in(self, memberships: Mapping[str, str]) -> Mapping[str, str]:
        """Return the memberships that a decision is based on, without people who have none."""
        every = {person: memberships.get(person, "") for person in self.members}
        return {person: kind for person, kind in every.items() if kind}

    def named(self, id: str) -> Order | None:
        """Return the order with an id, if the obligation has it."""
        return next((order for order in self.orders if order.id == id), None)

    def changed(self, id: str, **fields: Any) -> "Obligation":
        """Return the obligation with some values of one order changed."""
        orders = (replace(order, **fields) if order.id == id else order for order in self.orders)
        return replace(self, orders=tuple(orders))

    def with_task(self, stamp: Stamp, kind: TaskKind, *why: str, subject: str = "") -> "Obligation":
        """Return the obligation with a task for payment staff, unless one of that kind and subject is already open."""
        todo = open_task(self.tasks, self.id, stamp, kind, role=Role.PAYMENT_STAFF, why=why, subject=subject)
        return replace(self, tasks=todo)

    def with_tasks_closed(
        self, stamp: Stamp, *kinds: TaskKind, subject: str | None = None, outcome: str = "done"
    ) -> "Obligation":
        """Return the obligation with every open task of ``kinds`` (all kinds if none is named) closed."""
        return replace(self, tasks=close_tasks(self.tasks, stamp, *kinds, subject=subject, outcome=outcome))

    def without_departure(self, stamp: Stamp, person: str, *, outcome: str) -> "Obligation":
        """Return the obligation without the task about a person who is gone.

        An order that is held because of this person alone has a task that says so until an approver lifts its hold.
        """
        kind, order = TaskKind.CHECK_DEPARTURE, self.order
        after = self.with_tasks_closed(stamp, kind, subject=person, outcome=outcome)
        held = order is not None and order.state is OrderState.HELD and order.reason == HELD_AS_GONE
        if not held or after == self or any(task.open and task.kind is kind for task in after.tasks):
            return after
        return after.with_task(stamp, kind, NOBODY_GONE, subject=person)

    def finished(self, state: str, stamp: Stamp) -> "Obligation":
        """Return the obligation finished in ``state``; it stays open for returned money for some time."""
        closes = max(self.closes_at, stamp.at + _LISTENING)
        return replace(self, state=state, finished_at=stamp.at, closes_at=closes)


def new(*, id: str, now: datetime) -> Obligation:
    """Return the empty state that the first event is folded into."""
    return Obligation(id=id, accrued_at=now, due_at=now, closes_at=now)
