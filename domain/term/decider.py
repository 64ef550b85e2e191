"""A term in one region: what belongs to no single relationship (NEA-52, ESE-13, MASA-3, -23, ESE-1, -18).

This module passes a command, an event or a deadline to the file of its noun.

One stream (kind T) for each program, term and region keeps monthly records, log checks, surveys of the region and
whether it has a contact. ``decide``, ``evolve``, ``next_due``, ``overdue``, ``question`` and ``effects`` have the same
shape as those of a relationship. But only the database knows who owes something, so ``overdue`` needs facts, too, and
``due_question`` asks for them. The events of a deadline record which facts it used.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from domain.actors import demand_role
from domain.errors import demand
from domain.failed_notices import (
    HearNotice,
    HearReachable,
    NoticeFailed,
    NoticeOvertaken,
    ReachableAgain,
    heard,
    reachable,
    with_task,
    without_task,
)
from domain.journal import Catalog, Event
from domain.messages import Command, Stamp
from domain.rules.program import Rules
from domain.settled_tasks import SettleTask, TaskSettled, settled, without_settled
from domain.term import (
    closing,
    log_checks,
    monthly_records,
    opening,
    region_contact,
    region_surveys,
    reminders,
    staff_acts,
)
from domain.term.duties import Matter
from domain.term.facts import TermFacts, TermQuestion
from domain.term.opening import OpenTerm
from domain.term.state import Term, new, next_due

COMMANDS: tuple[type[Command], ...] = (
    *opening.COMMANDS,
    *monthly_records.COMMANDS,
    *log_checks.COMMANDS,
    *region_surveys.COMMANDS,
    *staff_acts.COMMANDS,
    HearNotice,
    HearReachable,
    SettleTask,
)
EVENTS: tuple[type[Event], ...] = (
    *opening.EVENTS,
    *reminders.EVENTS,
    *monthly_records.EVENTS,
    *log_checks.EVENTS,
    *region_surveys.EVENTS,
    *region_contact.EVENTS,
    *closing.EVENTS,
    *staff_acts.EVENTS,
    NoticeFailed,
    NoticeOvertaken,
    ReachableAgain,
    TaskSettled,
)
CATALOG = Catalog(*EVENTS)
Decide = Callable[[Term, Command, datetime, Rules, TermFacts | None], tuple[Event, ...]]
_DECIDE: dict[type[Command], Decide] = {
    **dict.fromkeys(opening.COMMANDS, opening.decide),
    **dict.fromkeys(monthly_records.COMMANDS, monthly_records.decide),
    **dict.fromkeys(log_checks.COMMANDS, log_checks.decide),
    **dict.fromkeys(region_surveys.COMMANDS, region_surveys.decide),
    **dict.fromkeys(staff_acts.COMMANDS, staff_acts.decide),
}
_EVOLVE: dict[type[Event], Callable[[Term, Event, Stamp], Term]] = {
    **dict.fromkeys(opening.EVENTS, opening.evolve),
    **dict.fromkeys(reminders.EVENTS, reminders.evolve),
    **dict.fromkeys(monthly_records.EVENTS, monthly_records.evolve),
    **dict.fromkeys(log_checks.EVENTS, log_checks.evolve),
    **dict.fromkeys(region_surveys.EVENTS, region_surveys.evolve),
    **dict.fromkeys(region_contact.EVENTS, region_contact.evolve),
    **dict.fromkeys(closing.EVENTS, closing.evolve),
    **dict.fromkeys(staff_acts.EVENTS, staff_acts.evolve),
}


def question(state: Term, command: Command, now: datetime, rules: Rules) -> TermQuestion | None:
    """Return what to look up before a command can be decided, or None."""
    if not command.needs_facts or state.applied_seq == 0:
        return None
    zone = rules.calendar.timezone
    return TermQuestion(
        as_of=now, zone=zone, term=state.term, region=state.region, person=command.actor.person
    )


def due_question(state: Term, now: datetime, rules: Rules) -> TermQuestion:
    """Return what to look up for the deadlines that ``now`` has passed."""
    months = tuple(duty.key for duty in state.duties_due(now) if duty.matter is Matter.MONTHLY_RECORD)
    zone = rules.calendar.timezone
    return TermQuestion(as_of=now, zone=zone, term=state.term, region=state.region, months=months)


def decide(
    state: Term, command: Command, now: datetime, rules: Rules, facts: TermFacts | None = None
) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``.

    Commands that need facts may be passed without them. Then what can be refused is refused, and an empty tuple means
    that the rest depends on facts.
    """
    demand(not state.ended, "term_ended")
    if command.actor.acting_for is None:
        demand_role(command.actor, *command.roles)
    else:
        staff_acts.demand_staff(state, command, rules)
    demand(state.applied_seq > 0 or isinstance(command, OpenTerm), "not_open")
    if isinstance(command, HearNotice):
        return (heard(command),)
    if isinstance(command, HearReachable):
        return reachable(state.tasks, command)
    if isinstance(command, SettleTask):
        return (settled(state.tasks, command, state.region),)
    events = _DECIDE[type(command)](state, command, now, rules, facts)
    return (*events, *staff_acts.acted(command, events, now, rules))


def evolve(state: Term, event: Event, stamp: Stamp) -> Term:
    """Return the state after one event. Workflow, projection check and auditor all use this function."""
    if isinstance(event, NoticeFailed):
        after = replace(state, tasks=with_task(state.tasks, state.id, event, stamp))
    elif isinstance(event, NoticeOvertaken):
        after = state
    elif isinstance(event, ReachableAgain):
        after = replace(state, tasks=without_task(state.tasks, event, stamp))
    elif isinstance(event, TaskSettled):
        after = replace(state, tasks=without_settled(state.tasks, event, stamp))
    else:
        after = _EVOLVE[type(event)](state, event, stamp)
    return replace(after, applied_seq=stamp.seq)


def overdue(state: Term, now: datetime, rules: Rules, facts: TermFacts) -> tuple[Event, ...]:
    """Return the events of deadlines that ``now`` has passed; after them ``next_due`` is later than ``now``."""
    due = next_due(state)
    if due is None or due > now:
        return ()
    if end := closing.on_due(state, now):
        return end
    standing = staff_acts.on_due(state, now)
    settled = [event.key for event in standing if isinstance(event, reminders.DutySettled)]
    steps = reminders.on_due(state, now, rules, facts)
    steps = tuple(each for each in steps if getattr(each, "key", "") not in settled)
    return (*standing, *steps, *region_contact.on_due(state, now, rules, facts))


__all__ = [
    "CATALOG",
    "COMMANDS",
    "EVENTS",
    "Term",
    "decide",
    "due_question",
    "evolve",
    "new",
    "next_due",
    "overdue",
    "question",
]
