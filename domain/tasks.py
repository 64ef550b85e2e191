"""Tasks: what staff must do, why, and by when. Only events open and close them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from domain.actors import Role
from domain.digests import ToldWhen
from domain.ids import derive
from domain.messages import Stamp


class TaskKind(StrEnum):
    """Each kind of work that the office gives to a person."""

    DECIDE_SPECIAL_APPLICATION = "decide_special_application"
    DECIDE_REFUSAL = "decide_refusal"
    CONTACT_MENTEE = "contact_mentee"
    PROPOSE_MENTOR = "propose_mentor"
    WAIVE_CONFLICT = "waive_conflict"
    CONSULT = "consult"
    CONFIRM_MATCH = "confirm_match"
    HELP_FIRST_CONTACT = "help_first_contact"
    HELP_AGREEMENT = "help_agreement"
    CONTACT_PAIR = "contact_pair"
    FOLLOW_UP_PAIR = "follow_up_pair"
    RESOLVE_MEETING = "resolve_meeting"
    CHECK_GROUP_MEETING = "check_group_meeting"
    ARRANGE_OBSERVATION = "arrange_observation"
    DECIDE_COVER = "decide_cover"
    DECIDE_COMPLETION = "decide_completion"
    REVIEW_COMPLETION = "review_completion"
    CHASE_SURVEY = "chase_survey"
    FILL_FORM = "fill_form"
    CHASE_FORM = "chase_form"
    RECOGNIZE_MENTOR = "recognize_mentor"
    RESUME_OR_END = "resume_or_end"
    CONSIDER_CHANGE = "consider_change"
    HANDLE_COMPLAINT = "handle_complaint"
    SECOND_COMPLAINT = "second_complaint"
    FIX_ADDRESS = "fix_address"
    LOOK_AT_PERSON = "look_at_person"
    PREPARE_STIPEND = "prepare_stipend"
    APPROVE_STIPEND = "approve_stipend"
    SEND_STIPEND = "send_stipend"
    CONFIRM_SETTLEMENT = "confirm_settlement"
    CHECK_MEMBERSHIP = "check_membership"
    CHECK_ONE_HUMAN = "check_one_human"
    CHECK_DEPARTURE = "check_departure"
    RESOLVE_RETURN = "resolve_return"
    RESOLVE_PAID_TWICE = "resolve_paid_twice"
    CONFIRM_RESOLUTION = "confirm_resolution"
    CHASE_MONTHLY_RECORD = "chase_monthly_record"
    CHECK_LOGS = "check_logs"
    FOLLOW_UP_LOGS = "follow_up_logs"
    CHASE_TERM_SURVEY = "chase_term_survey"
    NAME_CONTACT = "name_contact"
    CORRECT_PROGRAM = "correct_program"
    CHECK_STAFF_ACT = "check_staff_act"
    CORRECT_WORDS = "correct_words"
    CORRECT_MAIL = "correct_mail"
    LOOK_AGAIN = "look_again"
    LOOK_INTO_FAULT = "look_into_fault"
    START_RUN_AGAIN = "start_run_again"


TOLD: Final[Mapping[TaskKind, ToldWhen]] = {
    TaskKind.DECIDE_SPECIAL_APPLICATION: ToldWhen.DIGEST,
    TaskKind.DECIDE_REFUSAL: ToldWhen.DIGEST,
    TaskKind.CONTACT_MENTEE: ToldWhen.DIGEST,
    TaskKind.PROPOSE_MENTOR: ToldWhen.DIGEST,
    TaskKind.WAIVE_CONFLICT: ToldWhen.DIGEST,
    TaskKind.CONSULT: ToldWhen.DIGEST,
    TaskKind.CONFIRM_MATCH: ToldWhen.DIGEST,
    TaskKind.HELP_FIRST_CONTACT: ToldWhen.DIGEST,
    TaskKind.HELP_AGREEMENT: ToldWhen.DIGEST,
    TaskKind.CONTACT_PAIR: ToldWhen.DIGEST,
    TaskKind.FOLLOW_UP_PAIR: ToldWhen.DIGEST,
    TaskKind.RESOLVE_MEETING: ToldWhen.DIGEST,
    TaskKind.CHECK_GROUP_MEETING: ToldWhen.DIGEST,
    TaskKind.ARRANGE_OBSERVATION: ToldWhen.DIGEST,
    TaskKind.DECIDE_COVER: ToldWhen.AT_ONCE_IF_SOON,
    TaskKind.DECIDE_COMPLETION: ToldWhen.DIGEST,
    TaskKind.REVIEW_COMPLETION: ToldWhen.DIGEST,
    TaskKind.CHASE_SURVEY: ToldWhen.DIGEST,
    TaskKind.FILL_FORM: ToldWhen.DIGEST,
    TaskKind.CHASE_FORM: ToldWhen.DIGEST,
    TaskKind.RECOGNIZE_MENTOR: ToldWhen.DIGEST,
    TaskKind.RESUME_OR_END: ToldWhen.DIGEST,
    TaskKind.CONSIDER_CHANGE: ToldWhen.DIGEST,
    TaskKind.HANDLE_COMPLAINT: ToldWhen.AT_ONCE,
    TaskKind.SECOND_COMPLAINT: ToldWhen.AT_ONCE,
    TaskKind.FIX_ADDRESS: ToldWhen.DIGEST,
    TaskKind.LOOK_AT_PERSON: ToldWhen.DIGEST,
    TaskKind.PREPARE_STIPEND: ToldWhen.DIGEST,
    TaskKind.APPROVE_STIPEND: ToldWhen.DIGEST,
    TaskKind.SEND_STIPEND: ToldWhen.DIGEST,
    TaskKind.CONFIRM_SETTLEMENT: ToldWhen.DIGEST,
    TaskKind.CHECK_MEMBERSHIP: ToldWhen.DIGEST,
    TaskKind.CHECK_ONE_HUMAN: ToldWhen.DIGEST,
    TaskKind.CHECK_DEPARTURE: ToldWhen.DIGEST,
    TaskKind.RESOLVE_RETURN: ToldWhen.AT_ONCE,
    TaskKind.RESOLVE_PAID_TWICE: ToldWhen.DIGEST,
    TaskKind.CONFIRM_RESOLUTION: ToldWhen.DIGEST,
    TaskKind.CHASE_MONTHLY_RECORD: ToldWhen.DIGEST,
    TaskKind.CHECK_LOGS: ToldWhen.DIGEST,
    TaskKind.FOLLOW_UP_LOGS: ToldWhen.DIGEST,
    TaskKind.CHASE_TERM_SURVEY: ToldWhen.DIGEST,
    TaskKind.NAME_CONTACT: ToldWhen.DIGEST,
    TaskKind.CORRECT_PROGRAM: ToldWhen.DIGEST,
    TaskKind.CHECK_STAFF_ACT: ToldWhen.DIGEST,
    TaskKind.CORRECT_WORDS: ToldWhen.DIGEST,
    TaskKind.CORRECT_MAIL: ToldWhen.DIGEST,
    TaskKind.LOOK_AGAIN: ToldWhen.DIGEST,
    TaskKind.LOOK_INTO_FAULT: ToldWhen.AT_ONCE,
    TaskKind.START_RUN_AGAIN: ToldWhen.AT_ONCE,
}
"""How staff hear of each kind of work.

