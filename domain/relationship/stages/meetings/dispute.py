"""In stage meetings: the other side confirms a log or disputes it, and a coordinator resolves the dispute (MASA-21)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Final

from domain import tasks
from domain.actors import Actor, Role, Side
from domain.codec import instant_text
from domain.errors import demand, forbid, forbidden, required
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, put
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.next_meeting import CATCHES_UP, next_after_change
from domain.relationship.parts.meetings import Meeting
from domain.relationship.room import Room
from domain.relationship.stages.meetings.corrected_logs import agreed, cover_of_row
from domain.relationship.state import Relationship
from domain.rules.program import Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmMeeting(Command):
    """The other side confirms that the meeting was as logged, or as ``version`` says, once it was corrected."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN

    meeting: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeMeeting(Command):
    """The other side disputes a log, or its ``version``. All statements are kept, and a coordinator decides."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN
    example: ClassVar = {"reason": "@meetings.dispute_reasons"}

    meeting: str
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveMeeting(Command):
    """A coordinator keeps a disputed meeting or strikes it."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    example: ClassVar = {"reason": "@meetings.resolve_reasons"}

    meeting: str
    stands: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingConfirmed(Event):
    """The other side agrees; ``version`` is what it agrees with, once the log was corrected."""

    meeting: str
    by: Side
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingDisputed(Event):
    """The other side does not agree."""

    meeting: str
    by: Side
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingResolved(Event):
    """A coordinator decided a dispute. If a log is struck, the next meeting is what the other logs say.

    ``cover_returned`` are requests for cover whose minutes go back, because no meeting was held in that hour.
    """

    meeting: str
    stands: bool
    reason: str
    timers: tuple[Timer, ...] = ()
    next_on: date | None = None
    next_topics: tuple[str, ...] = ()
    cover_returned: tuple[str, ...] | None = None


COMMANDS: tuple[type[Command], ...] = (ConfirmMeeting, DisputeMeeting, ResolveMeeting)
EVENTS: tuple[type[Event], ...] = (MeetingConfirmed, MeetingDisputed, MeetingResolved)
NAMES_DAY: Final = 4
"""From this engine on, the email about a dispute names the day of the meeting."""
TELLS_DECISION: Final = 7
"""From this engine on, both are told how a dispute was decided."""
OWN_MEETING: Final = forbidden("own_meeting")


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case ConfirmMeeting():
            by, meeting = _other_side(state, command.actor, command.meeting)
            version = _answered(meeting, command.version)
            confirmed = MeetingConfirmed(meeting=meeting.id, by=by, version=version)
            return (confirmed, *agreed(state, meeting, now, rules))
        case DisputeMeeting():
            by, meeting = _other_side(state, command.actor, command.meeting)
            version = _answered(meeting, command.version)
            demand(command.reason in rules.meetings.dispute_reasons, "unknown_reason", field="reason")
            return (MeetingDisputed(meeting=meeting.id, by=by, reason=command.reason, version=version),)
        case ResolveMeeting():
            return (_resolve(state, command, now, rules),)
    raise TypeError(type(command).__name__)


def _find(state: Relationship, meeting: str) -> Meeting:
    return required(state.meetings.find(meeting), "unknown_meeting", field="meeting")


def _other_side(state: Relationship, actor: Actor, meeting: str) -> tuple[Side, Meeting]:
    """Return the side that answers and the meeting; whoever said last what it was does not answer."""
    by = state.side_of(actor)
    found = _find(state, meeting)
    said_by = found.proposed.by if found.proposed else found.logged_by
    forbid(said_by == by, OWN_MEETING)
    return by, found


def _answered(meeting: Meeting, version: int | None) -> int | None:
    """Return the version that an answer is about, if the log was corrected; refuse an answer to an earlier one."""
    demand(meeting.unanswered, "meeting_already_answered")
    demand((version or 1) == meeting.to_answer, "meeting_was_corrected", field="version")
    return None if meeting.versions is None else meeting.to_answer


def _resolve(state: Relationship, command: ResolveMeeting, now: datetime, rules: Rules) -> MeetingResolved:
    state.demand_outside_coordinator(command.actor)
    meeting = _find(state, command.meeting)
    state.demand_not_own_act(command.actor, meeting.id)
    demand(meeting.status == "disputed", "meeting_not_disputed")
    demand(command.reason in rules.meetings.resolve_reasons, "unknown_reason", field="reason")
    if command.stands:
        return MeetingResolved(meeting=meeting.id, stands=True, reason=command.reason)
    left = state.meetings.with_status(meeting.id, "struck")
    following = next_after_change(state, left, now, rules)
    returned = cover_of_row(state, meeting.planned) if state.engine >= CATCHES_UP else ()
    return MeetingResolved(
        meeting=meeting.id,
        stands=False,
        reason=command.reason,
        timers=following.timers,
        next_on=following.next_on,
        next_topics=following.next_topics,
        cover_returned=returned or None,
    )


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case MeetingConfirmed():
            return _with_status(state, event.meeting, "confirmed")
        case MeetingDisputed():
            todo = tasks.open_task(
                state.tasks,
                state.id,
                stamp,
                TaskKind.RESOLVE_MEETING,
                why=(event.reason,),
                subject=event.meeting,
            )
            return _with_status(replace(state, tasks=todo), event.meeting, "disputed")
        case MeetingResolved():
            outcome = "stands" if event.stands else "struck"
            todo = tasks.close_tasks(
                state.tasks, stamp, TaskKind.RESOLVE_MEETING, subject=event.meeting, outcome=outcome
            )
            status = "confirmed" if event.stands else "struck"
            kept = state.meetings.put(_find(state, event.meeting).without_proposal())
            resolved = _with_status(replace(state, tasks=todo, meetings=kept), event.meeting, status)
            return resolved if event.stands else _evolve_strike(resolved, event)
    raise TypeError(type(event).__name__)


def _with_status(state: Relationship, meeting: str, status: str) -> Relationship:
    return replace(state, meetings=state.meetings.with_status(meeting, status))


def _evolve_strike(state: Relationship, event: MeetingResolved) -> Relationship:
    named = replace(state.meetings, next_on=event.next_on, next_topics=event.next_topics)
    schedule = state.schedule.reopen(_find(state, event.meeting).planned)
    cover = state.cover.with_status("returned", event.cover_returned or ())
    timers = put(state.timers, *event.timers)
    return replace(state, meetings=named, schedule=schedule, cover=cover, timers=timers)


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case MeetingDisputed():
            met = _find(state, event.meeting)
            if met.logged_by is None and met.proposed is None:
                return ()  # a coordinator logged it for a group, and the task says that it is disputed
            kind, data = NoticeKind.MEETING_DISPUTED, {"meeting": event.meeting}
            if state.engine >= NAMES_DAY:
                data["began_at"] = instant_text(met.began_at)
            return notice_to.side(state, stamp, event.by.other, kind, **data)
        case MeetingResolved() if state.engine >= TELLS_DECISION:
            began_at = instant_text(_find(state, event.meeting).began_at)
            stands = "yes" if event.stands else "no"
            decided = {"meeting": event.meeting, "began_at": began_at, "stands": stands}
            return notice_to.pair(state, stamp, NoticeKind.MEETING_RESOLVED, **decided)
    return ()


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(MeetingConfirmed, ConfirmMeeting),
    FirstEvent(MeetingDisputed, DisputeMeeting),
    FirstEvent(MeetingResolved, ResolveMeeting),
)
ROOM = Room(
    commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve, notices=notices
)
