"""The history of a stream as the API shows it: the events that its reader sees, or the state that follows from them."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from activities.adapters.postgres.reads.history import History, Sealed
from api_gateway.services.problem import Problem
from api_gateway.services.programs import programs
from api_gateway.services.shown_events import shown_event, shown_state
from domain.codec import to_plain
from domain.journal import Envelope, Kind, fold, stamp_of
from domain.payments import obligation
from domain.payments.state import new as new_obligation
from domain.relationship.any_stage import reminders
from domain.relationship.any_stage.reminders import NudgeDue
from domain.relationship.evolve import CATALOG, evolve, first_state
from domain.relationship.state import Relationship
from domain.rules.intake import TermDates
from domain.rules.program import DeadlineKind
from domain.term import decider as term
from domain.term.state import new as new_term

_FOLDS: Final = {Kind.OBLIGATION: (obligation, new_obligation), Kind.TERM: (term, new_term)}
"""Streams whose first event has everything that the fold begins with: the room, and its empty state."""


async def history_answer(
    office_time: Callable[[], Awaitable[datetime]], history: History | None, at: datetime | None = None
) -> dict[str, Any]:
    """Return what a route answers: the body of a history, for a moment that has come."""
    return history_body(history, at, now=None if at is None else await office_time())


def history_body(
    history: History | None, at: datetime | None = None, *, now: datetime | None = None
) -> dict[str, Any]:
    """Return the events of a history with the names of people in them and the time zone in which to show it.

    That of a person also has the records that its events are about.

    With ``at``, return the state at that moment; one after ``now`` is refused. 404 if there is nothing to see.
    """
    if history is None:
        raise Problem(404, "not_found")
    if at is None:
        records = {} if history.records is None else {"records": list(history.records)}
        return {"data": _entries(history), "names": dict(history.names), "zone": _zone(history), **records}
    if at.tzinfo is None:
        raise Problem(422, "time_without_offset")
    if now is not None and at > max(now, *(each.decided_at for each, _ in history.events)):
        raise Problem(422, "moment_to_come")
    return {"at": at.isoformat(), "state": state_at(history, at)}


def _zone(history: History) -> str:
    """Return the time zone of a history: its program's, else that of the association's first program."""
    rules = next((each.rules for each, _ in history.events if each.rules is not None), None)
    file = programs().get(rules.set if rules else history.program)
    own = (each for each in programs().values() if each.association == history.association)
    file = file or next(own, None)
    return file.rules.calendar.timezone if file else "UTC"


def state_at(history: History, at: datetime) -> Any:
    """Return the fold of all events that were decided by then; None before the first."""
    before = tuple(each for each in history.events if each[0].decided_at <= at)
    if not before:
        return None
    events = [envelope for envelope, _ in before]
    if events[0].kind in (Kind.PERSON, Kind.INSTALLATION):
        return to_plain(
            events[-1].body
        )  # a person's stream has commitments and no values, a grant a few facts
    then = replace(history, events=before)
    state = stream_state(then) if events[0].kind in _FOLDS else relationship_state(then)
    return shown_state(state, len(before), history.ids)


def relationship_state(history: History) -> Relationship:
    """Return the fold of a relationship's events; there is at least one."""
    assert history.course is not None  # noqa: S101 - a relationship's history always has the dates of its course
    return _folded(_Course(history.course, history.events))


class _Course:
    """The dates and the events from which a relationship follows; equal if the dates and all hashes are."""

    def __init__(self, dates: TermDates, events: tuple[Sealed, ...]) -> None:
        self.dates, self.events = dates, events
        self._key = (dates, tuple(sealed for _, sealed in events))

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Course) and self._key == other._key


@lru_cache(maxsize=256)
def _folded(course: _Course) -> Relationship:
    """Return the fold of events. They never change, and whoever opens a pair soon opens it again."""
    events = [envelope for envelope, _ in course.events]
    return fold(first_state(events[0], course.dates), events, CATALOG, evolve)


def _states(course: _Course) -> Iterator[tuple[Envelope, Relationship]]:
    """Yield each event with the state that it leads to."""
    state = first_state(course.events[0][0], course.dates)
    for envelope, _ in course.events:
        state = fold(state, (envelope,), CATALOG, evolve)
        yield envelope, state


def stages_entered(history: History) -> tuple[Relationship, Mapping[str, datetime]]:
    """Return the fold of a relationship's events, and when it entered each stage that it has reached."""
    first = history.events[0][0]
    assert history.course is not None  # noqa: S101 - a relationship's history always has the dates of its course
    state = first_state(first, history.course)
    entered = {state.stage: first.decided_at}
    for envelope, state in _states(_Course(history.course, history.events)):
        entered.setdefault(state.stage, envelope.decided_at)
    return state, entered


def last_due(history: History) -> Mapping[tuple[DeadlineKind, str], datetime]:
    """Return when each deadline that ever ran was due last, by its subject and what it is about.

    The state keeps only those that still run.
    """
    assert history.course is not None  # noqa: S101 - a relationship's history always has the dates of its course
    return _last_due(_Course(history.course, history.events))


@lru_cache(maxsize=256)
def _last_due(course: _Course) -> Mapping[tuple[DeadlineKind, str], datetime]:
    found: dict[tuple[DeadlineKind, str], datetime] = {}
    for _, state in _states(course):
        found |= {(timer.subject, timer.about): timer.due for timer in state.timers}
    return found


def needless_reminders(history: History) -> frozenset[int]:
    """Return the numbers of the reminders that were due when nobody owed anything any more: they went to nobody."""
    assert history.course is not None  # noqa: S101 - a relationship's history always has the dates of its course
    return _needless(_Course(history.course, history.events))


@lru_cache(maxsize=256)
def _needless(course: _Course) -> frozenset[int]:
    found: set[int] = set()
    for envelope, state in _states(course):
        event = CATALOG.read(envelope) if envelope.type == NudgeDue.__name__ else None
        if isinstance(event, NudgeDue) and not reminders.notices(state, event, stamp_of(envelope)):
            found.add(envelope.seq)
    return frozenset(found)


def stream_state(history: History) -> Any:
    """Return the fold of the events of money owed, or of a term in a region; there is at least one."""
    events = [envelope for envelope, _ in history.events]
    stream, new = _FOLDS[events[0].kind]
    start = new(id=events[0].stream, now=events[0].decided_at)
    return fold(start, events, stream.CATALOG, stream.evolve)


def _entries(history: History) -> list[dict[str, Any]]:
    if history.chain:
        return [{**to_plain(envelope), "hash": sealed} for envelope, sealed in history.events]
    return [shown_event(each, number, history.ids) for number, (each, _) in enumerate(history.events, 1)]
