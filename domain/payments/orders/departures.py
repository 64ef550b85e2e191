"""The mentor or a mentee of the money has left or died: an order that was not sent is held until an approver decides.

The money may still be owed, so nothing is refused and nothing ends. A task for each such person says who it is; it
ends when the hold is lifted, when the order is denied, or when the day turns out to be a mistake. Whoever was decided
about is not asked about again. Runs before engine 4 have no such fact.
"""

from dataclasses import dataclass

from domain.journal import Event
from domain.messages import Stamp
from domain.payments.facts import PaymentFacts
from domain.payments.orders.holds import HOLDABLE, LIFTED, HoldReason, OrderHeld
from domain.payments.orders.memberships import hold_if_lapsed
from domain.payments.state import OUT, Obligation
from domain.person_changes import IN_ORDER, ChangeKind, HearPersonChange
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonGone(Event):
    """The mentor or a mentee of the money has left or died."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonNotGone(Event):
    """The day on which a person left or died was a mistake."""

    person: str


EVENTS: tuple[type[Event], ...] = (PersonGone, PersonNotGone)


def on_change(state: Obligation, change: HearPersonChange, facts: PaymentFacts | None) -> tuple[Event, ...]:
    """Return what follows when somebody of the money has left or died, or is back; nothing once the money was sent."""
    order = state.order
    over = state.state not in ("accrued", "due") or (order is not None and order.state in OUT)
    if facts is None or facts.gone is None or over or change.person not in state.members:
        return ()
    if change.kind is ChangeKind.BACK:
        known = change.person in _open(state) and change.person not in facts.gone
        return (PersonNotGone(person=change.person),) if known else ()
    if change.kind is not ChangeKind.LEFT or _known(state, change.person):
        return ()
    gone = PersonGone(person=change.person)
    waits = order is not None and order.state in HOLDABLE
    return (gone, _held(order.id)) if order is not None and waits else (gone,)


def held_by_facts(state: Obligation, order: str, facts: PaymentFacts) -> tuple[Event, ...]:
    """Return the hold that a lapsed membership or a departure puts on an order, with who is gone; empty without one."""
    still = _open(state)
    gone = [each for each in state.members if each in still or _gone(state, each, facts)]
    news = tuple(PersonGone(person=each) for each in gone if each not in still)
    lapsed = hold_if_lapsed(state, order, facts)
    if lapsed:
        return (*news, lapsed)
    return (*news, _held(order)) if gone else ()


def _held(order: str) -> OrderHeld:
    return OrderHeld(order=order, reason=HoldReason.PERSON_GONE)


def _gone(state: Obligation, person: str, facts: PaymentFacts) -> bool:
    return person in (facts.gone or ()) and not _known(state, person)


def _known(state: Obligation, person: str) -> bool:
    """Return whether a task about a departure is open, or an approver has decided about it by lifting a hold."""
    about = [task for task in state.tasks if task.kind is TaskKind.CHECK_DEPARTURE and task.subject == person]
    return person in _open(state) or (
        bool(about) and about[-1].outcome == LIFTED and _says_gone(about[-1].why)
    )


def _open(state: Obligation) -> tuple[str, ...]:
    """Return the people of whom an open task says that they are gone."""
    kind = TaskKind.CHECK_DEPARTURE
    return tuple(
        task.subject for task in state.tasks if task.open and task.kind is kind and _says_gone(task.why)
    )


def _says_gone(why: tuple[str, ...]) -> bool:
    return HoldReason.PERSON_GONE.value in why


def evolve(state: Obligation, event: Event, stamp: Stamp) -> Obligation:
    """Return the state after an event: each person who is gone has a task, and a hold has one until it is lifted."""
    kind = TaskKind.CHECK_DEPARTURE
    match event:
        case PersonGone():
            after = state.with_tasks_closed(stamp, kind, subject=event.person, outcome="superseded")
            return after.with_task(stamp, kind, HoldReason.PERSON_GONE.value, subject=event.person)
        case PersonNotGone():
            return state.without_departure(stamp, event.person, outcome=IN_ORDER)
    raise TypeError(type(event).__name__)
