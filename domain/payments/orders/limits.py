"""Limits per human about an order: nobody is paid twice or for oneself, and nobody acts twice.

Entries come to count as one human after they acted. An order that was not sent is then held (``holds``). Money that was
sent stays sent: a task for payment staff says which limit is broken, until an answer says that they are two, the money
comes back, the obligation is closed, or payment staff have looked at it and say what they found.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from domain.actors import Role
from domain.errors import demand
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.payments.facts import PaymentFacts
from domain.payments.orders.separation_of_duties import (
    THREE_PEOPLE,
    demand_did_not_act_twice,
    demand_no_contact,
)
from domain.payments.state import OUT, Obligation, Order
from domain.person_changes import (
    IN_ORDER,
    LOOKED_AT,
    ChangeKind,
    HearPersonChange,
    LimitBroken,
    LimitKept,
)
from domain.tasks import TaskKind, close_tasks, open_task


class Limit(StrEnum):
    """A limit per human about money; each has a task of its own."""

    PAID_TWICE = "paid_to_one_human"
    ACTED_TWICE = "order_acted_on_twice"


class LimitFinding(StrEnum):
    """What payment staff found when they looked at a limit that is broken."""

    NOTHING_TO_CHANGE = "nothing_to_change"
    ASKED_BACK = "money_asked_back"
    EXCEPTION = "allowed_as_an_exception"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleLimit(Command):
    """Payment staff have looked at a limit that money which was sent breaks; ``reason`` says what they found."""

    roles: ClassVar = (Role.PAYMENT_STAFF,)
    by: ClassVar = By.STAFF
    needs_facts: ClassVar = True

    limit: Limit
    reason: LimitFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSettled(Event):
    """A limit about ``person`` that is broken was looked at. Nothing changes about the money."""

    person: str
    limit: Limit
    reason: LimitFinding


COMMANDS: tuple[type[Command], ...] = (SettleLimit,)
EVENTS: tuple[type[Event], ...] = (LimitBroken, LimitKept, LimitSettled)


def decide(state: Obligation, command: Command, facts: PaymentFacts | None) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``. Empty if facts are needed and missing."""
    if not isinstance(command, SettleLimit):
        raise TypeError(type(command).__name__)
    demand(_open(state, command.limit), "no_limit_to_look_at", field="limit")
    if facts is None:
        return ()
    demand_no_contact(facts, command.actor)
    if state.order is not None:
        demand_did_not_act_twice(state, state.order, command.actor, facts)
    return (LimitSettled(person=state.mentor, limit=command.limit, reason=command.reason),)


def on_change(state: Obligation, change: HearPersonChange, facts: PaymentFacts | None) -> tuple[Event, ...]:
    """Return which limits are broken, or kept again, since entries count as one human or no longer do."""
    order = state.order
    if facts is None or change.kind is not ChangeKind.SAME_AS or order is None or order.state not in OUT:
        return ()
    broken: Mapping[Limit, bool] = {
        Limit.PAID_TWICE: bool(facts.sent_before) or mentor_of_oneself(state, facts),
        Limit.ACTED_TWICE: acted_twice(state, order, facts),
    }
    # Each is about the mentor's money, whoever acted on it.
    about = state.mentor
    return tuple(
        LimitBroken(person=about, limit=limit.value) if now else LimitKept(person=about, limit=limit.value)
        for limit, now in broken.items()
        if now is not _open(state, limit) and not (now and _looked_at(state, limit, order))
    )


def breaks_limit(state: Obligation, facts: PaymentFacts) -> bool:
    """Return whether a human would be paid twice: for the same elsewhere, or as mentor of oneself."""
    return bool(facts.elsewhere) or mentor_of_oneself(state, facts)


def mentor_of_oneself(state: Obligation, facts: PaymentFacts) -> bool:
    """Return whether the mentor and a mentee count as one human."""
    return any(facts.one_human(state.mentor, claim.mentee) for claim in state.live_claims if claim.mentee)


def acted_twice(state: Obligation, order: Order, facts: PaymentFacts) -> bool:
    """Return whether two who must be kept apart count as one human: two who acted, or one of them and the pair."""
    kept_apart = (
        (order.maker, order.approver),
        (order.approver, order.sender),
        (order.maker, order.confirmer),
        (order.sender, order.confirmer),
    )
    acted = (order.maker, order.approver, order.sender, order.confirmer)
    pairs = (*kept_apart, *((one, member) for one in acted for member in state.members))
    if any(facts.one_human(one, other) for one, other in pairs if one and other):
        return True
    # Who has acted here already, under earlier rules, is no news: only entries that were two can come to be one.
    last = state.came_back
    since = ((order.maker, order.sender), (order.approver, last.confirmer if last else ""))
    asked = state.engine >= THREE_PEOPLE
    return asked and any(
        facts.one_human(one, other) for one, other in since if one and other and one != other
    )


def _open(state: Obligation, limit: Limit) -> bool:
    kind = TaskKind.CHECK_ONE_HUMAN
    return any(task.open and task.kind is kind and task.subject == limit.value for task in state.tasks)


def _looked_at(state: Obligation, limit: Limit, order: Order) -> bool:
    """Return whether payment staff have looked at a limit since this order was sent: it is not asked about again."""
    return any(
        task.subject == limit.value
        and task.outcome == LOOKED_AT
        and order.sent_at is not None
        and task.opened_at >= order.sent_at
        for task in state.tasks
        if task.kind is TaskKind.CHECK_ONE_HUMAN
    )


def evolve(state: Obligation, event: Event, stamp: Stamp) -> Obligation:
    """Return the state after an event: each limit has a task of its own."""
    kind = TaskKind.CHECK_ONE_HUMAN
    match event:
        case LimitBroken():
            why, role = (event.limit,), Role.PAYMENT_STAFF
            todo = open_task(state.tasks, state.id, stamp, kind, role=role, why=why, subject=event.limit)
            return replace(state, tasks=todo)
        case LimitKept():
            todo = close_tasks(state.tasks, stamp, kind, subject=event.limit, outcome=IN_ORDER)
            return replace(state, tasks=todo)
        case LimitSettled():
            todo = close_tasks(state.tasks, stamp, kind, subject=event.limit.value, outcome=LOOKED_AT)
            return replace(state, tasks=todo)
    raise TypeError(type(event).__name__)
