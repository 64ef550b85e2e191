"""Time skipping: the one module that uses Temporal's experimental calls for it.

A demo starts each workflow at the demo's now, by a delayed start whose delay is skipped at once, and moves a running
one forward. Production skips nothing: `workers.temporal` imports this module, and uses it only if it is given the
offset of a demo's clock.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from temporalio.api.common.v1 import FastForwardConfig, TimeSkippingConfig
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowInput,
    StartWorkflowUpdateWithStartInput,
    WorkflowHandle,
    WorkflowUpdateHandle,
)
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper

ATTEMPTS: Final = 5
"""How often one run is moved before it counts as not moved."""
SHORT: Final = timedelta(milliseconds=50)
"""How much the forward of a delayed start is shorter than the delay. The server ends a forward well only while the run
is idle: a forward whose end passes while the run works lets it go on to its next timer, perhaps a month ahead. A
delayed run is idle until its delay ends, so its forward ends just before; the rest of the delay passes in real time."""
BEYOND: Final = timedelta(seconds=2)
"""How far a move goes beyond its instant, for the same reason: what falls due at the instant is done long before the
move ends, and the run is idle again."""

LOOKS_EVERY: Final = 16
"""After how many moves a run is asked again for its time. Between them it is known from the last move, and each move
takes the run some milliseconds too far: about as long as a call to the server lasts."""

Offset = Callable[[], Awaitable[timedelta]]
"""How far the demo's now is ahead of the real one."""


class NotSkipped(RuntimeError):
    """A run did not reach its instant in time; the text has only its opaque id."""


class DemoStarts(Interceptor):
    """An interceptor that makes every workflow of a client begin at the demo's now."""

    def __init__(self, offset: Offset) -> None:
        super().__init__()
        self.offset = offset

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        """Put the start's delay between the caller and the server."""
        return _DemoStartsOutbound(next, self.offset)


class _DemoStartsOutbound(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, offset: Offset) -> None:
        super().__init__(next)
        self._offset = offset

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:
        await self._move(input)
        return await super().start_workflow(input)

    async def start_update_with_start_workflow(
        self, input: StartWorkflowUpdateWithStartInput
    ) -> WorkflowUpdateHandle[Any]:
        # The server does not accept a delayed start together with an update: start first, then send the update.
        if await self._offset() > timedelta():
            raise NotImplementedError("start the workflow, then send the update")
        return await super().start_update_with_start_workflow(input)

    async def _move(self, input: StartWorkflowInput) -> None:
        offset = await self._offset()
        if offset <= SHORT:
            return
        forward = FastForwardConfig(id=secrets.token_hex(16))
        forward.duration.FromTimedelta(offset - SHORT)
        input.start_delay = offset
        input.time_skipping_config = TimeSkippingConfig(enabled=True, fast_forward_config=forward)


class Skipper:
    """A mover of running workflows forward in time."""

    def __init__(self, client: Client, *, seconds: float = 60.0) -> None:
        """Set the client, and how many seconds one move of one run may take."""
        self._client = client
        self._skipper = TimeSkipper(client)
        self._seconds = seconds
        self._arrived: dict[str, tuple[timedelta, int]] = {}
        """How far each run is ahead of real time since its last move, and how many moves ago it was asked."""

    async def now_of(self, id: str) -> datetime | None:
        """Return the current instant of a run; None if the run has ended."""
        try:
            description = await self._client.get_workflow_handle(id).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise
        if description.close_time is not None:
            return None
        extended = description.raw_description.workflow_extended_info
        if not extended.HasField("time_skipping_info"):
            return datetime.now(UTC)  # noqa: TID251 - a run that never skipped uses the server's own time
        return extended.time_skipping_info.current_time.ToDatetime().replace(tzinfo=UTC)

    async def skips(self, id: str) -> bool:
        """Return whether the server keeps a time of its own for a run."""
        description = await self._client.get_workflow_handle(id).describe()
        return description.raw_description.workflow_extended_info.HasField("time_skipping_info")

    async def busy(self, id: str) -> bool:
        """Return whether a run has activities or workflow tasks in progress."""
        try:
            description = await self._client.get_workflow_handle(id).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        raw = description.raw_description
        return bool(raw.pending_activities) or raw.HasField("pending_workflow_task")

    async def move(self, id: str, instant: datetime) -> None:
        """Move one run ``BEYOND`` an instant; it may end on the way.

        The server forgets a fast-forward if the run continues as new after it has arrived, and then answers that
        another one took its place. The run's own clock says how far it came; the rest of the way is asked for again.

        Raises:
            NotSkipped: It did not get there in time or in a few attempts, or the server does not skip.
        """
        handle = self._client.get_workflow_handle(id)
        ahead, moves = self._arrived.pop(id, (None, 0))
        try:
            async with asyncio.timeout(self._seconds):
                for _ in range(ATTEMPTS):
                    if ahead is None or moves == LOOKS_EVERY:
                        now, moves = await self.now_of(id), 0
                    else:
                        now = datetime.now(UTC) + ahead  # noqa: TID251 - a run's time is kept as the difference to it
                    if now is None or now >= instant:
                        return
                    if await self._forward(handle, instant + BEYOND - now, asked=moves == 0):
                        ahead = instant + BEYOND - datetime.now(UTC)  # noqa: TID251 - the same
                        self._arrived[id] = (ahead, moves + 1)
                        return
                    ahead = None
        except TimeoutError:
            raise NotSkipped(f"{id} did not reach {instant:%Y-%m-%d} within {self._seconds:.0f} s") from None
        raise NotSkipped(f"{id} did not reach {instant:%Y-%m-%d} in {ATTEMPTS} attempts")

    async def _forward(self, handle: WorkflowHandle[Any, Any], by: timedelta, *, asked: bool) -> bool:
        """Move a run once; return whether it is known to have arrived. ``asked`` asks whether the server skips time."""
        try:
            arrived = await self._skipper.fast_forward(handle, by)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        except RuntimeError as error:
            if "fast_forward_id does not match" not in str(error):
                raise
            return False
        if arrived and asked and await self._skipper.get_time_skipping_info(handle) is None:
            raise NotSkipped("this Temporal server does not skip time")
        return arrived
