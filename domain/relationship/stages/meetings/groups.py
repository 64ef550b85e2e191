"""A group meeting in stage meetings: one log that counts for several pairs (ESE-4).

Each pair has its own event with the group's id. All pairs are checked before the first log is sent: if one pair cannot
take it, it is refused for all. If a pair still refuses the log because of a race, that pair's coordinator is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar, Final

from domain import tasks
from domain.actors import SYSTEM, Role, Side
from domain.errors import demand, forbid, forbidden
from domain.ids import derive
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.parts.meetings import MeetingKind
from domain.relationship.room import Room
from domain.relationship.stages.meetings.log import Log, MeetingLogged, another, demand_open, meeting_event
from domain.relationship.state import Relationship
from domain.rules.program import Rules
from domain.tasks import TaskKind

FEWEST_PAIRS: Final = 2
MOST_PAIRS: Final = 40
"""The most pairs in one group; a larger group is several meetings."""
_NOBODY_TO_TELL: Final = ("relationship_ended", "not_found")
"""Why a pair refused a log that no coordinator needs to look into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogGroupMeeting(Command):
    """The part of a group's log for one pair, from the mentor of all the pairs or a coordinator of the region."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    by: ClassVar = By.OWN
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
    another: bool | None = None


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
        another=command.another,
    )
    return (meeting_event(state, log, derive("meeting", state.id, command.id), by, now, rules),)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCheck:
    """What a pair says to a group's log before it is sent: the code of the rule that it breaks, or an empty string.

    ``program`` is empty if there is no such pair; ``field`` is the field of the log that breaks the rule.
    """

    relationship: str
    program: str = ""
    code: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFault:
    """Why a pair cannot take a log: the code for the journal, and the line for the sender."""

    relationship: str
    code: str
    line: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAnswer:
    """What a pair answered to its part of a group's log; ``status`` is None while there is no answer."""

    relationship: str
    command: str
    status: int | None = None
    code: str = ""


def pairs_fault(relationships: Sequence[str]) -> str:
    """Return the code of what is wrong with the list of a group's pairs, or an empty string."""
    return "pair_twice" if len(set(relationships)) < len(relationships) else ""


def group_faults(checks: Iterable[PairCheck]) -> tuple[GroupFault, ...]:
    """Return a fault for each pair that cannot take the log, in the order of the pairs; one refuses the log for all.

    All pairs must be of one program, that of the first pair that exists.
    """
    program, faults = "", []
    for number, check in enumerate(checks):
        program = program or check.program
        code = check.code
        if not check.program:
            code = "not_found"
        elif not code and check.program != program:
            code = "other_program"
        if code:
            line = _fault_line(number, code, check.field)
            faults.append(GroupFault(relationship=check.relationship, code=code, line=line))
    return tuple(faults)


def _fault_line(number: int, code: str, field: str) -> Mapping[str, str]:
    """Return the sender's line of a fault; of a pair of other people or another region, only that it was not found."""
    shown = "not_found" if code in ("other_region", "not_a_participant") else code
    line = {"pointer": f"/relationships/{number}", "detail": shown.replace("_", " "), "code": shown}
    return line | ({"field": "/" + field.replace(".", "/")} if field else {})


def group_refusal(faults: Sequence[GroupFault]) -> dict[str, Any]:
    """Return the answer to a group whose log was refused, with the line of each fault."""
    return {"status": 422, "code": "group_refused", "errors": [fault.line for fault in faults]}


def group_result(group: str, answers: Iterable[PairAnswer]) -> dict[str, Any]:
    """Return the result of a group with a line for each relationship: logged, refused with its code, or pending."""
    return {"group": group, "results": [_result_line(each) for each in answers]}


def _result_line(answer: PairAnswer) -> dict[str, str]:
    line = {"relationship": answer.relationship, "status": "pending", "meeting": "", "code": ""}
    if answer.status is None:
        return line
    if answer.status < 400:
        return {**line, "status": "logged", "meeting": derive("meeting", answer.relationship, answer.command)}
    return {**line, "status": "refused", "code": answer.code}


def refusal_to_hear(group: str, answer: PairAnswer) -> HearGroupRefusal | None:
    """Return the command that tells a pair about its refusal, which a race caused; None if nobody needs to know."""
    if answer.status is None or answer.status < 400 or answer.code in _NOBODY_TO_TELL:
        return None
    id = derive("group-refused", answer.command)
    return HearGroupRefusal(id=id, actor=SYSTEM, group=group, code=answer.code)


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
    FirstEvent(MeetingLogged, LogGroupMeeting, another, lambda event: event.kind is MeetingKind.GROUP),
    FirstEvent(GroupMeetingRefused, HearGroupRefusal),
)
ROOM = Room(commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve)
