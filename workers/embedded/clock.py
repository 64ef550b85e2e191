"""The demo's clock: moves every open workflow, then the row that all other parts of the office read.

In that order, so that nobody sees a day on which a deadline has passed and its nudge is missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from temporalio.client import Client

from activities.adapters.postgres.backlog import SqlBacklog
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from domain.workflow_contracts import (
    HOUSEKEEPING_WORKFLOW,
    OBLIGATION_WORKFLOW,
    RELATIONSHIP_WORKFLOW,
    TERM_WORKFLOW,
)
from workers.assembly import COMMANDS
from workers.schedules import trigger_schedules
from workers.settings import ProcessRole, Settings
from workers.temporal import connect
from workers.time_skipping import Skipper

AT_ONCE: Final = 32
"""How many runs are moved at the same time."""
_KEPT: Final = (RELATIONSHIP_WORKFLOW, OBLIGATION_WORKFLOW, TERM_WORKFLOW)
_OPEN: Final = f"ExecutionStatus = 'Running' AND WorkflowType IN {_KEPT}"
_ROUNDS: Final = f"ExecutionStatus = 'Running' AND WorkflowType = '{HOUSEKEEPING_WORKFLOW}'"


class ClockRow(Protocol):
    """The one row that says how far the demo's now is ahead."""

    async def offset(self) -> timedelta:
        """How far ahead; nothing where there is no row."""

    async def set_offset(self, offset: timedelta) -> None:
        """Write the row."""


class Unrest(Protocol):
    """What the database knows to be open."""

    async def open_work(self) -> int:
        """How many commands have no answer and how many notices are about to be sent."""


class NotAtRest(RuntimeError):
    """The office did not come to rest in time after the clock was moved."""


class DemoClock:
    """Demo now = real now + offset. Only ever moved forward."""

    def __init__(
        self,
        client: Client,
        row: ClockRow,
        unrest: Unrest,
        *,
        seconds: float = 60.0,
        scheduled: Callable[[Client], Awaitable[None]] | None = trigger_schedules,
    ) -> None:
        """Take the parts.

        Args:
            client: The office's client.
            row: Where the offset is kept.
            unrest: What the database knows to be open.
            seconds: How long one run may take to be moved, and the office to come to rest.
            scheduled: Fires the schedules; None leaves them alone.
        """
        self._client = client
        self._row = row
        self._unrest = unrest
        self._skipper = Skipper(client, seconds=seconds)
        self._seconds = seconds
        self._scheduled = scheduled

    async def now(self) -> datetime:
        """The demo's now."""
        return datetime.now(UTC) + await self._row.offset()

    async def move_to(self, instant: datetime) -> datetime:
        """Move the office to an instant and wait until it has come to rest there; an earlier one changes nothing.

        Returns:
            The demo's now afterwards.

        Raises:
            NotSkipped: A run did not arrive.
            NotAtRest: Something is still open.
        """
        if instant > await self.now():
            await self._move_runs(instant)
            await self._row.set_offset(instant - datetime.now(UTC))
            # What started meanwhile, as an obligation does from a claim, started at the old now.
            await self._move_runs(instant)
            if self._scheduled is not None:
                await self._scheduled(self._client)
        await self.rest()
        return await self.now()

    async def rest(self) -> None:
        """Wait until no command is unanswered, no notice on its way, and no run at work."""
        try:
            async with asyncio.timeout(self._seconds):
                quiet = 0
                while quiet < 2:  # twice, since an effect may lie between two looks
                    busy = await self._unrest.open_work() or await self._busy()
                    quiet = 0 if busy else quiet + 1
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise NotAtRest(
                f"after {self._seconds:.0f} s {await self._unrest.open_work()} commands and notices were open, "
                f"and {len(await self._busy())} runs at work"
            ) from None

    async def open_runs(self) -> list[str]:
        """Ids of all relationships, obligations and terms that run."""
        return sorted({run.id async for run in self._client.list_workflows(_OPEN)})

    async def _move_runs(self, instant: datetime) -> None:
        gate = asyncio.Semaphore(AT_ONCE)

        async def move(id: str) -> None:
            async with gate:
                await self._skipper.move(id, instant)

        moved: set[str] = set()
        while late := [id for id in await self.open_runs() if id not in moved]:
            await asyncio.gather(*(move(id) for id in late))
            moved.update(late)

    async def _busy(self) -> list[str]:
        gate = asyncio.Semaphore(AT_ONCE)

        async def look(id: str) -> str:
            async with gate:
                return id if await self._skipper.busy(id) else ""

        looked = await asyncio.gather(*(look(id) for id in await self.open_runs()))
        rounds = [run.id async for run in self._client.list_workflows(_ROUNDS)]
        return [*(id for id in looked if id), *rounds]


@asynccontextmanager
async def demo_clock(settings: Settings, *, seconds: float = 60.0) -> AsyncIterator[DemoClock]:
    """The clock of an embedded stack, from its settings.

    Args:
        settings: Those of the stack; they hold the password of the role that owns the clock's row.
        seconds: How long one run may take to be moved, and the office to come to rest.
    """
    database = Database(settings.database_url(ProcessRole.MIGRATOR), size=2)
    try:
        row = SqlClock(database)
        client = await connect(settings, offset=row.offset, identity="mentorflow-clock")
        yield DemoClock(client, row, SqlBacklog(database, row, COMMANDS), seconds=seconds)
    finally:
        await database.close()
