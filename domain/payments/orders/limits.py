"""Limits per human about an order: nobody is paid twice or for oneself, and nobody acts twice.

Entries come to count as one human after they acted. An order that was not sent is then held (``holds``). Money that was
sent stays sent: a task for payment staff says which limit is broken, until an answer says that they are two, the money
comes back, or the obligation is closed.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from domain.actors import Role
from domain.journal import Event
from domain.messages import Stamp
from domain.payments.facts import PaymentFacts
from domain.payments.orders.separation_of_duties import THREE_PEOPLE
from domain.payments.state import OUT, Obligation, Order
from domain.person_changes import ChangeKind, HearPersonChange, LimitBroken, LimitKept
from domain.tasks import TaskKind, close_tasks, open_task

PAID_TWICE: Final = "paid_to_one_human"
ACTED_TWICE: Final = "order_acted_on_twice"
IN_ORDER: Final = "in_order"
"""The outcome of a task whose cause is gone."""
EVENTS: tuple[type[Event], ...] = (LimitBroken, LimitKept)


def on_change(state: Obligation, change: HearPersonChange, facts: PaymentFacts | None) -> tuple[Event, ...]:
    """Return which limits are broken, or kept again, since entries count as one human or no longer do."""
    order = state.order
    if facts is None or change.kind is not ChangeKind.SAME_AS or order is None or order.state not in OUT:
        return ()
    broken: Mapping[str, bool] = {
        PAID_TWICE: bool(facts.sent_before) or mentor_of_oneself(state, facts),
        ACTED_TWICE: acted_twice(state, order, facts),
    }
    # Each is about the mentor's money, whoever acted on it.
    return tuple(
        LimitBroken(person=state.mentor, limit=limit) if now else LimitKept(person=state.mentor, limit=limit)
        for limit, now in broken.items()
        if now is not _open(state, limit)
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


def _open(state: Obligation, limit: str) -> bool:
    kind = TaskKind.CHECK_ONE_HUMAN
    return any(task.open and task.kind is kind and task.subject == limit for task in state.tasks)


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
    raise TypeError(type(event).__name__)
