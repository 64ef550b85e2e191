"""A group meeting in stage meetings: one log that counts for several pairs (ESE-4).

Each pair has its own event with the group's id. The gateway checks all pairs before it sends the first. If a pair still
refuses the log because of a race, that pair's coordinator is told.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Final

from domain import tasks
from domain.actors import Role, Side
from domain.errors import demand, forbid, forbidden
from domain.ids import derive
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.parts.meetings import MeetingKind
from domain.relationship.room import Room
from domain.relationship.stages.meetings.log import Log, MeetingLogged, demand_open, meeting_event
from domain.relationship.state import Relationship
from domain.rules.program import Rules
from domain.tasks import TaskKind

MOST_PAIRS: Final = 40
"""The most pairs in one group; a larger group is several meetings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogGroupMeeting(Command):
    """The part of a group's log for one pair, from the mentor of all the pairs or a coordinator of the region."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    example: ClassVar = {
        "minutes": 45,
        "mode": "@meetings.modes",
        "topics": ["@meetings.topics"],
        "place": "@schedule.places",
    }

    group: str
    began_at: datetime
    minutes: int
    mode: str
    topics: tuple[str, ...] = ()
    place: str = ""
    next_on: date | None = None
    next_topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HearGroupRefusal(Command):
    """A group's log did not count for this pair: something changed between check and log. The office sends this."""

    roles: ClassVar = (Role.SYSTEM,)

    group: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMeetingRefused(Event):
    """A group's log does not count for this pair; the code says why, and a coordinator looks into it."""

    group: str
    code: str


COMMANDS: tuple[type[Command], ...] = (LogGroupMeeting, HearGroupRefusal)
EVENTS: tuple[type[Event], ...] = (GroupMeetingRefused,)
NOT_THE_MENTOR: Final = forbidden("not_the_mentor")


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case LogGroupMeeting():
            return _log(state, command, now, rules)
        case HearGroupRefusal():
            return (GroupMeetingRefused(group=command.group, code=command.code),)
    raise TypeError(type(command).__name__)


def _log(state: Relationship, command: LogGroupMeeting, now: datetime, rules: Rules) -> tuple[Event, ...]:
    by: Side | None = None
    if command.actor.role is Role.PARTICIPANT:
        by = state.side_of(command.actor)
        forbid(by is not Side.MENTOR, NOT_THE_MENTOR)
    else:
        state.demand_outside_coordinator(command.actor)
    demand(rules.meetings.group_logs, "no_group_logs")
    demand_open(state)
    log = Log(
        began_at=command.began_at,
        minutes=command.minutes,
        mode=command.mode,
        topics=command.topics,
        place=command.place,
        next_on=command.next_on,
        next_topics=command.next_topics,
        kind=MeetingKind.GROUP,
        group=command.group,
    )
    return (meeting_event(state, log, derive("meeting", state.id, command.id), by, now, rules),)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case GroupMeetingRefused():
            todo = tasks.open_task(
                state.tasks,
                state.id,
                stamp,
                TaskKind.CHECK_GROUP_MEETING,
                why=(event.code,),
                subject=event.group,
            )
            return replace(state, tasks=todo)
    raise TypeError(type(event).__name__)


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(MeetingLogged, LogGroupMeeting, when=lambda event: event.kind is MeetingKind.GROUP),
    FirstEvent(GroupMeetingRefused, HearGroupRefusal),
)
ROOM = Room(commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve)
