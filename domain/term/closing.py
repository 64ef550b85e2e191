"""Close a term in a region: nothing is accepted after it, and every duty and task is over."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain import tasks
from domain.journal import Event
from domain.messages import Stamp
from domain.term.duties import settle
from domain.term.state import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class TermClosed(Event):
    """The term is closed and accepts nothing more."""


EVENTS: tuple[type[Event], ...] = (TermClosed,)


def on_due(state: Term, now: datetime) -> tuple[Event, ...]:
    """Return the end of a term that accepted late submissions for long enough."""
    return (TermClosed(),) if now >= state.closes_at else ()


def evolve(state: Term, event: Event, stamp: Stamp) -> Term:
    """Return the state after the event."""
    if not isinstance(event, TermClosed):
        raise TypeError(type(event).__name__)
    duties = tuple(
        duty if duty.settled else settle(duty, "missing" if duty.opened or duty.done else "nothing_owed")
        for duty in state.duties
    )
    done = tasks.close_tasks(state.tasks, stamp, outcome="term_closed")
    return replace(state, ended_at=stamp.at, look_at=None, duties=duties, tasks=done)
