"""Hours that lie ahead of a pair, booked or planned, and the cover reserved for them: what several rooms ask alike."""

from dataclasses import replace
from datetime import datetime

from domain import tasks
from domain.messages import Stamp
from domain.relationship.state import Relationship
from domain.tasks import TaskKind


def starts_at(state: Relationship, subject: str) -> datetime | None:
    """When the booked observation or planned meeting of that id begins; None where there is none any more."""
    found = state.observations.open(subject) or state.schedule.open(subject)
    return None if found is None else found.starts_at


def free_cover(state: Relationship, subject: str, stamp: Stamp) -> Relationship:
    """Return the state with the cover given back that was reserved for an hour that is no more."""
    todo = state.tasks
    for request in state.cover.requests:
        if request.subject == subject:
            todo = tasks.close_tasks(
                todo, stamp, TaskKind.DECIDE_COVER, subject=request.id, outcome="returned"
            )
    return replace(state, cover=state.cover.free(subject), tasks=todo)
