"""A person ends a task that nothing else ends: somebody was spoken with, or an address was looked up.

Relationships, obligations and terms have the same command and the same event for it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain import tasks
from domain.actors import Role, demand_coordinator
from domain.errors import demand, required
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.task_acts import SETTLED_BY_HAND
from domain.tasks import Task, TaskKind


class TaskOutcome(StrEnum):
    """How a person ended a task."""

    DONE = "done"
    NOT_NEEDED = "not_needed"
    OUT_OF_REACH = "out_of_reach"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleTask(Command):
    """A coordinator of the region ends a task for good, for example after a call. ``task`` is the task's id."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    while_paused: ClassVar = True
    after_end: ClassVar = True
    shown: ClassVar = ("task",)

    task: str
    outcome: TaskOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSettled(Event):
    """A coordinator ended a task of this kind and subject."""

    task: str
    kind: TaskKind
    about: str = ""
    outcome: TaskOutcome


def demand_by_hand(
    todo: tuple[Task, ...], command: Command, id: str, region: str, kinds: frozenset[TaskKind]
) -> Task:
    """Return the open task with an id if it is one of these kinds; refuse any other."""
    demand_coordinator(command.actor, region)
    task = required(tasks.open_with_id(todo, id), "no_such_task", field="task")
    demand(task.kind in kinds, "task_has_its_own_act", field="task")
    return task


def settled(todo: tuple[Task, ...], command: SettleTask, region: str) -> TaskSettled:
    """Return the event that ends a task; raises ``RuleViolation``."""
    task = demand_by_hand(todo, command, command.task, region, SETTLED_BY_HAND)
    return TaskSettled(task=task.id, kind=task.kind, about=task.subject, outcome=command.outcome)


def without_settled(todo: tuple[Task, ...], event: TaskSettled, stamp: Stamp) -> tuple[Task, ...]:
    """Return the tasks of a stream after one was ended."""
    outcome = event.outcome.value
    return tasks.close_tasks(todo, stamp, event.kind, subject=event.about, outcome=outcome)
