"""Observations in stage meetings: booked, moved, canceled, reported as done, against a quota (ESE-6, -7, -15).

They have a separate count and are never meetings. The coordinator books them, or the pair does, as the program says; if
a quota is not met in time, there are reminders and then a coordinator's task.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar, Final

from domain import tasks
from domain.actors import Actor, Role
from domain.codec import LATER
from domain.errors import demand, forbid, forbidden, required
from domain.ids import derive
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import booked_hours, notice_to
from domain.relationship.deadlines import Timer, drop, of_subject, put, put_off, timer_for
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.invitation import Invitation, Occasion, invitation_uid, next_change
from domain.relationship.parts.observations import Observation
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.meetings import Booking
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class BookObservation(Command):
    """The one who books in this program sets the hour of an observation, on a day when school is open."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    by: ClassVar = By.OWN
    example: ClassVar = {"minutes": 45}

    starts_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveObservation(Command):
    """The one who books in this program sets another hour; cover for the old hour goes back to the pair's allowance."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    by: ClassVar = By.OWN
    example: ClassVar = {"minutes": 45}

    observation: str
    starts_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelObservation(Command):
    """Either side or the coordinator calls an observation off; the reason is one of the program's obstacles."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    by: ClassVar = By.OWN
    example: ClassVar = {"reason": "@meetings.obstacles"}

    observation: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportObservation(Command):
    """Either side says that an observation took place."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN

    observation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationsAsked(Event):
    """The pair owes this many observations, by the due instant of the timer."""

    required: int
    timers: tuple[Timer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationBooked(Event):
    """An observation was booked. ``by`` is a side or ``coordinator``."""

    observation: str
    starts_at: datetime
    minutes: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationMoved(Event):
    """An observation was moved to another hour."""

    observation: str
    starts_at: datetime
    minutes: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationCanceled(Event):
    """An observation was called off; the reason is a code."""

    observation: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationDone(Event):
    """An observation took place; ``left`` more are owed, and nobody is reminded of them today: ``timers``."""

    observation: str
    left: int
    by: str
    timers: tuple[Timer, ...] | None = field(default=None, metadata=LATER)


COMMANDS: tuple[type[Command], ...] = (BookObservation, MoveObservation, CancelObservation, ReportObservation)
EVENTS: tuple[type[Event], ...] = (
    ObservationsAsked,
    ObservationBooked,
    ObservationMoved,
    ObservationCanceled,
    ObservationDone,
)
NOT_THE_BOOKER: Final = forbidden("not_the_booker")


def quota(state: Relationship, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Return the quota that begins with the agreement; for a pair that starts late it is due halfway to the end."""
    policy = rules.observations
    if not policy.required:
        return ()
    calendar, end = rules.calendar, state.meetings_end(rules)
    planned = end - timedelta(days=policy.due_days_before_end or 0)
    halfway = now + (end - now) / 2
    day = calendar.next_working(calendar.local_date(max(planned, halfway)))
    timer = timer_for(rules, DeadlineKind.OBSERVATION, calendar.at(day))
    return (ObservationsAsked(required=policy.required, timers=(timer,)),)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    demand(state.stage == "meetings", "not_in_meetings")
    by = state.seat_of(command.actor)
    match command:
        case BookObservation():
            _demand_booker(command.actor, rules)
            _demand_hour(state, "", command.starts_at, command.minutes, now, rules)
            booked = ObservationBooked(
                observation=derive("observation", state.id, command.id),
                starts_at=command.starts_at,
                minutes=command.minutes,
                by=by,
            )
            return (booked,)
        case MoveObservation():
            _demand_booker(command.actor, rules)
            found = _open(state, command.observation)
            _demand_hour(state, found.id, command.starts_at, command.minutes, now, rules)
            moved = ObservationMoved(
                observation=found.id, starts_at=command.starts_at, minutes=command.minutes, by=by
            )
            return (moved,)
        case CancelObservation():
            found = _open(state, command.observation)
            demand(command.reason in rules.meetings.obstacles, "unknown_reason", field="reason")
            return (ObservationCanceled(observation=found.id, reason=command.reason, by=by),)
        case ReportObservation():
            found = _open(state, command.observation)
            demand(found.ends_at <= now, "observation_not_over", field="observation")
            covered = not rules.observations.needs_cover or state.cover.approved_for(found.id)
            demand(covered, "cover_not_approved", field="observation")
            return (_done(state, found, by, now, rules),)
    raise TypeError(type(command).__name__)


def _done(state: Relationship, found: Observation, by: str, now: datetime, rules: Rules) -> ObservationDone:
    left = max(0, state.observations.required - state.observations.done - 1)
    running = of_subject(state.timers, DeadlineKind.OBSERVATION) if left else ()
    return ObservationDone(
        observation=found.id, left=left, by=by, timers=put_off(state.engine, rules, running, now)
    )


