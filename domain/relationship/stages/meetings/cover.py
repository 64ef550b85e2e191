"""Cover in stage meetings: minutes of a substitute, of which each pair has an allowance of its own (ESE-15, -16).

A request reserves minutes for a booked observation or a planned meeting; a coordinator who is not one of the pair
approves or refuses it; unused minutes go back. The allowance never falls below zero.

If the program counts the cost, an approval holds it in whole cents: the minutes at the hourly rate, for each request
separately; half a cent or more is rounded up. When fewer minutes are used, the cost is that of the minutes used.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Final

from domain import tasks
from domain.actors import Role
from domain.codec import instant_text
from domain.errors import demand, required
from domain.ids import derive
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import booked_hours, notice_to
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.parts.cover import CoverRequest, cost_of
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCover(Command):
    """Either side asks for a substitute during a booked observation or a planned meeting, named by its id."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN
    example: ClassVar = {"minutes": 45}

    subject: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideCover(Command):
    """A coordinator of the region who is not one of the pair approves a request, or refuses it with a reason code."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    example: ClassVar = {"approve": False, "reason": "@cover.refusal_reasons"}

    request: str
    approve: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCover(Command):
    """Either side or the coordinator says how many of the approved minutes were used; the rest goes back."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    by: ClassVar = By.OWN
    example: ClassVar = {"minutes": 45}

    request: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBackCover(Command):
    """Either side or the coordinator gives back all minutes of a request."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    by: ClassVar = By.OWN

    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverAllotted(Event):
    """The pair may use this many minutes of cover."""

    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverRequested(Event):
    """Minutes are reserved until a coordinator decides. ``by`` is a side."""

    request: str
    subject: str
    minutes: int
    starts_at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverDecided(Event):
    """A coordinator approved or refused a request; a refusal has a reason code, an approval the rate and the cost.

    Rate and cost are in cents; both are None if the program counts no cost.
    """

    request: str
    approved: bool
    reason: str = ""
    cents_per_hour: int | None = None
    cost: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverUsed(Event):
    """So many of the approved minutes were used."""

    request: str
    minutes: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverGivenBack(Event):
    """All minutes of a request are free again."""

    request: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverFellAway(Event):
    """Cover that a coordinator had approved is not needed: its hour, which was still to come, is no more."""

    request: str


COMMANDS: tuple[type[Command], ...] = (RequestCover, DecideCover, UseCover, GiveBackCover)
EVENTS: tuple[type[Event], ...] = (
    CoverAllotted,
    CoverRequested,
    CoverDecided,
    CoverUsed,
    CoverGivenBack,
    CoverFellAway,
)


NAMES_HOUR: Final = 4
"""From this engine on, an email about cover names the hour it is for, so that it is not sent once that was moved."""
TELLS_STAFF: Final = 5
"""From this engine on, staff are told of approved cover that falls away, so that nobody comes to stand in."""


def allowance(rules: Rules) -> tuple[Event, ...]:
    """Return the allowance that begins with the agreement."""
    minutes = rules.cover.minutes_per_pair
    return (CoverAllotted(minutes=minutes),) if minutes else ()


def fallen_away(before: Relationship, after: Relationship, now: datetime) -> tuple[Event, ...]:
    """Return the approved cover that a decision made needless: given back, its hour moved or canceled, or the end."""
    if after.engine < TELLS_STAFF:
        return ()
    over = after.ended and not before.ended
    held = {each.id for each in after.cover.requests if each.status == "approved" and not over}
    return tuple(
        CoverFellAway(request=each.id)
        for each in before.cover.requests
        if each.status == "approved" and each.id not in held and each.starts_at > now
    )


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    by = state.seat_of(command.actor)
    match command:
        case RequestCover():
            return (_request(state, command, by, now),)
        case DecideCover():
            state.demand_outside_coordinator(command.actor)
            found = _find(state, command.request)
            demand(found.status == "asked", "cover_already_decided", field="request")
            if command.approve:
                demand(not command.reason, "no_reason_needed", field="reason")
            else:
                known = command.reason in rules.cover.refusal_reasons
                demand(known, "unknown_reason", field="reason")
            return (_decide(found, command, rules),)
        case UseCover():
            found = _find(state, command.request)
            demand(found.status == "approved", "cover_not_approved", field="request")
            demand(found.starts_at <= now, "cover_not_begun", field="request")
            demand(1 <= command.minutes <= found.minutes, "minutes_out_of_range", field="minutes")
            return (CoverUsed(request=found.id, minutes=command.minutes, by=by),)
        case GiveBackCover():
            found = _find(state, command.request)
            demand(found.status in ("asked", "approved"), "cover_not_open", field="request")
            return (CoverGivenBack(request=found.id, by=by),)
    raise TypeError(type(command).__name__)


def _decide(found: CoverRequest, command: DecideCover, rules: Rules) -> CoverDecided:
    rate = rules.cover.cents_per_hour if command.approve else None
    return CoverDecided(
        request=found.id,
        approved=command.approve,
        reason=command.reason,
        cents_per_hour=rate,
        cost=None if rate is None else cost_of(found.minutes, rate),
    )


def _request(state: Relationship, command: RequestCover, by: str, now: datetime) -> CoverRequested:
    demand(state.stage == "meetings", "not_in_meetings")
    demand(state.cover.allotted > 0, "no_cover")
    starts_at = required(booked_hours.starts_at(state, command.subject), "nothing_to_cover", field="subject")
    demand(starts_at > now, "cover_too_late", field="subject")
    same = (request for request in state.cover.requests if request.subject == command.subject)
    demand(not any(request.held for request in same), "cover_already_requested", field="subject")
    demand(command.minutes >= 1, "minutes_out_of_range", field="minutes")
    demand(command.minutes <= state.cover.left, "cover_exhausted", field="minutes")
    return CoverRequested(
        request=derive("cover", state.id, command.id),
        subject=command.subject,
        minutes=command.minutes,
        starts_at=starts_at,
        by=by,
    )


def _find(state: Relationship, request: str) -> CoverRequest:
    found = required(
        next((each for each in state.cover.requests if each.id == request), None),
        "unknown_request",
        field="request",
    )
    return found


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case CoverAllotted():
            return replace(state, cover=replace(state.cover, allotted=event.minutes))
        case CoverRequested():
            new = CoverRequest(
                id=event.request,
                subject=event.subject,
                minutes=event.minutes,
                starts_at=event.starts_at,
                asked_by=event.by,
            )
            todo = tasks.open_task(
                state.tasks,
                state.id,
                stamp,
                TaskKind.DECIDE_COVER,
                why=("cover_requested",),
                subject=event.request,
                due_at=event.starts_at,
            )
            cover = replace(state.cover, requests=(*state.cover.requests, new))
            return replace(state, cover=cover, tasks=todo)
        case CoverDecided():
            outcome = "approved" if event.approved else "refused"
            return _change(state, event.request, stamp, outcome, cents_per_hour=event.cents_per_hour)
        case CoverUsed():
            return _change(state, event.request, stamp, "used", used=event.minutes)
        case CoverGivenBack():
            return _change(state, event.request, stamp, "returned")
        case CoverFellAway():
            return state
    raise TypeError(type(event).__name__)


def _change(
    state: Relationship, request: str, stamp: Stamp, status: str, **fields: int | None
) -> Relationship:
    requests = tuple(
        replace(each, status=status, **fields) if each.id == request else each  # type: ignore[arg-type]  # numbers of a request by name
        for each in state.cover.requests
    )
    todo = tasks.close_tasks(state.tasks, stamp, TaskKind.DECIDE_COVER, subject=request, outcome=status)
    return replace(state, cover=replace(state.cover, requests=requests), tasks=todo)


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case CoverFellAway():
            starts_at = instant_text(_request_of(state, event.request).starts_at)
            kind = NoticeKind.COVER_FELL_AWAY
            return notice_to.region(state, stamp, state.region, kind, starts_at=starts_at)
        case CoverDecided():
            request = _request_of(state, event.request)
            hour = {"subject": request.subject} if state.engine >= NAMES_HOUR else {}
            return notice_to.pair(
                state,
                stamp,
                NoticeKind.COVER_DECIDED,
                **hour,
                outcome="approved" if event.approved else "refused",
                minutes=str(request.minutes),
                starts_at=instant_text(request.starts_at),
                left=str(state.cover.left),
            )
    return ()


def _request_of(state: Relationship, request: str) -> CoverRequest:
    return next(each for each in state.cover.requests if each.id == request)


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(CoverRequested, RequestCover),
    FirstEvent(CoverDecided, DecideCover, lambda decision: {"approve": decision.first.approved}),
    FirstEvent(CoverUsed, UseCover),
    FirstEvent(CoverGivenBack, GiveBackCover),
)
ROOM = Room(
    commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve, notices=notices
)