A complaint, money that came back, a failed check and a run that stopped cannot wait for the morning, and an appointment
only if it begins before the next list.
"""
ABOUT_STREAMS: Final = (TaskKind.LOOK_INTO_FAULT, TaskKind.START_RUN_AGAIN)
"""Tasks of the office itself about one stream, whose id is the first part of what they are about."""


OF_MONEY: Final = "obligation"
"""The kind of subject that a task about money has in its row."""
OF_SUBJECT: Mapping[str, TaskKind] = {
    "first_contact": TaskKind.HELP_FIRST_CONTACT,
    "agreement": TaskKind.HELP_AGREEMENT,
    "meeting": TaskKind.CONTACT_PAIR,
    "follow_up": TaskKind.FOLLOW_UP_PAIR,
    "observation": TaskKind.ARRANGE_OBSERVATION,
    "survey": TaskKind.CHASE_SURVEY,
    "form": TaskKind.CHASE_FORM,
    "pause": TaskKind.RESUME_OR_END,
}
"""The task that an escalation opens, by the subject of its deadline; a subject without one has an open task already."""
RESTS_IN_PAUSE: Final = frozenset(OF_SUBJECT.values()) - {TaskKind.RESUME_OR_END}
"""Tasks about deadlines that do not run while a relationship is paused: nobody is told of them until it goes on."""


def due_of(task: Mapping[str, Any]) -> str:
    """Return when a task of a list is due: its own day, or that of the money that it is about; empty without either.

    A task about money that was due before it was opened is due when it was opened: nobody could do it earlier.
    """
    due, owed, opened = task["due_at"], task.get("owed_due"), task["opened_at"]
    if due or not owed:
        return str(due or "")
    return str(max(owed, opened, key=datetime.fromisoformat))


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One piece of work. ``subject`` tells two tasks of a kind apart (a meeting, a notice); ``why`` holds codes."""

    id: str
    kind: TaskKind
    role: Role
    why: tuple[str, ...] = ()
    subject: str = ""
    opened_at: datetime
    due_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    outcome: str = ""

    @property
    def open(self) -> bool:
        """Whether the work is still to be done."""
        return self.closed_at is None


def open_task(
    tasks: tuple[Task, ...],
    stream: str,
    stamp: Stamp,
    kind: TaskKind,
    *,
    role: Role = Role.COORDINATOR,
    why: tuple[str, ...] = (),
    subject: str = "",
    due_at: datetime | None = None,
) -> tuple[Task, ...]:
    """Return the tasks with one more, unless one of that kind and subject is already open."""
    if any(task.open and task.kind is kind and task.subject == subject for task in tasks):
        return tasks
    task = Task(
        id=derive("task", stream, str(stamp.seq), kind.value, subject),
        kind=kind,
        role=role,
        why=why,
        subject=subject,
        opened_at=stamp.at,
        due_at=due_at,
    )
    return (*tasks, task)


def open_with_id(tasks: tuple[Task, ...], id: str) -> Task | None:
    """Return the open task with an id, or None."""
    return next((task for task in tasks if task.open and task.id == id), None)


def close_tasks(
    tasks: tuple[Task, ...], stamp: Stamp, *kinds: TaskKind, subject: str | None = None, outcome: str = "done"
) -> tuple[Task, ...]:
    """Return the tasks with every open one of ``kinds`` (all kinds if none is named) closed by the stamp's actor."""

    def hit(task: Task) -> bool:
        return task.open and (not kinds or task.kind in kinds) and subject in (None, task.subject)

    def close(task: Task) -> Task:
        return replace(task, closed_at=stamp.at, closed_by=stamp.actor.id, outcome=outcome)

    return tuple(close(task) if hit(task) else task for task in tasks)
