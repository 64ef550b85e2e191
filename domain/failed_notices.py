"""A notice that did not arrive: told by the effect that sent it, alike in every kind of stream."""

from dataclasses import dataclass
from typing import ClassVar

from domain import tasks
from domain.actors import Role
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.notices import NoticeKind, Outcome
from domain.tasks import Task, TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class HearNotice(Command):
    """Sending a notice ended without success. Sent by the stream's own effect."""

    roles: ClassVar = (Role.SYSTEM,)
    after_end: ClassVar = True

    notice: str
    kind: NoticeKind
    person: str = ""
    outcome: Outcome
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFailed(Event):
    """A notice was refused for good, or parked until the mail works again."""

    notice: str
    kind: NoticeKind
    person: str = ""
    outcome: Outcome
    code: str


def failure_of(command: HearNotice) -> NoticeFailed:
    """What is recorded of it."""
    return NoticeFailed(
        notice=command.notice,
        kind=command.kind,
        person=command.person,
        outcome=command.outcome,
        code=command.code,
    )


def with_task(todo: tuple[Task, ...], stream: str, event: NoticeFailed, stamp: Stamp) -> tuple[Task, ...]:
    """The tasks of a stream after it: somebody has to mend an address that is refused for good."""
    if event.outcome is not Outcome.REFUSED:
        return todo
    why, kind = (event.kind.value, event.code), TaskKind.FIX_ADDRESS
    return tasks.open_task(todo, stream, stamp, kind, why=why, subject=event.person)
