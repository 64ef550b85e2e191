"""The plan of a pair in stage meetings: rows of day, hour, length and kind of place, filled in together (ESE-5, -11).

A plan is not a promise: a planned meeting that is past and not logged is shown, but only the rhythm says what is late.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from domain.actors import Role
from domain.errors import demand
from domain.ids import derive
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.relationship import booked_hours
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent, RecordedDecision
from domain.relationship.parts.plan import Plan, PlannedMeeting, PlanRow
from domain.relationship.room import Room
from domain.relationship.stages.meetings.slots import demand_slot
from domain.relationship.state import Relationship
from domain.rules.program import Rules

MOST_ROWS = 60
"""The most rows of one plan; a plan for one year needs no more."""
_ROWS_OF_AN_EVENT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMeetings(Command):
    """Either side submits the schedule from now on; a row that is no longer in it is withdrawn."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN_OR_STAFF
    example: ClassVar = {
        "rows": [{"on": "2026-11-02", "begins": "15:30", "minutes": 60, "place": "@schedule.places"}]
    }

    rows: tuple[PlanRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingsPlanned(Event):
    """Rows that are new in the schedule, and rows that are no longer in it. A long plan takes several events."""

    planned: tuple[PlannedMeeting, ...] = ()
    withdrawn: tuple[str, ...] = ()
    by: str


COMMANDS: tuple[type[Command], ...] = (PlanMeetings,)
EVENTS: tuple[type[Event], ...] = (MeetingsPlanned,)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case PlanMeetings():
            demand(state.stage in ("agreement", "meetings"), "not_in_meetings")
            return _plan(state, command, state.side_of(command.actor).value, now, rules)
    raise TypeError(type(command).__name__)


def _plan(
    state: Relationship, command: PlanMeetings, by: str, now: datetime, rules: Rules
) -> tuple[Event, ...]:
    demand(len(command.rows) <= MOST_ROWS, "plan_too_long", field="rows")
    wanted = [_row(state, command, number, now, rules) for number in range(len(command.rows))]
    starts = [row.starts_at for row in wanted]
    demand(len(dict.fromkeys(starts)) == len(starts), "planned_twice", field="rows")
    standing = [row for row in state.schedule.planned if row.status == "planned" and row.starts_at > now]
    wanted_content = {_content(row) for row in wanted}
    kept_content = {_content(row) for row in standing}
    new = tuple(row for row in wanted if _content(row) not in kept_content)
    gone = tuple(row.id for row in standing if _content(row) not in wanted_content)
    demand(bool(new or gone), "plan_unchanged", field="rows")
    parts = [new[at : at + _ROWS_OF_AN_EVENT] for at in range(0, len(new), _ROWS_OF_AN_EVENT)] or [()]
    return tuple(
        MeetingsPlanned(planned=part, withdrawn=() if number else gone, by=by)
        for number, part in enumerate(parts)
    )


def _content(row: PlannedMeeting) -> tuple[datetime, int, str, str, str]:
    return (row.starts_at, row.minutes, row.place, row.mode, row.slot)


def _row(
    state: Relationship, command: PlanMeetings, number: int, now: datetime, rules: Rules
) -> PlannedMeeting:
    row, here = command.rows[number], f"rows.{number}"
    calendar, policy = rules.calendar, rules.meetings
    end = calendar.local_date(state.meetings_end(rules))
    demand(row.on >= calendar.local_date(now), "planned_in_past", field=f"{here}.on")
    demand(row.on <= end, "planned_too_late", field=f"{here}.on")
    starts_at = calendar.at(row.on, row.begins.replace(second=0, microsecond=0, tzinfo=None))
    demand(starts_at > now, "planned_in_past", field=f"{here}.begins")
    demand(not calendar.closed(row.on), "planned_in_break", field=f"{here}.on")
    fit = policy.shortest_minutes <= row.minutes <= policy.longest_minutes
    demand(fit, "minutes_out_of_range", field=f"{here}.minutes")
    demand(row.place in rules.schedule.places, "unknown_place", field=f"{here}.place")
    demand(not row.mode or row.mode in policy.modes, "unknown_mode", field=f"{here}.mode")
    demand_slot(row.slot, row.on, rules, field=f"{here}.slot")
    return PlannedMeeting(
        id=derive("planned", state.id, command.id, str(number)),
        on=row.on,
        starts_at=starts_at,
        minutes=row.minutes,
        place=row.place,
        mode=row.mode,
        slot=row.slot,
    )


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room; cover for a row that is withdrawn goes back to the allowance."""
    match event:
        case MeetingsPlanned():
            for gone in event.withdrawn:
                state = booked_hours.free_cover(state, gone, stamp)
            rows = (
                replace(each, status="withdrawn") if each.id in event.withdrawn else each
                for each in state.schedule.planned
            )
            new = (replace(each, planned_at=stamp.at) for each in event.planned)
            return replace(state, schedule=Plan(planned=(*rows, *new)))
    raise TypeError(type(event).__name__)


def _rows(decision: RecordedDecision) -> dict[str, Any]:
    """Return the rows of a plan: a new row's id gives its place; rows that were kept fill the other places in order."""
    gone = [each for event in decision.events for each in getattr(event, "withdrawn", ())]
    new = {each.id: each for event in decision.events for each in getattr(event, "planned", ())}
    kept = [row for row in decision.state.schedule.planned if row.status == "planned" and row.id not in gone]
    standing = [row for row in kept if row.starts_at > decision.at]
    places = range(len(new) + len(standing))
    ids = [derive("planned", decision.state.id, decision.command, str(number)) for number in places]
    rest = iter(standing)
    rows = [new[id] if id in new else next(rest) for id in ids]
    return {
        "rows": tuple(
            PlanRow(
                on=row.on,
                begins=row.starts_at.astimezone(decision.zone).time(),
                minutes=row.minutes,
                place=row.place,
                mode=row.mode,
                slot=row.slot,
            )
            for row in rows
        )
    }


FIRST_EVENTS: tuple[FirstEvent, ...] = (FirstEvent(MeetingsPlanned, PlanMeetings, _rows),)
ROOM = Room(commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve)
