"""In any stage: a coordinator's own notes, and the tasks that she ends or puts off.

A note has a day on which she looks again: on that day it is a task. A task that nothing else ends, such as help with
the first contact, she ends for good or puts off to a day; then it comes back if its cause is still there. The text of a
note is sealed for the staff of the region; the pair learns neither the text nor that there is a note.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar, Final

from domain import tasks
from domain.actors import Role
from domain.errors import demand, required
from domain.ids import derive
from domain.journal import Document, Event
from domain.messages import By, Command, Stamp
from domain.relationship.deadlines import Timer, drop, put, timer_for
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent, RecordedDecision
from domain.relationship.parts.notes import Note
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind, Rules
from domain.settled_tasks import SettleTask, TaskSettled, demand_by_hand, settled, without_settled
from domain.task_acts import PUT_OFF_BY_HAND
from domain.tasks import TaskKind

FARTHEST_DAYS: Final = 400
"""How many days ahead somebody can be asked to look again; a term with its time for surveys is shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteNote(Command):
    """A coordinator writes a note of her own about a pair, and the day on which she looks again."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    while_paused: ClassVar = True
    example: ClassVar = {"text": "Ask how the move to the new school went."}

    text: Document | None = None
    look_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponeTask(Command):
    """A coordinator puts a task off to a day, for example after a call. ``task`` is the task's id."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    while_paused: ClassVar = True
    after_end: ClassVar = True
    shown: ClassVar = ("task",)

    task: str
    look_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten(Event):
    """A coordinator wrote a note; its text is the sealed ``document``."""

    note: str
    document: str
    look_on: date
    timers: tuple[Timer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPostponed(Event):
    """A coordinator put off the task of this kind and subject to a day."""

    task: str
    kind: TaskKind
    about: str = ""
    look_on: date
    timers: tuple[Timer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAgainDue(Event):
    """The day has come on which somebody looks again; ``needed`` says whether there is still something to do."""

    kind: TaskKind
    about: str = ""
    needed: bool


COMMANDS: tuple[type[Command], ...] = (WriteNote, SettleTask, PostponeTask)
EVENTS: tuple[type[Event], ...] = (NoteWritten, TaskSettled, TaskPostponed, LookAgainDue)
_STILL: Final[Mapping[TaskKind, Callable[[Relationship, str], bool]]] = {
    TaskKind.HELP_FIRST_CONTACT: lambda state, _: state.stage == "contact",
    TaskKind.HELP_AGREEMENT: lambda state, _: state.stage == "agreement",
    TaskKind.ARRANGE_OBSERVATION: lambda state, _: (
        state.stage == "meetings" and state.observations.done < state.observations.required
    ),
    TaskKind.CHASE_SURVEY: lambda state, _: state.stage == "survey",
    TaskKind.CHASE_FORM: lambda state, form: any(owed.form == form for owed in state.owed),
}
"""Whether the cause of a kind of task is still there; the other kinds have none that the office could see."""


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    state.demand_outside_coordinator(command.actor)
    match command:
        case WriteNote():
            text = required(command.text, "nothing_written", field="text")
            note = derive("note", state.id, command.id)
            timer = _timer(command.look_on, TaskKind.LOOK_AGAIN, note, now, rules)
            return (NoteWritten(note=note, document=text.doc, look_on=command.look_on, timers=(timer,)),)
        case SettleTask():
            return (settled(state.tasks, command, state.region),)
        case PostponeTask():
            task = demand_by_hand(state.tasks, command, command.task, state.region, PUT_OFF_BY_HAND)
            timer = _timer(command.look_on, task.kind, task.subject, now, rules)
            postponed = TaskPostponed(
                task=task.id, kind=task.kind, about=task.subject, look_on=command.look_on, timers=(timer,)
            )
            return (postponed,)
    raise TypeError(type(command).__name__)


def _timer(day: date, kind: TaskKind, about: str, now: datetime, rules: Rules) -> Timer:
    """Return the timer for looking again: on that day, or on the first working day after it."""
    ahead = (day - rules.calendar.local_date(now)).days
    demand(ahead > 0, "look_in_past", field="look_on")
    demand(ahead <= FARTHEST_DAYS, "look_too_far", field="look_on")
    due = rules.calendar.at(rules.calendar.next_working(day))
    return timer_for(rules, DeadlineKind.LOOK_AGAIN, due, f"{kind.value}/{about}")


def _on_due(state: Relationship, timer: Timer, now: datetime, rules: Rules) -> tuple[Event, ...]:
    kind, _, about = timer.about.partition("/")
    still = _STILL.get(TaskKind(kind))
    return (LookAgainDue(kind=TaskKind(kind), about=about, needed=still is None or still(state, about)),)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case NoteWritten():
            note = Note(
                id=event.note,
                document=event.document,
                by=stamp.actor.id,
                written_at=stamp.at,
                look_on=event.look_on,
            )
            return replace(state, notes=(*state.notes, note), timers=put(state.timers, *event.timers))
        case TaskSettled():
            return replace(state, tasks=without_settled(state.tasks, event, stamp))
        case TaskPostponed():
            todo = tasks.close_tasks(state.tasks, stamp, event.kind, subject=event.about, outcome="postponed")
            return replace(state, tasks=todo, timers=put(state.timers, *event.timers))
        case LookAgainDue():
            return _evolve_due(state, event, stamp)
    raise TypeError(type(event).__name__)


def _evolve_due(state: Relationship, event: LookAgainDue, stamp: Stamp) -> Relationship:
    about = f"{event.kind.value}/{event.about}"
    todo = state.tasks
    if event.needed:
        why, due = ("look_again",), stamp.at
        todo = tasks.open_task(todo, state.id, stamp, event.kind, why=why, subject=event.about, due_at=due)
    return replace(state, tasks=todo, timers=drop(state.timers, DeadlineKind.LOOK_AGAIN, about=about))


def _text(decision: RecordedDecision) -> dict[str, Any]:
    return {"text": decision.document(decision.first.document)}


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(NoteWritten, WriteNote, _text),
    FirstEvent(TaskSettled, SettleTask),
    FirstEvent(TaskPostponed, PostponeTask),
)
ROOM = Room(
    commands=COMMANDS,
    events=EVENTS,
    first_events=FIRST_EVENTS,
    decide=decide,
    evolve=evolve,
    on_due={DeadlineKind.LOOK_AGAIN: _on_due},
)
