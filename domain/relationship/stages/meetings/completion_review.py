"""After stage meetings: a changed log changes whether there were enough meetings, and a coordinator looks again.

What was decided stays decided, and money that was claimed or sent on it stays so, until a coordinator has reviewed it.
Money that was not sent yet is withdrawn if there were too few meetings after all, and claimed if there were enough.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from domain import tasks
from domain.actors import Role
from domain.errors import demand
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.parts.stipend import StipendClaim
from domain.relationship.room import Room
from domain.relationship.stages.meetings.completion import counting, enough
from domain.relationship.state import Relationship
from domain.rules.money import Trigger
from domain.rules.program import Rules
from domain.tasks import TaskKind

_UNSENT = ("claimed", "returned")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCompletion(Command):
    """A coordinator decides again whether there were enough meetings, since a log was changed after their time."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    example: ClassVar = {"reason": "@meetings.completion_reasons"}

    complete: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionQuestioned(Event):
    """After a change of a log the meetings no longer say what was decided. ``why`` says that, and what became of money.

    ``counted`` is how many meetings count now.
    """

    counted: int
    why: tuple[str, ...]
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionSettled(Event):
    """After another change of a log the meetings say again what was decided: nobody needs to review it."""

    counted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionReviewed(Event):
    """A coordinator decided again; ``withdrawn`` are the claims on money that was not sent and is owed no longer."""

    complete: bool
    counted: int
    reason: str
    withdrawn: tuple[str, ...] = ()


COMMANDS: tuple[type[Command], ...] = (ReviewCompletion,)
EVENTS: tuple[type[Event], ...] = (CompletionQuestioned, CompletionSettled, CompletionReviewed)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case ReviewCompletion():
            state.demand_outside_coordinator(command.actor)
            demand(_is_asked(state), "completion_not_asked")
            demand(command.reason in rules.meetings.completion_reasons, "unknown_reason", field="reason")
            unsent = () if command.complete else _claims(state, rules, *_UNSENT)
            return (
                CompletionReviewed(
                    complete=command.complete,
                    counted=len(counting(state.meetings, rules)),
                    reason=command.reason,
                    withdrawn=tuple(claim.id for claim in unsent),
                ),
            )
    raise TypeError(type(command).__name__)


def questioned(before: Relationship, after: Relationship, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Return what a decision that changed logs after the time for meetings means for what was decided on them."""
    complete = after.meetings.complete
    was, now_counted = _measures(before, rules), _measures(after, rules)
    if after.ended or before.meetings.complete is None or was == now_counted:
        return ()
    is_enough, asked = enough(after.meetings, rules), _is_asked(after)
    fewer = any(new < old for new, old in zip(now_counted, was, strict=True))
    why = ""
    if complete and not is_enough and fewer:
        why = "too_few_meetings"
    elif not complete and is_enough:
        why = "enough_meetings"
    if why and not asked:
        due = rules.calendar.after(rules.calendar.local_date(now), rules.meetings.completion_days)
        sent = "money_sent" if _claims(after, rules, "sent", "settled") else ""
        claimed = "money_claimed" if _claims(after, rules, *_UNSENT) else ""
        reasons = tuple(code for code in (why, claimed, sent) if code)
        return (CompletionQuestioned(counted=now_counted[0], why=reasons, due_at=due),)
    if asked and is_enough == complete:
        return (CompletionSettled(counted=now_counted[0]),)
    return ()


def _measures(state: Relationship, rules: Rules) -> tuple[int, int]:
    """Return how many meetings count, and how many of them were face to face."""
    met = counting(state.meetings, rules)
    return len(met), sum(meeting.mode in rules.meetings.face_to_face_modes for meeting in met)


def _is_asked(state: Relationship) -> bool:
    return any(task.open and task.kind is TaskKind.REVIEW_COMPLETION for task in state.tasks)


def _claims(state: Relationship, rules: Rules, *heard: str) -> tuple[StipendClaim, ...]:
    """Return the claims that were made because there were enough meetings, and of which this was heard last."""
    kinds = [rule.kind for rule in rules.money if rule.trigger is Trigger.ON_COMPLETION]
    live = (claim for claim in state.claims if not claim.withdrawn and claim.kind in kinds)
    return tuple(claim for claim in live if claim.heard in heard)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case CompletionQuestioned():
            todo = tasks.open_task(
                state.tasks,
                state.id,
                stamp,
                TaskKind.REVIEW_COMPLETION,
                why=event.why,
                due_at=event.due_at,
            )
            return replace(state, tasks=todo)
        case CompletionSettled():
            todo = tasks.close_tasks(
                state.tasks, stamp, TaskKind.REVIEW_COMPLETION, outcome="meeting_corrected"
            )
            return replace(state, tasks=todo)
        case CompletionReviewed():
            outcome = "complete" if event.complete else "incomplete"
            todo = tasks.close_tasks(state.tasks, stamp, TaskKind.REVIEW_COMPLETION, outcome=outcome)
            claims = tuple(
                replace(claim, withdrawn=True) if claim.id in event.withdrawn else claim
                for claim in state.claims
            )
            meetings = replace(state.meetings, complete=event.complete)
            return replace(state, meetings=meetings, claims=claims, tasks=todo)
    raise TypeError(type(event).__name__)


FIRST_EVENTS: tuple[FirstEvent, ...] = (FirstEvent(CompletionReviewed, ReviewCompletion),)
ROOM = Room(commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve)
