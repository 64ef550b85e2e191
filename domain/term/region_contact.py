"""Check whether a region has a contact, and open a task for an administrator while it has none (MASA-3)."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain import tasks
from domain.actors import Role
from domain.journal import Event
from domain.messages import Stamp
from domain.rules.program import Rules
from domain.tasks import TaskKind
from domain.term.facts import TermFacts
from domain.term.state import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsSeen(Event):
    """Whether the region had an active contact at that moment (MASA-3), and when to check again."""

    vacant: bool
    next_at: datetime | None = None


EVENTS: tuple[type[Event], ...] = (ContactsSeen,)


def on_due(state: Term, now: datetime, rules: Rules, facts: TermFacts) -> tuple[Event, ...]:
    """Return the result of a check of the region's contact. Every deadline checks it, and records a change."""
    rule, calendar = rules.region_contact, rules.calendar
    vacant = not facts.contacts
    due = state.look_at is not None and state.look_at <= now
    if rule is None or not (due or vacant != state.vacant):
        return ()
    next_at = None
    if vacant:
        next_at = calendar.after(calendar.local_date(now), rule.look_days)
    elif facts.contacts_until is not None:
        next_at = calendar.after(facts.contacts_until, 1)
    return (ContactsSeen(vacant=vacant, next_at=next_at),)


def evolve(state: Term, event: Event, stamp: Stamp) -> Term:
    """Return the state after a check: a vacancy is a task of an administrator until a contact is named."""
    if not isinstance(event, ContactsSeen):
        raise TypeError(type(event).__name__)
    kind = TaskKind.NAME_CONTACT
    if event.vacant:
        why = ("no_active_contact",)
        todo = tasks.open_task(state.tasks, state.id, stamp, kind, role=Role.ADMIN, why=why)
    else:
        todo = tasks.close_tasks(state.tasks, stamp, kind, outcome="named")
    return replace(state, vacant=event.vacant, look_at=event.next_at, tasks=todo)
