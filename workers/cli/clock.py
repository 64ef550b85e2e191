"""`mentorflow clock`: shows the office's time, or moves a demo's clock forward."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Annotated, Final, Protocol

import typer

from workers.settings import load_settings

MOST_DAYS: Final = 3660
"""The most days that a demo's clock goes forward at once: ten years."""
commands = typer.Typer()
Show = Callable[[datetime], None]
"""What shows how far the clock has come."""


class MovableClock(Protocol):
    """A demo's clock."""

    async def now(self) -> datetime:
        """Return its present instant."""

    async def move_to(self, instant: datetime) -> datetime:
        """Move it forward; return its instant then."""


@commands.command()
def clock(
    days: Annotated[
        int, typer.Option(min=0, max=MOST_DAYS, help="How many days to go forward. 0 only shows the time.")
    ] = 0,
) -> None:
    """Show the office's time, or move a demo's clock forward. Every deadline on the way comes due.

    The nightly check runs once at the end, not for each night.
    """
    # Late: the clock needs all workflows, and `--help` needs none.
    from workers.embedded.clock import NotAtRest, demo_clock
    from workers.time_skipping import NotSkipped

    settings = load_settings()
    if not settings.demo:
        raise typer.BadParameter("only a demo's clock can be moved")

    async def move() -> datetime:
        async with demo_clock(settings, seconds=120) as moved:
            with progress(days) as show:
                now = await forward(moved, days, show)
            if days:
                await moved.check_journal()
            return now

    try:
        typer.echo(asyncio.run(move()).isoformat(timespec="minutes"))
    except (NotAtRest, NotSkipped) as obstacle:
        again = "Try again; if the same stays open, read the logs of the office."
        typer.echo(f"The office is still busy: {obstacle}. {again}", err=True)
        raise typer.Exit(1) from None


async def forward(clock: MovableClock, days: int, show: Show) -> datetime:
    """Move a clock day by day, so that what falls due in between happens on its own day, and show each."""
    now = await clock.now()
    for _ in range(days):
        now = await clock.move_to(now + timedelta(days=1))
        show(now)
    return now


@contextlib.contextmanager
def progress(days: int) -> Iterator[Show]:
    """Show several days as a bar beside the answer; one day needs none, and nobody sees one outside a terminal."""
    if days < 2 or not sys.stderr.isatty():
        yield lambda now: None
        return
    with typer.progressbar(length=days, label="Days", file=sys.stderr, item_show_func=_day) as bar:

        def show(now: datetime) -> None:
            bar.current_item = f"{now:%Y-%m-%d}"
            bar.update(1)

        yield show


def _day(day: str | None) -> str | None:
    return day
