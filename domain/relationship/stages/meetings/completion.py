"""The end of stage meetings: which meetings count, and what happens if they are too few (MASA-21, ESE-14)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from domain import tasks
from domain.actors import Role
from domain.codec import instant_text
from domain.errors import demand
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, drop, put, timer_after
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.forms_owed import StartsForms
from domain.relationship.parts.meetings import Meeting, Meetings
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.form_uses import DueAfter
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideCompletion(Command):
    """A coordinator decides whether a pair below the minimum has nevertheless done enough."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    example: ClassVar = {"reason": "@meetings.completion_reasons"}

    complete: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionAsked(Event):
    """The time for meetings is over and something is missing: a person decides. ``why`` says what, as codes."""

    counted: int
    due_at: datetime
    why: tuple[str, ...] = ("too_few_meetings",)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingsCompleted(StartsForms):
    """The stage is over, with or without enough meetings; ``reason`` is a code if a person decided."""

    form_due_after: ClassVar = DueAfter.SURVEY_OPENS

    complete: bool
    counted: int
    reason: str = ""
    timers: tuple[Timer, ...] = ()


COMMANDS: tuple[type[Command], ...] = (DecideCompletion,)
EVENTS: tuple[type[Event], ...] = (CompletionAsked, MeetingsCompleted)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case DecideCompletion():
            return _decide_completion(state, command, now, rules)
    raise TypeError(type(command).__name__)


def _decide_completion(
    state: Relationship, command: DecideCompletion, now: datetime, rules: Rules
) -> tuple[Event, ...]:
    state.demand_outside_coordinator(command.actor)
    waits = any(task.open and task.kind is TaskKind.DECIDE_COMPLETION for task in state.tasks)
    demand(waits, "completion_not_asked")
    demand(command.reason in rules.meetings.completion_reasons, "unknown_reason", field="reason")
    return (_complete(state, now, rules, command.complete, command.reason),)


def _on_completion(state: Relationship, timer: Timer, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Return what follows when the time for meetings is over: the stage's end, or a question to a coordinator."""
    lacking = {
        "too_few_meetings": not enough(state.meetings, rules),
        "too_few_observations": state.observations.done < rules.observations.required,
    }
    why = tuple(code for code, lacks in lacking.items() if lacks)
    if not why:
        return (_complete(state, now, rules, True, ""),)
    due = timer_after(rules, DeadlineKind.COMPLETION, now, rules.meetings.completion_days).due
    return (CompletionAsked(counted=len(counting(state.meetings, rules)), due_at=due, why=why),)


def _complete(
    state: Relationship, now: datetime, rules: Rules, complete: bool, reason: str
) -> MeetingsCompleted:
    survey = timer_after(rules, DeadlineKind.SURVEY, now, rules.survey.due_days)
    close = timer_after(rules, DeadlineKind.SURVEY_CLOSE, now, rules.survey.closes_days)
    counted = len(counting(state.meetings, rules))
    return MeetingsCompleted(complete=complete, counted=counted, reason=reason, timers=(survey, close))


def counting(meetings: Meetings, rules: Rules) -> tuple[Meeting, ...]:
    """Return the meetings that count: confirmed ones, and unanswered ones if the program says so."""
    counts = ("confirmed", "logged") if rules.meetings.unconfirmed_counts else ("confirmed",)
    return tuple(meeting for meeting in meetings.log if meeting.status in counts)


def not_counting(meetings: Meetings, met: Sequence[Meeting]) -> dict[str, int]:
    """Return how many meetings that stand are not among those that count, by why: disputed or unconfirmed."""
    others = [each for each in meetings.standing if each not in met]
    disputed = sum(each.status == "disputed" for each in others)
    counts = {"disputed": disputed, "unconfirmed": len(others) - disputed}
    return {why: count for why, count in counts.items() if count}


def enough(meetings: Meetings, rules: Rules) -> bool:
    """Return whether the program's minimum is reached, and its minimum of meetings face to face."""
    met = counting(meetings, rules)
    faces = sum(meeting.mode in rules.meetings.face_to_face_modes for meeting in met)
    return len(met) >= rules.meetings.minimum and faces >= rules.meetings.minimum_face_to_face


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case CompletionAsked():
            todo = tasks.open_task(
                state.tasks,
                state.id,
                stamp,
                TaskKind.DECIDE_COMPLETION,
                why=event.why,
                due_at=event.due_at,
            )
            return replace(state, tasks=todo, timers=drop(state.timers, DeadlineKind.COMPLETION))
        case MeetingsCompleted():
            todo = tasks.close_tasks(state.tasks, stamp, TaskKind.DECIDE_COMPLETION)
            of_the_stage = (
                TaskKind.CONTACT_PAIR,
                TaskKind.FOLLOW_UP_PAIR,
                TaskKind.ARRANGE_OBSERVATION,
                TaskKind.DECIDE_COVER,
            )
            todo = tasks.close_tasks(todo, stamp, *of_the_stage, outcome="meetings_over")
            over = (
                DeadlineKind.COMPLETION,
                DeadlineKind.MEETING,
                DeadlineKind.FOLLOW_UP,
                DeadlineKind.OBSERVATION,
            )
            timers = put(drop(state.timers, *over), *event.timers)
            done = replace(state.meetings, complete=event.complete, since=state.stage_since, until=stamp.at)
            return replace(
                state.at("survey"),
                meetings=done,
                observations=state.observations.lapse(),
                cover=state.cover.lapse(),
                tasks=todo,
                timers=timers,
            )
    raise TypeError(type(event).__name__)


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case MeetingsCompleted():
            return notice_to.pair(state, stamp, NoticeKind.SURVEY_OPEN, due=instant_text(event.timers[0].due))
    return ()


FIRST_EVENTS: tuple[FirstEvent, ...] = (FirstEvent(MeetingsCompleted, DecideCompletion),)
ROOM = Room(
    commands=COMMANDS,
    events=EVENTS,
    first_events=FIRST_EVENTS,
    decide=decide,
    evolve=evolve,
    notices=notices,
    on_due={DeadlineKind.COMPLETION: _on_completion},
)
