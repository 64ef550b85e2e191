"""Decisions on commands and deadlines: each goes to the room that it belongs to.

This module has what applies to every room: which commands are accepted after the end, before the opening and during a
pause, and what is due next. It has no rules of a stage.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from domain.actors import TIMER, Role, demand_role
from domain.errors import demand
from domain.journal import Event
from domain.messages import Command
from domain.person_changes import HearPersonChange
from domain.relationship.any_stage import reminders, staff_acts
from domain.relationship.deadlines import Timer, earliest
from domain.relationship.evolve import fold
from domain.relationship.facts import COMPARES_HUMANS, Facts, Question
from domain.relationship.followers import with_followers
from domain.relationship.person_change import PersonChangeHeard
from domain.relationship.room import OnDue
from domain.relationship.rooms import ROOM_OF_COMMAND, ROOMS
from domain.relationship.stages.application.opening import OpenRelationship
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind, Rules

ON_DUE: Final[Mapping[DeadlineKind, OnDue]] = {
    subject: function for room in ROOMS for subject, function in room.on_due.items()
}
"""What happens when a deadline fires, by its subject; all others climb their ladder."""
_DURING_PAUSE: Final = (DeadlineKind.PAUSE, DeadlineKind.LOOK_AGAIN)


def question(state: Relationship, command: Command, now: datetime, rules: Rules) -> Question | None:
    """Return what to look up before a command can be decided, or None."""
    if not command.needs_facts:
        return None
    general = Question(
        as_of=now,
        zone=rules.calendar.timezone,
        relationship=state.id,
        program=state.program,
        term=state.term,
        region=state.region,
        mentee=state.mentee,
        compared=(command.actor.id,) if state.engine >= COMPARES_HUMANS else None,
    )
    return ROOM_OF_COMMAND[type(command)].question(state, command, general)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None = None
) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation`` with a stable code.

    A command that needs facts may be decided without them: what can be refused without a lookup is refused, and an
    empty tuple means that the rest depends on the facts.
    """
    last = command.after_end and not state.closed
    demand(not state.ended or last, "relationship_ended")
    first = isinstance(command, OpenRelationship)
    demand(first == (state.applied_seq == 0), "already_open" if first else "not_open")
    if command.actor.acting_for is None:
        demand_role(command.actor, *command.roles)
    else:
        staff_acts.demand_staff(state, command, rules)
    by_system = command.actor.role is Role.SYSTEM
    demand(state.pause is None or by_system or command.while_paused, "relationship_paused")
    events = ROOM_OF_COMMAND[type(command)].decide(state, command, now, rules, facts)
    if isinstance(command, HearPersonChange) and facts is not None:
        events = _after_change(state, command, now, rules, facts)
    events = (*events, *staff_acts.acted(state, command, events, now, rules))
    return with_followers(state, events, now, rules, command.actor)


def _after_change(
    state: Relationship, change: HearPersonChange, now: datetime, rules: Rules, facts: Facts
) -> tuple[Event, ...]:
    """Return what the rooms do after a change about a person, in their order; nothing if it concerns none of them."""
    follows = tuple(event for room in ROOMS for event in room.on_change(state, change, now, rules, facts))
    heard = PersonChangeHeard(person=change.person, kind=change.kind, day=change.day)
    return (heard, *follows) if follows else ()


def next_timer(state: Relationship) -> Timer | None:
    """Return the timer that fires next; during a pause, only the pause's own timer and those of the staff count."""
    running = state.timers
    if state.pause is not None:
        running = tuple(timer for timer in running if timer.subject in _DURING_PAUSE)
    return earliest(running)


def next_due(state: Relationship) -> datetime | None:
    """Return the instant when the next deadline fires; None if no timer is running."""
    timer = next_timer(state)
    return timer.next_at if timer else None


def overdue(state: Relationship, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Return the reminders, escalations and ends that are due by ``now``; after them ``next_due`` is later."""
    events: tuple[Event, ...] = ()
    after = state
    while (timer := next_timer(after)) is not None and timer.next_at <= now:
        due = ON_DUE.get(timer.subject, reminders.on_due)(after, timer, now, rules)
        due = with_followers(after, due, now, rules, TIMER)
        after = fold(after, due, now, TIMER)
        events = (*events, *due)
    return events
