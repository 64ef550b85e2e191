"""The fold: the state after an event, as the event's own room computes it.

The workflow, the projection check and the auditor use the same function.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from domain.actors import Actor
from domain.journal import Catalog, Envelope, Event
from domain.messages import Stamp
from domain.relationship.invitation import COUNTS_CHANGES
from domain.relationship.next_meeting import next_appointment, of_office_alone
from domain.relationship.rooms import EVENTS, ROOM_OF_EVENT
from domain.relationship.state import Relationship, new
from domain.rules.intake import TermDates

CATALOG = Catalog(*EVENTS)


def first_state(first: Envelope, term_dates: TermDates) -> Relationship:
    """Return the empty state for a first recorded event, which names the term but not its dates."""
    return new(
        id=first.stream,
        mentee=first.body["mentee"],
        program=first.body["program"],
        term=first.body["term"],
        term_dates=term_dates,
        region=first.body["region"],
        now=first.decided_at,
    )


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after one event. A way of deciding that the event names is that of the state from there on."""
    if stamp.engine is not None and stamp.engine > state.engine:
        state = replace(state, engine=stamp.engine)
    after = ROOM_OF_EVENT[type(event)].evolve(state, event, stamp)
    since = stamp.at if after.stage != state.stage else state.stage_since
    opened = stamp.at if stamp.seq == 1 else state.opened_at
    told = not of_office_alone(state, after)
    moves = told or state.engine < COUNTS_CHANGES
    return replace(
        after,
        applied_seq=stamp.seq,
        stage_since=since,
        opened_at=opened,
        told_at=stamp.at if told else state.told_at,
        appointment=next_appointment(state, after, stamp) if moves else state.appointment,
    )


def fold(state: Relationship, events: Iterable[Event], now: datetime, actor: Actor) -> Relationship:
    """Return the state after events that were decided together."""
    for event in events:
        state = evolve(state, event, Stamp(seq=state.applied_seq + 1, at=now, actor=actor))
    return state
