"""While no mentor is proposed, the applicant is told from time to time that the search goes on.

The program says after how many weeks, and how often from then on. A proposal ends it; if that is declined, it begins
again.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.journal import Event
from domain.messages import Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, drop, put, still_looking
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind, Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchGoesOn(Event):
    """The applicant has waited so long that the office says: we are still looking. ``timers`` is for the next time."""

    timers: tuple[Timer, ...] = ()


EVENTS: tuple[type[Event], ...] = (SearchGoesOn,)


def _on_due(state: Relationship, timer: Timer, now: datetime, rules: Rules) -> tuple[Event, ...]:
    return (SearchGoesOn(timers=still_looking(rules, now)),)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case SearchGoesOn():
            return replace(state, timers=put(drop(state.timers, DeadlineKind.STILL_LOOKING), *event.timers))
    raise TypeError(type(event).__name__)


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case SearchGoesOn():
            return notice_to.mentee(state, stamp, NoticeKind.STILL_LOOKING)
    return ()


ROOM = Room(events=EVENTS, evolve=evolve, notices=notices, on_due={DeadlineKind.STILL_LOOKING: _on_due})
