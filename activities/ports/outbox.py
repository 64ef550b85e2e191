"""What the outbox needs from the outside world: which emails wait, until when, and which streams must hear of one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.notices import NoticeKind, Outcome
from domain.overtaken import NoticeStanding
from domain.sending_hours import Rank
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplanned:
    """A notice whose hour is not known yet.

    ``record`` is equal for the notices of one decision, ``reader`` the person or region that it is for. ``own_act``
    says that it answers its reader's own act, ``to_region`` that it is for the contacts of a region, ``decided_at``
    when its stream decided it: a demo's runs move before the office's clock does.
    """

    id: str
    kind: NoticeKind
    data: Mapping[str, str]
    program: str
    record: str
    reader: str
    own_act: bool
    to_region: bool = False
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedNotice:
    """When a notice may leave, and its class among those that are due."""

    id: str
    not_before: datetime
    rank: Rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An email that was refused for good, or overtaken, and that its stream has not heard of.

    ``code`` says why. ``workflow`` is the id of the stream's workflow, ``relationship`` that of the relationship, if it
    is one. ``attempt`` rises when the email is sent again.
    """

    notice: str
    kind: NoticeKind
    person: str
    code: str
    attempt: int
    workflow: str
    outcome: Outcome = Outcome.REFUSED
    relationship: str = ""


class Outbox(Protocol):
    """The emails that wait."""

    async def unplanned(self) -> tuple[Unplanned, ...]:
        """Return the notices whose hour is not known yet, in the order in which they were recorded."""
        ...

    async def plan(self, plans: tuple[PlannedNotice, ...]) -> None:
        """Record when notices may leave."""
        ...

    async def leave_to_digests(self, notices: tuple[str, ...], at: datetime) -> None:
        """End notices of which a digest tells the same."""
        ...

    async def postpone(self, notice: str, until: datetime) -> frozenset[str]:
        """Let a notice wait, and with it what the same decision says to its reader after it; return their ids."""
        ...

    async def park_due(self, now: datetime, notice: str) -> None:
        """Mark what is due as parked, with the code of a notice that was not taken, because no mail server answers."""
        ...

    async def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Return the ids of notices that may leave: by class, then in the order in which they were recorded."""
        ...

    async def standing(self, notice: str, now: datetime) -> NoticeStanding:
        """Return whether a notice still holds, by what was recorded after it."""
        ...

    async def has_task(self, notice: str, kinds: Collection[TaskKind]) -> bool:
        """Return whether a task of one of these kinds is open about the subject of a notice."""
        ...

    async def caught_up_at(self, notice: str) -> datetime | None:
        """Return when the reader of a reminder about a monthly record last handed one in; None if never."""
        ...

    async def next_at(self, now: datetime) -> datetime | None:
        """Return the first instant after ``now`` at which a notice may leave; None if none waits."""
        ...

    async def untold(self, limit: int) -> tuple[Refusal, ...]:
        """Return refused and overtaken emails that their streams have not heard of."""
        ...

    async def told(self, refusal: Refusal, *, ended: bool) -> None:
        """Record that a stream has heard of a refusal; if it has ended, its side stream gets the event."""
        ...


class OutboxCall(Protocol):
    """The way to the outbox."""

    async def call(self) -> None:
        """Have the outbox look at what waits; start it if it does not run."""
        ...