def _open(state: Relationship, observation: str) -> Observation:
    known = any(each.id == observation for each in state.observations.booked)
    demand(known, "unknown_observation", field="observation")
    found = required(state.observations.open(observation), "observation_over", field="observation")
    return found


def _demand_booker(actor: Actor, rules: Rules) -> None:
    """Refuse anyone who does not book in this program (ESE-6)."""
    booking = rules.observations.booked_by
    demand(booking is not Booking.NONE, "no_observations")
    wanted = Role.COORDINATOR if booking is Booking.COORDINATOR else Role.PARTICIPANT
    forbid(actor.role is not wanted, NOT_THE_BOOKER)


def _demand_hour(
    state: Relationship, moved: str, starts_at: datetime, minutes: int, now: datetime, rules: Rules
) -> None:
    demand(rules.observations.fit(minutes), "minutes_out_of_range", field="minutes")
    demand(starts_at > now, "observation_in_past", field="starts_at")
    demand(starts_at < state.meetings_end(rules), "observation_too_late", field="starts_at")
    ends_at = starts_at + timedelta(minutes=minutes)
    demand(ends_at <= state.meetings_end(rules), "observation_too_late", field="starts_at")
    local = rules.calendar.local_date
    open_days = rules.calendar.working(local(starts_at)) and rules.calendar.working(local(ends_at))
    demand(open_days, "school_is_closed", field="starts_at")
    others = (each for each in state.observations.booked if each.status == "booked" and each.id != moved)
    overlap = any(each.starts_at < ends_at and starts_at < each.ends_at for each in others)
    demand(not overlap, "observation_already_booked", field="starts_at")


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room; cover for a moved or canceled hour goes back to the allowance."""
    known = state.observations
    match event:
        case ObservationsAsked():
            asked_for = replace(known, required=event.required)
            return replace(state, observations=asked_for, timers=put(state.timers, *event.timers))
        case ObservationBooked():
            new = Observation(
                id=event.observation,
                starts_at=event.starts_at,
                minutes=event.minutes,
                booked_by=event.by,
                change=next_change(None, stamp, state.engine, new=True),
            )
            return replace(state, observations=known.put(new))
        case ObservationMoved():
            return _invite_again(
                state, event.observation, stamp, starts_at=event.starts_at, minutes=event.minutes
            )
        case ObservationCanceled():
            return _invite_again(state, event.observation, stamp, status="canceled")
        case ObservationDone():
            done = _change(state, event.observation, status="done")
            if event.left:
                return replace(done, timers=put(done.timers, *(event.timers or ())))
            todo = tasks.close_tasks(done.tasks, stamp, TaskKind.ARRANGE_OBSERVATION, outcome="quota_met")
            return replace(done, tasks=todo, timers=drop(done.timers, DeadlineKind.OBSERVATION))
    raise TypeError(type(event).__name__)


def _invite_again(state: Relationship, observation: str, stamp: Stamp, **change: object) -> Relationship:
    """Return the state after a change of an hour for which both have an invitation; its cover is free again."""
    found = next(each for each in state.observations.booked if each.id == observation)
    change["change"] = next_change(found.change, stamp, state.engine)
    return _change(booked_hours.free_cover(state, observation, stamp), observation, **change)


def _change(state: Relationship, observation: str, **change: object) -> Relationship:
    found = next(each for each in state.observations.booked if each.id == observation)
    changed = replace(found, **change)  # type: ignore[arg-type]  # the callers name fields of an observation
    return replace(state, observations=state.observations.put(changed))


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case ObservationBooked():
            return _invitations(state, stamp, event.observation, "booked")
        case ObservationMoved():
            return _invitations(state, stamp, event.observation, "moved")
        case ObservationCanceled():
            return _invitations(state, stamp, event.observation, "canceled")
    return ()


def _invitations(state: Relationship, stamp: Stamp, observation: str, change: str) -> tuple[Notice, ...]:
    """Return the notices to both about an observation's hour, no matter who set it, with the calendar entry."""
    booked = next(each for each in state.observations.booked if each.id == observation)
    assert booked.change is not None  # noqa: S101 - its hour was just changed
    invitation = Invitation(
        uid=invitation_uid(state.id, booked.id),
        sequence=booked.change.sequence,
        stamped_at=booked.change.at,
        occasion=Occasion.OBSERVATION,
        starts_at=booked.starts_at,
        minutes=booked.minutes,
        cancelled=change == "canceled",
    )
    return notice_to.pair(state, stamp, NoticeKind.OBSERVATION_CHANGED, change=change, **invitation.data)


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(ObservationBooked, BookObservation),
    FirstEvent(ObservationMoved, MoveObservation),
    FirstEvent(ObservationCanceled, CancelObservation),
    FirstEvent(ObservationDone, ReportObservation),
)
ROOM = Room(
    commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve, notices=notices
)
