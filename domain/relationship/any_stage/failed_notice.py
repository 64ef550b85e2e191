"""In any stage: a notice did not arrive, and a coordinator must correct an address; then it goes out again.

One that was not sent, because it no longer holds, stands on record and asks nothing of anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from domain import tasks
from domain.actors import Side
from domain.failed_notices import (
    CORRECTED,
    GONE,
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
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.notices import NoticeKind, Outcome
from domain.person_changes import ChangeKind, HearPersonChange
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.parts.failed_notices import RefusedNotice
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import Rules
from domain.tasks import TaskKind

_PASSING = (
    NoticeKind.STILL_LOOKING,
    NoticeKind.REMINDER,
    NoticeKind.TASK_FOR_REGION,
    NoticeKind.MATCH_CALLED_OFF,
    NoticeKind.MEETING_TO_CONFIRM,
    NoticeKind.MEETING_DISPUTED,
    NoticeKind.MEETING_CORRECTED,
    NoticeKind.CORRECTION_PROPOSED,
    NoticeKind.MEETING_WITHDRAWN,
    NoticeKind.OBSERVATION_CHANGED,
    NoticeKind.RELATIONSHIP_RESUMED,
)
"""Notices that say nothing any more some days later; the next of their kind says what is then to be said."""
ASKS_AGAIN: Final = 7
"""From this engine on, who was not reached is asked about a meeting again while it waits for the answer (C17)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressCorrected(Event):
    """A person's address was corrected. ``again`` are the refused notices that still matter: they go out again."""

    person: str
    again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderBack(Event):
    """A person has not left after all. ``again`` are the notices not sent meanwhile that still matter: they go out."""

    person: str
    again: tuple[str, ...] = ()


COMMANDS: tuple[type[Command], ...] = (HearNotice, HearReachable)
EVENTS: tuple[type[Event], ...] = (
    NoticeFailed,
    NoticeOvertaken,
    AddressCorrected,
    ReaderBack,
    ReachableAgain,
)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room."""
    match command:
        case HearNotice():
            return (heard(command),)
        case HearReachable():
            return reachable(state.tasks, command)
    raise TypeError(type(command).__name__)


def on_change(
    state: Relationship, change: HearPersonChange, now: datetime, rules: Rules, facts: Facts
) -> tuple[Event, ...]:
    """Return that an address or a day of leaving was corrected, with the notices to that person that still matter."""
    event = _CORRECTED.get(change.kind)
    gone = change.kind is ChangeKind.BACK
    refused = tuple(each for each in state.refused_notices if _kept_for(each, change.person, gone=gone))
    if event is None or not refused:
        return ()
    again = tuple(each.notice for each in refused if _matters(state, each))
    return (event(person=change.person, again=again),)


_CORRECTED: Final[Mapping[ChangeKind, type[AddressCorrected | ReaderBack]]] = {
    ChangeKind.ADDRESS: AddressCorrected,
    ChangeKind.BACK: ReaderBack,
}


def _kept_for(refused: RefusedNotice, person: str, *, gone: bool) -> bool:
    """Return whether a notice waits for this correction about a person: of the address, or of the day of leaving."""
    return refused.person == person and bool(refused.gone) is gone


def _waits_for(state: Relationship, person: str) -> bool:
    """Return whether a log still waits for somebody's answer."""
    by = next((side for side in Side if state.person_of(side) == person), None)
    said = ((met, met.proposed.by if met.proposed else met.logged_by) for met in state.meetings.log)
    return by is not None and any(met.unanswered and who is not by for met, who in said)


def _matters(state: Relationship, refused: RefusedNotice) -> bool:
    """Return whether a notice still says something that is true and that the person should know."""
    match refused.kind:
        case NoticeKind.MEETING_TO_CONFIRM if state.engine >= ASKS_AGAIN:
            return _waits_for(state, refused.person)
        case kind if kind in _PASSING:
            return False
        case NoticeKind.APPLICATION_RECEIVED:
            return not state.application.accepted
        case NoticeKind.MATCH_PROPOSED:
            proposal = state.open_proposal
            return proposal is not None and proposal.mentor == refused.person
        case NoticeKind.AGREEMENT_NEXT | NoticeKind.AGREEMENT_TO_SIGN:
            return state.stage == "agreement" or state.agreement.draft is not None
        case NoticeKind.MEETING_PLANNED | NoticeKind.MEETING_MOVED:
            return state.appointment is not None and refused == _last_plan(state, refused.person)
        case NoticeKind.SURVEY_OPEN:
            return state.stage == "survey" and refused.person not in map(
                state.person_of, state.survey.answered
            )
        case NoticeKind.FORMS_ASKED:
            return bool(state.owed)
        case NoticeKind.RELATIONSHIP_PAUSED:
            return state.pause is not None
        case NoticeKind.COMPLAINT_RECEIVED:
            cases = (case for case in state.complaints if case.opened_by == refused.person)
            return any(case.closed_at is None for case in cases)
    return True


def _last_plan(state: Relationship, person: str) -> RefusedNotice | None:
    """Return the last refused invitation of a person: an earlier one names an old hour."""
    plans = (NoticeKind.MEETING_PLANNED, NoticeKind.MEETING_MOVED)
    of_person = (each for each in state.refused_notices if each.person == person and each.kind in plans)
    return next(reversed(tuple(of_person)), None)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case NoticeFailed():
            after = replace(state, tasks=with_task(state.tasks, state.id, event, stamp))
            gone = event.code == GONE or None
            if event.outcome is not Outcome.REFUSED or not event.person or (gone and event.kind in _PASSING):
                return after
            refused = RefusedNotice(notice=event.notice, kind=event.kind, person=event.person, gone=gone)
            return replace(after, refused_notices=(*after.refused_notices, refused))
        case NoticeOvertaken():
            return state
        case ReaderBack():
            return replace(state, refused_notices=_without(state, event.person, gone=True))
        case AddressCorrected():
            kept = _without(state, event.person, gone=False)
            done = TaskKind.FIX_ADDRESS
            todo = tasks.close_tasks(state.tasks, stamp, done, subject=event.person, outcome=CORRECTED)
            return replace(state, refused_notices=kept, tasks=todo)
        case ReachableAgain():
            return replace(state, tasks=without_task(state.tasks, event, stamp))
    raise TypeError(type(event).__name__)


def _without(state: Relationship, person: str, *, gone: bool) -> tuple[RefusedNotice, ...]:
    return tuple(each for each in state.refused_notices if not _kept_for(each, person, gone=gone))


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(NoticeFailed, HearNotice),
    FirstEvent(
        NoticeOvertaken,
        HearNotice,
        lambda decision: {"outcome": Outcome.OVERTAKEN, "code": decision.first.why.value},
    ),
    FirstEvent(ReachableAgain, HearReachable),
)
ROOM = Room(
    commands=COMMANDS,
    events=EVENTS,
    first_events=FIRST_EVENTS,
    decide=decide,
    evolve=evolve,
    on_change=on_change,
)
