"""Progress messages: nothing that takes over two seconds happens silently."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import typer

Say = Callable[[str], None]


def aloud(line: str) -> None:
    """Write a line for the person at the terminal."""
    typer.echo(line)
    sys.stdout.flush()


def silent(_: str) -> None:
    """Write nothing, for tests."""


@asynccontextmanager
async def step(words: str, say: Say) -> AsyncIterator[None]:
    """Name a step, and report how long it has been running: often to a terminal, seldom to a file."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    say(f"· {words}")
    ticker = asyncio.create_task(_tick(words, start, say))
    try:
        yield
    finally:
        ticker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticker
    took = loop.time() - start
    if took >= 2:
        say(f"  {words}: done after {_span(took)}")


async def _tick(words: str, start: float, say: Say) -> None:
    loop = asyncio.get_running_loop()
    await asyncio.sleep(5.0)
    while True:
        say(f"  {words}: still running after {_span(loop.time() - start)}")
        await asyncio.sleep(5.0 if sys.stdout.isatty() else 30.0)


def _span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
