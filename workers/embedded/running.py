"""One running demo, from its start until Ctrl-C: the office, its people, the clock, and the ear of its pages."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import httpx2 as httpx

from activities.adapters.files.program_files import load_programs
from workers.embedded.clock import DemoClock, NotAtRest, demo_clock
from workers.embedded.clock_moves import CANNOT_SKIP, ClockMoves
from workers.embedded.control import SECRET, Running, listening
from workers.embedded.first_hour import DEMO_OPENS, on_a_working_day
from workers.embedded.identity_provider.personas import introduce
from workers.embedded.samples.loading import Loading
from workers.embedded.samples.scenario import SampleOffice
from workers.embedded.stack.data_folder import DataFolder
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.progress import Say, step
from workers.embedded.stack.supervisor import OfficeProcesses, StackOptions

PATIENCE: Final = 600.0
"""Seconds that a move of the clock waits for a worker that is down."""
_TRIES: Final = 5
_PROGRESS_EVERY: Final = 10.0
Show = Callable[[OfficeProcesses], Awaitable[None]]


@asynccontextmanager
async def demo(
    folder: DataFolder,
    say: Say,
    *,
    ready: Show | None = None,
    published: bool = True,
    throwaway: bool = False,
) -> AsyncIterator[Running]:
    """Start a demo, and load its people until the tour's pair is ready; the others follow while the block runs.

    ``ready`` is told before the others follow, while the office is idle.
    """
    samples = SampleOffice()
    options = StackOptions(
        published=published,
        tour=True,
        personas=True,
        door=True,
        first_hour=on_a_working_day(DEMO_OPENS, samples.program),
        throwaway=throwaway,
        say=say,
    )
    folder.prepare()
    folder.secret(SECRET)
    office = OfficeProcesses(folder, options)
    running = Running(office=office)
    try:
        async with AsyncExitStack() as held:
            await office.start()
            await held.enter_async_context(listening(running))
            clock = await held.enter_async_context(demo_clock(office.settings, seconds=PATIENCE))
            loading = Loading(office, clock, samples)
            held.push_async_callback(loading.close)
            running.progress = lambda: loading.progress
            async with step("The pair of the tour, and the month before the demo opens", say):
                await loading.open()
                await introduce(office)
            running.moves = await _moves(running, clock, samples)
            held.push_async_callback(running.moves.close)
            if ready is not None:
                await ready(office)
            filling = asyncio.create_task(_fill(running, loading, say))
            held.push_async_callback(_ended, filling)
            yield running
    finally:
        if office.running:
            say("· Stopping")
        await office.stop()


async def _moves(running: Running, clock: DemoClock, samples: SampleOffice) -> ClockMoves:
    zone, loaded = load_programs()[samples.program].rules.calendar.zone, running.progress()
    return ClockMoves(
        clock,
        zone,
        pair=loaded.tour if loaded else "",
        stop_worker=running.stop_worker,
        cannot="" if await clock.skips() else CANNOT_SKIP,
    )


async def _fill(running: Running, loading: Loading, say: Say) -> None:
    """Load the other pairs while the clock stands; what a process that dies interrupts is tried again."""
    if running.moves is None or (loading.progress is not None and loading.progress.complete):
        return
    shown = asyncio.create_task(_show_progress(loading, say))
    try:
        async with running.moves.standing():
            for _ in range(_TRIES):
                try:
                    await loading.fill()
                except (httpx.HTTPError, NotAtRest) as obstacle:
                    say(f"  The other pairs: {obstacle or type(obstacle).__name__}; trying again")
                    await asyncio.sleep(1.0)
                else:
                    break
    finally:
        await _ended(shown)
    failed = loading.progress.failed if loading.progress else []
    for line in failed:
        say(f"  NO  {line}")
    say("· The other pairs are in place")


async def _show_progress(loading: Loading, say: Say) -> None:
    while True:
        await asyncio.sleep(_PROGRESS_EVERY)
        if loading.progress is not None:
            say(f"  The other pairs: {len(loading.progress.done)} of {loading.progress.acts} acts")


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, StartFailed):
        await task
