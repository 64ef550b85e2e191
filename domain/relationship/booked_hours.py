"""A pair's booked and planned hours that are still to come, and the cover reserved for them; several rooms use it."""

from dataclasses import replace
from datetime import datetime

from domain import tasks
from domain.messages import Stamp
from domain.relationship.state import Relationship
from domain.tasks import TaskKind


def starts_at(state: Relationship, subject: str) -> datetime | None:
    """Return when the booked observation or planned meeting with that id begins; None if no open one has that id."""
    found = state.observations.open(subject) or state.schedule.open(subject)
    return None if found is None else found.starts_at


def free_cover(state: Relationship, subject: str, stamp: Stamp) -> Relationship:
    """Return the state after giving back the cover reserved for a moved, canceled or withdrawn hour."""
    todo = state.tasks
    for request in state.cover.requests:
        if request.subject == subject:
            todo = tasks.close_tasks(
                todo, stamp, TaskKind.DECIDE_COVER, subject=request.id, outcome="returned"
            )
    return replace(state, cover=state.cover.free(subject), tasks=todo)
