"""A notice that did not arrive, or was not sent. Who sends it reports this, in the same way in every kind of stream."""

from dataclasses import dataclass
from typing import ClassVar, Final

from domain import tasks
from domain.actors import Role
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.notices import NoticeKind, Outcome
from domain.overtaken import Why
from domain.tasks import Task, TaskKind

GONE: Final = "left"
"""The code of a notice that is not sent because its reader left or died: no address is to be corrected."""

CORRECTED: Final = "corrected"
"""The outcome of a task about an address: emails arrive again."""
PROGRAM_ASIDE: Final = "program_aside"
"""The code of a notice that waits until the file of its program can be used again."""

NOT_WORDED: Final = "not_worded"
"""The code of a notice that waits for a correction of the software, which has no words for it."""

OF_DIGEST: Final = "digest"
"""The first code of a task about an address that a digest did not reach."""

LAST_WORDS: Final = (
    NoticeKind.APPLICATION_REFUSED,
    NoticeKind.RELATIONSHIP_COMPLETED,
    NoticeKind.RELATIONSHIP_ENDED,
    NoticeKind.PARTNER_CHANGED,
    NoticeKind.MENTOR_THANKED,
    NoticeKind.CONTINUE_AS_COLLEAGUES,
    NoticeKind.COMPLAINT_CLOSED,
)
"""Emails about the end of a relationship still matter when it has ended and no run is left to send them again."""

UNNAMED: Final = (NoticeKind.COMPLAINT_RECEIVED,)
"""Emails whose kind no task names. A kind that older tasks name stays named: their events fold as they did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HearNotice(Command):
    """Report that a notice could not be sent. The stream's own effect sends this command."""

    roles: ClassVar = (Role.SYSTEM,)
    after_end: ClassVar = True

    notice: str
    kind: NoticeKind
    person: str = ""
    outcome: Outcome
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFailed(Event):
    """A notice was refused for good, or parked until email works again."""

    notice: str
    kind: NoticeKind
    person: str = ""
    outcome: Outcome
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeOvertaken(Event):
    """A notice was not sent, because what it says did not hold any more when it could leave."""

    notice: str
    kind: NoticeKind
    person: str = ""
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class HearReachable(Command):
    """Report that emails reach a person again, or, without a person, the contacts of the region that got none.

    Housekeeping sends it once an address was corrected, or somebody else is the contact.
    """

    roles: ClassVar = (Role.SYSTEM,)
    after_end: ClassVar = True

    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachableAgain(Event):
    """Emails reach a person again, or, without a person, the contacts of the region."""

    person: str = ""


def heard(command: HearNotice) -> NoticeFailed | NoticeOvertaken:
    """Return the event that records that a notice did not arrive, or was not sent."""
    if command.outcome is Outcome.OVERTAKEN:
        return NoticeOvertaken(
            notice=command.notice, kind=command.kind, person=command.person, why=Why(command.code)
        )
    return NoticeFailed(
        notice=command.notice,
        kind=command.kind,
        person=command.person,
        outcome=command.outcome,
        code=command.code,
    )


def reachable(todo: tuple[Task, ...], command: HearReachable) -> tuple[Event, ...]:
    """Return that emails arrive again, if a task asks for a correction of the address."""
    waits = any(task.open and _about_address(task, command.person) for task in todo)
    return (ReachableAgain(person=command.person),) if waits else ()


def _about_address(task: Task, person: str) -> bool:
    return task.kind is TaskKind.FIX_ADDRESS and task.subject == person


def without_task(todo: tuple[Task, ...], event: ReachableAgain, stamp: Stamp) -> tuple[Task, ...]:
    """Return the tasks of a stream after emails arrive again: no address needs to be corrected any longer."""
    return tasks.close_tasks(todo, stamp, TaskKind.FIX_ADDRESS, subject=event.person, outcome=CORRECTED)


def with_task(todo: tuple[Task, ...], stream: str, event: NoticeFailed, stamp: Stamp) -> tuple[Task, ...]:
    """Return the tasks of a stream after the failure: staff must correct an address that is refused for good."""
    if event.outcome is not Outcome.REFUSED or event.code == GONE:
        return todo
    # Both of the pair see the task, and the kind of some emails would tell them that there is a complaint.
    said = () if event.kind in UNNAMED else (event.kind.value,)
    why, kind = (*said, event.code), TaskKind.FIX_ADDRESS
    return tasks.open_task(todo, stream, stamp, kind, why=why, subject=event.person)
