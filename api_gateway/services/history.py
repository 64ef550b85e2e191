"""The history of a stream as a reader gets it: its events, or its state at a moment, folded from them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from activities.adapters.postgres.reads.lists import Views
from api_gateway.services.problem import Problem
from api_gateway.services.quiet import WHOLE, Reader
from domain.codec import to_plain
from domain.journal import Envelope, Kind, fold
from domain.payments import obligation
from domain.relationship.evolve import CATALOG, evolve, first_state
from domain.relationship.state import Relationship
from domain.term import decider as term

_FOLDS: Final = {Kind.OBLIGATION: obligation, Kind.TERM: term}
"""Streams whose first event says everything that the fold begins with."""


async def history(
    views: Views, stream: str, at: datetime | None = None, reader: Reader = WHOLE
) -> dict[str, Any]:
    """Return the events of a stream as a reader gets them; with ``at`` the state at that moment."""
    events = reader.shown(await views.history(stream))
    if at is None:
        return {"data": reader.entries(events)}
    if at.tzinfo is None:
        raise Problem(422, "time_without_offset")
    return {"at": at.isoformat(), "state": await state_at(views, events, at, reader)}


async def state_at(
    views: Views, events: Sequence[tuple[Envelope, str]], at: datetime, reader: Reader = WHOLE
) -> Any:
    """Return the fold of all events that were decided by then; None before the first."""
    before = [envelope for envelope, _ in events if envelope.decided_at <= at]
    if not before:
        return None
    if (stream := _FOLDS.get(before[0].kind)) is not None:
        start = stream.new(id=before[0].stream, now=before[0].decided_at)
        return to_plain(fold(start, before, stream.CATALOG, stream.evolve))
    return to_plain(reader.state(await relationship_state(views, before), len(before)))


async def relationship_state(views: Views, events: Sequence[Envelope]) -> Relationship:
    """Return the fold of the first events of a relationship; there is at least one."""
    start = first_state(events[0], await views.course(events[0]))
    return fold(start, events, CATALOG, evolve)
