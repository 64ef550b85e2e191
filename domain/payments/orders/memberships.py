"""Check whether mentor and mentee are still members; a lapse holds the order.

If a membership has lapsed, the order is held, not refused: the money is still owed, and a task says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from domain.actors import Role
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.payments.facts import PaymentFacts
from domain.payments.orders.holds import HOLDABLE, HoldReason, OrderHeld
from domain.payments.state import Obligation, OrderState
from domain.person_changes import ChangeKind, HearPersonChange
from domain.rules.program import Lapse, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckMemberships(Command):
    """Check whether the memberships are still valid.

    It is sent when the obligation becomes due, and by staff after a membership was renewed.
    """

    roles: ClassVar = (Role.SYSTEM, Role.PAYMENT_STAFF)
    by: ClassVar = By.STAFF
    needs_facts: ClassVar = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipsChecked(Event):
    """The memberships were checked after the money was due."""

    lapsed: tuple[str, ...] = ()
    members: Mapping[str, str] = field(default_factory=dict)


COMMANDS: tuple[type[Command], ...] = (CheckMemberships,)
EVENTS: tuple[type[Event], ...] = (MembershipsChecked,)


def decide(state: Obligation, command: Command, facts: PaymentFacts | None) -> tuple[Event, ...]:
    """Return the result of a check; a lapse holds the waiting order. Empty without facts, or if nothing can be sent."""
    if not isinstance(command, CheckMemberships):
        raise TypeError(type(command).__name__)
    return () if facts is None else _checked(state, facts)


def on_change(
    state: Obligation, change: HearPersonChange, rules: Rules, facts: PaymentFacts | None
) -> tuple[Event, ...]:
    """Return the result of a check after a membership changed, if the program holds orders then and it says more.

    What was decided before stays: money that was sent is not called back, and a held order waits for an approver.
    """
    concerns = change.kind is ChangeKind.MEMBERSHIP and change.person in state.members
    if facts is None or not concerns or rules.membership_lapse is not Lapse.HOLD:
        return ()
    events = _checked(state, facts)
    known = any(task.open and task.kind is TaskKind.CHECK_MEMBERSHIP for task in state.tasks)
    news = len(events) > 1 or known != bool(state.lapsed(facts.memberships))
    return events if news else ()


def _checked(state: Obligation, facts: PaymentFacts) -> tuple[Event, ...]:
    if state.standing != "due":
        return ()
    lapsed, members = state.lapsed(facts.memberships), state.members_in(facts.memberships)
    checked = MembershipsChecked(lapsed=lapsed, members=members)
    order = state.order
    waits = order is not None and order.state in HOLDABLE
    held = hold_if_lapsed(state, order.id, facts) if order is not None and waits else None
    return (checked, held) if held else (checked,)


def hold_if_lapsed(state: Obligation, order: str, facts: PaymentFacts) -> OrderHeld | None:
    """Return the hold that a lapsed membership puts on an order, or None."""
    lapsed = state.lapsed(facts.memberships)
    return OrderHeld(order=order, reason=HoldReason.MEMBER_LAPSED, lapsed=lapsed) if lapsed else None


def evolve(state: Obligation, event: Event, stamp: Stamp) -> Obligation:
    """Return the state after a check: a lapse opens a task, and a check without one closes it."""
    if not isinstance(event, MembershipsChecked):
        raise TypeError(type(event).__name__)
    if event.lapsed:
        return state.with_task(stamp, TaskKind.CHECK_MEMBERSHIP, HoldReason.MEMBER_LAPSED.value)
    if state.order is None or state.order.state is not OrderState.HELD:
        return state.with_tasks_closed(stamp, TaskKind.CHECK_MEMBERSHIP, outcome="members_again")
    return state
