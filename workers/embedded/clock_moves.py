"""The moves of the demo's clock that people ask for: one at a time, with what became of each in words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from workers.embedded.clock import NotAtRest
from workers.logs import logger
from workers.time_skipping import NotSkipped

log = logger(__name__)
CANNOT_SKIP: Final = (
    "This Temporal server does not skip time, so the clock of this demo cannot be moved. "
    "The deadlines of the pairs come due in real time."
)


class ClockStep(StrEnum):
    """How far the clock goes."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    EVENT = "event"
    REMINDER = "reminder"
    """To the next deadline of the tour's pair, before which the worker stops, and on to the hour of its emails."""


BY_TIME: Final = (ClockStep.DAY, ClockStep.WEEK, ClockStep.MONTH, ClockStep.EVENT)
"""The steps that a visitor chooses among."""
_JUST_BEFORE: Final = timedelta(minutes=1)


class MoveRefused(Exception):
    """The clock does not move; the text says why."""


StopWorker = Callable[[], Awaitable[None]]


class ClockToMove(Protocol):
    """What moves the office."""

    async def now(self) -> datetime:
        """Return the office's now."""

    async def next_stop(self) -> datetime | None:
        """Return the next instant at which something is due."""

    async def next_deadline(self, pair: str) -> datetime | None:
        """Return the next deadline of a pair, or else of any run."""

    async def email_of(self, pair: str) -> datetime | None:
        """Return when the first email about a pair that waits may leave."""

    async def move_to(self, instant: datetime) -> datetime:
        """Move the office forward."""

    async def check_journal(self) -> None:
        """Run the nightly check."""


@dataclass(slots=True, kw_only=True)
class ClockMove:
    """One move: from where to where, and how it went. ``state`` is waiting, moving, checking (the nightly
    check runs once it has arrived), done or failed."""

    step: ClockStep
    state: str = "waiting"
    begins: datetime | None = None
    target: datetime | None = None
    ended: datetime | None = None
    why: str = ""

    @property
    def open(self) -> bool:
        """Whether it is still to end."""
        return self.state in ("waiting", "moving", "checking")

    def plain(self) -> dict[str, str]:
        """Return the move as plain values."""
        instants = {"begins": self.begins, "target": self.target, "ended": self.ended}
        said = {name: instant.isoformat() if instant else "" for name, instant in instants.items()}
        return {"step": self.step.value, "state": self.state, "why": self.why, **said}


class ClockMoves:
    """The one place from which the clock of a running demo is moved."""

    def __init__(
        self, clock: ClockToMove, zone: ZoneInfo, *, pair: str, stop_worker: StopWorker, cannot: str = ""
    ) -> None:
        """Set the parts.

        Args:
            clock: What moves the office.
            zone: The zone in which a day is counted.
            pair: The tour's pair, whose reminder comes due while the worker is stopped.
            stop_worker: What stops it.
            cannot: Why the clock cannot be moved, if it cannot.
        """
        self.clock = clock
        self.cannot = cannot
        self.last: ClockMove | None = None
        self._zone = zone
        self._pair = pair
        self._stop_worker = stop_worker
        self._held = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def standing(self) -> AsyncIterator[None]:
        """Let the clock stand; a move that is asked for meanwhile begins afterward."""
        async with self._held:
            yield

    def begin(self, step: ClockStep) -> ClockMove:
        """Begin a move, and return it while it runs.

        Raises:
            MoveRefused: It cannot be moved, or is being moved already.
        """
        if self.cannot:
            raise MoveRefused(self.cannot)
        if self.last is not None and self.last.open:
            raise MoveRefused("The clock is already being moved. Press again once it has arrived.")
        self.last = move = ClockMove(step=step)
        self._task = asyncio.create_task(self._run(move))
        return move

    async def close(self) -> None:
        """End a move that runs."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, move: ClockMove) -> None:
        async with self._held:
            try:
                await self._move(move)
            except (MoveRefused, NotAtRest, NotSkipped) as obstacle:
                move.why = f"{obstacle}."
            except asyncio.CancelledError:
                move.why = "The demo was stopped on the way."
                raise
            except Exception as fault:
                log.error("the clock stopped", error=type(fault).__name__)
                move.why = f"A part of the office did not answer ({type(fault).__name__}). Its logs say more."
            finally:
                move.state = "failed" if move.why else "done"

    async def _move(self, move: ClockMove) -> None:
        move.begins = await self.clock.now()
        move.target = await self._target(move.step, move.begins)
        move.state = "moving"
        if move.step is ClockStep.REMINDER:
            await self.clock.move_to(move.target - _JUST_BEFORE)
            await self._stop_worker()
        arrived = await self.clock.move_to(move.target)
        if move.step is ClockStep.REMINDER and (email := await self.clock.email_of(self._pair)):
            move.target = email
            arrived = await self.clock.move_to(email)
        move.ended, move.state = arrived, "checking"
        await self.clock.check_journal()

    async def _target(self, step: ClockStep, now: datetime) -> datetime:
        if step in (ClockStep.DAY, ClockStep.WEEK, ClockStep.MONTH):
            return later(now, step, self._zone)
        found = self.clock.next_deadline(self._pair) if step is ClockStep.REMINDER else self.clock.next_stop()
        stop = await found
        if stop is None:
            raise MoveRefused("Nothing is planned: no deadline is open and no email waits")
        return stop


def later(now: datetime, step: ClockStep, zone: ZoneInfo) -> datetime:
    """Return the same local hour a day, a week or a month later; a shorter month ends on its last day."""
    local = now.astimezone(zone)
    if step is not ClockStep.MONTH:
        return (local + timedelta(days=1 if step is ClockStep.DAY else 7)).astimezone(now.tzinfo)
    first = (local.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(local.day, last.day)).astimezone(now.tzinfo)
