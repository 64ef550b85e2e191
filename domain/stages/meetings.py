"""Stage meetings: one side logs that the two met, the other confirms or disputes it (MASA-21, -31, -32, ESE-14).

A log holds facts only: when, how long, how, which topics as codes. The pair's own signed rhythm says when the next
meeting is late; reminders become a coordinator's task, and the coordinator learns why and follows up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from domain import tasks
from domain.actors import Actor, Role, Side, demand_coordinator
from domain.errors import demand
from domain.ids import derive
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.nudges import Timer, after_days, dropped, put
from domain.program import Rules, Subject
from domain.tasks import TaskKind

if TYPE_CHECKING:
    from domain.facts import Facts
    from domain.relationship import Relationship


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One logged meeting. ``status`` is logged, confirmed, disputed or struck."""

    id: str
    began_at: datetime
    minutes: int
    mode: str
    topics: tuple[str, ...]
    logged_by: Side
    status: str = "logged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meetings:
    """All meetings of the pair, the obstacles that were found, and whether there were enough."""

    log: tuple[Meeting, ...] = ()
    obstacles: tuple[str, ...] = ()
    complete: bool | None = None

    def counting(self, rules: Rules) -> tuple[Meeting, ...]:
        """The meetings that count: confirmed ones, and unanswered ones where the program says so."""
        counts = ("confirmed", "logged") if rules.meetings.unconfirmed_counts else ("confirmed",)
        return tuple(meeting for meeting in self.log if meeting.status in counts)

    def enough(self, rules: Rules) -> bool:
        """Whether the program's minimum, and the part of it that is face to face, is reached."""
        met = self.counting(rules)
        faces = sum(meeting.mode in rules.meetings.face_to_face_modes for meeting in met)
        return len(met) >= rules.meetings.minimum and faces >= rules.meetings.minimum_face_to_face


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMeeting(Command):
    """One side says: we met then, so long, in this way, on these topics. ``began_at`` is an instant."""

    roles: ClassVar = (Role.PARTICIPANT,)

    began_at: datetime
    minutes: int
    mode: str
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmMeeting(Command):
    """The other side says: yes, so it was."""

    roles: ClassVar = (Role.PARTICIPANT,)

    meeting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeMeeting(Command):
    """The other side says: no. Both statements are kept and a coordinator resolves it."""

    roles: ClassVar = (Role.PARTICIPANT,)

    meeting: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveMeeting(Command):
    """A coordinator lets a disputed meeting stand or strikes it."""

    roles: ClassVar = (Role.COORDINATOR,)

    meeting: str
    stands: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordObstacle(Command):
    """A coordinator spoke with a pair that meets too little, learned why, and will look again (ESE-14)."""

    roles: ClassVar = (Role.COORDINATOR,)

    obstacle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideCompletion(Command):
    """A coordinator decides whether a pair below the minimum has done enough all the same."""

    roles: ClassVar = (Role.COORDINATOR,)

    complete: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLogged(Event):
    """A meeting took place, says one side; the next is due by the rhythm."""

    meeting: str
    began_at: datetime
    minutes: int
    mode: str
    topics: tuple[str, ...] = ()
    by: Side
    timers: tuple[Timer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingConfirmed(Event):
    """The other side agrees."""

    meeting: str
    by: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingDisputed(Event):
    """The other side does not agree."""

    meeting: str
    by: Side
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingResolved(Event):
    """A coordinator decided a dispute."""

    meeting: str
    stands: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObstacleRecorded(Event):
    """Why the pair meets too little, as a code; the coordinator looks again when the timer fires."""

    obstacle: str
    timers: tuple[Timer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionAsked(Event):
    """The time for meetings is over and there were too few: a person decides."""

    counted: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingsCompleted(Event):
    """The stage is over, with or without enough meetings; ``reason`` is a code where a person decided."""

    complete: bool
    counted: int
    reason: str = ""
    timers: tuple[Timer, ...] = ()


COMMANDS: tuple[type[Command], ...] = (
    LogMeeting,
    ConfirmMeeting,
    DisputeMeeting,
    ResolveMeeting,
    RecordObstacle,
    DecideCompletion,
)
EVENTS: tuple[type[Event], ...] = (
    MeetingLogged,
    MeetingConfirmed,
    MeetingDisputed,
    MeetingResolved,
    ObstacleRecorded,
    CompletionAsked,
    MeetingsCompleted,
)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """The events of a command of this room; raises ``RuleViolation``."""
    match command:
        case LogMeeting():
            return _log(state, command, now, rules)
        case ConfirmMeeting():
            by, meeting = _other_side(state, command.actor, command.meeting)
            demand(meeting.status == "logged", "meeting_already_answered")
            return (MeetingConfirmed(meeting=meeting.id, by=by),)
        case DisputeMeeting():
            by, meeting = _other_side(state, command.actor, command.meeting)
            demand(meeting.status == "logged", "meeting_already_answered")
            demand(bool(command.reason), "reason_missing", field="reason")
            return (MeetingDisputed(meeting=meeting.id, by=by, reason=command.reason),)
        case ResolveMeeting():
            demand_coordinator(command.actor, state.region)
            meeting = _find(state, command.meeting)
            demand(meeting.status == "disputed", "meeting_not_disputed")
            demand(bool(command.reason), "reason_missing", field="reason")
            return (MeetingResolved(meeting=meeting.id, stands=command.stands, reason=command.reason),)
        case RecordObstacle():
            return _record_obstacle(state, command, now, rules)
        case DecideCompletion():
            return _decide_completion(state, command, now, rules)
    raise TypeError(type(command).__name__)


def _log(state: Relationship, command: LogMeeting, now: datetime, rules: Rules) -> tuple[Event, ...]:
    demand(state.agreement.in_force > 0, "meeting_before_agreement")
    demand(state.stage == "meetings", "meetings_are_over")
    by = state.side_of(command.actor)
    policy, calendar = rules.meetings, rules.calendar
    minutes_fit = policy.shortest_minutes <= command.minutes <= policy.longest_minutes
    demand(minutes_fit, "minutes_out_of_range", field="minutes")
    ended_at = command.began_at + timedelta(minutes=command.minutes)
    demand(ended_at <= now, "meeting_in_future", field="began_at")
    day = calendar.local_date(command.began_at)
    demand(day >= calendar.local_date(state.stage_since), "meeting_before_agreement", field="began_at")
    demand(command.mode in policy.modes, "unknown_mode", field="mode")
    demand(set(command.topics) <= set(policy.topics), "unknown_topic", field="topics")
    demand(len(set(command.topics)) == len(command.topics), "topic_twice", field="topics")
    demand(not _overlaps(state, command.began_at, ended_at), "meeting_already_logged", field="began_at")
    latest = max([day, *(calendar.local_date(met.began_at) for met in _standing(state))])
    return (
        MeetingLogged(
            meeting=derive("meeting", state.id, command.id),
            began_at=command.began_at,
            minutes=command.minutes,
            mode=command.mode,
            topics=command.topics,
            by=by,
            timers=(state.next_meeting(latest, rules),),
        ),
    )


def _standing(state: Relationship) -> tuple[Meeting, ...]:
    return tuple(meeting for meeting in state.meetings.log if meeting.status != "struck")


def _overlaps(state: Relationship, began_at: datetime, ended_at: datetime) -> bool:
    """Whether a meeting of this pair that stands already covers part of that time: the same one logged twice."""
    return any(
        met.began_at < ended_at and began_at < met.began_at + timedelta(minutes=met.minutes)
        for met in _standing(state)
    )


def _find(state: Relationship, meeting: str) -> Meeting:
    found = next((met for met in state.meetings.log if met.id == meeting), None)
    demand(found is not None, "unknown_meeting", field="meeting")
    assert found is not None  # noqa: S101 - demanded in the line above
    return found


def _other_side(state: Relationship, actor: Actor, meeting: str) -> tuple[Side, Meeting]:
    by = state.side_of(actor)
    found = _find(state, meeting)
    demand(found.logged_by is not by, "own_meeting")
    return by, found


def _record_obstacle(
    state: Relationship, command: RecordObstacle, now: datetime, rules: Rules
) -> tuple[Event, ...]:
    demand(state.stage == "meetings", "not_in_meetings")
    demand_coordinator(command.actor, state.region)
    demand(command.obstacle in rules.meetings.obstacles, "unknown_obstacle", field="obstacle")
    timer = after_days(rules, Subject.FOLLOW_UP, now, rules.meetings.follow_up_days)
    return (ObstacleRecorded(obstacle=command.obstacle, timers=(timer,)),)


def _decide_completion(
    state: Relationship, command: DecideCompletion, now: datetime, rules: Rules
) -> tuple[Event, ...]:
    demand_coordinator(command.actor, state.region)
    asked = any(task.open and task.kind is TaskKind.DECIDE_COMPLETION for task in state.tasks)
    demand(asked, "completion_not_asked")
    demand(bool(command.reason), "reason_missing", field="reason")
    return (_completed(state, now, rules, command.complete, command.reason),)


def on_due(state: Relationship, timer: Timer, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """What the end of the meeting time brings: enough meetings, or a question to a coordinator."""
    if timer.subject is not Subject.COMPLETION:
        return ()
    if state.meetings.enough(rules):
        return (_completed(state, now, rules, True, ""),)
    due = after_days(rules, Subject.COMPLETION, now, rules.meetings.completion_days).due
    return (CompletionAsked(counted=len(state.meetings.counting(rules)), due_at=due),)


def _completed(
    state: Relationship, now: datetime, rules: Rules, complete: bool, reason: str
) -> MeetingsCompleted:
    survey = after_days(rules, Subject.SURVEY, now, rules.survey.due_days)
    close = after_days(rules, Subject.SURVEY_CLOSE, now, rules.survey.closes_days)
    counted = len(state.meetings.counting(rules))
    return MeetingsCompleted(complete=complete, counted=counted, reason=reason, timers=(survey, close))


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """The state after an event of this room."""
    match event:
        case MeetingLogged():
            return _evolve_logged(state, event, stamp)
        case MeetingConfirmed():
            return _with_status(state, event.meeting, "confirmed")
        case MeetingDisputed():
            todo = tasks.opened(
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
            todo = tasks.closed(
                state.tasks, stamp, TaskKind.RESOLVE_MEETING, subject=event.meeting, outcome=outcome
            )
            status = "confirmed" if event.stands else "struck"
            return _with_status(replace(state, tasks=todo), event.meeting, status)
        case ObstacleRecorded():
            todo = tasks.closed(
                state.tasks,
                stamp,
                TaskKind.CONTACT_PAIR,
                TaskKind.FOLLOW_UP_PAIR,
                outcome=event.obstacle,
            )
            found = replace(state.meetings, obstacles=(*state.meetings.obstacles, event.obstacle))
            return replace(state, meetings=found, tasks=todo, timers=put(state.timers, *event.timers))
        case CompletionAsked():
            todo = tasks.opened(
                state.tasks,
                state.id,
                stamp,
                TaskKind.DECIDE_COMPLETION,
                why=("too_few_meetings",),
                due_at=event.due_at,
            )
            return replace(state, tasks=todo, timers=dropped(state.timers, Subject.COMPLETION))
        case MeetingsCompleted():
            todo = tasks.closed(state.tasks, stamp, TaskKind.DECIDE_COMPLETION)
            todo = tasks.closed(
                todo, stamp, TaskKind.CONTACT_PAIR, TaskKind.FOLLOW_UP_PAIR, outcome="meetings_over"
            )
            over = (Subject.COMPLETION, Subject.MEETING, Subject.FOLLOW_UP)
            timers = put(dropped(state.timers, *over), *event.timers)
            done = replace(state.meetings, complete=event.complete)
            return replace(state.at("survey"), meetings=done, tasks=todo, timers=timers)
    raise TypeError(type(event).__name__)


def _evolve_logged(state: Relationship, event: MeetingLogged, stamp: Stamp) -> Relationship:
    met = Meeting(
        id=event.meeting,
        began_at=event.began_at,
        minutes=event.minutes,
        mode=event.mode,
        topics=event.topics,
        logged_by=event.by,
    )
    todo = tasks.closed(
        state.tasks, stamp, TaskKind.CONTACT_PAIR, TaskKind.FOLLOW_UP_PAIR, outcome="meeting_logged"
    )
    timers = put(dropped(state.timers, Subject.FOLLOW_UP), *event.timers)
    logged = replace(state.meetings, log=(*state.meetings.log, met))
    return replace(state, meetings=logged, tasks=todo, timers=timers)


def _with_status(state: Relationship, meeting: str, status: str) -> Relationship:
    log = tuple(replace(met, status=status) if met.id == meeting else met for met in state.meetings.log)
    return replace(state, meetings=replace(state.meetings, log=log))
