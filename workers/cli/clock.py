"""`mentorflow clock`: shows the office's time, or moves a demo's clock forward."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Annotated, Final, Protocol
from zoneinfo import ZoneInfo

import typer

from workers.settings import load_settings

MOST_DAYS: Final = 3660
"""The most days that a demo's clock goes forward at once: ten years."""
_WEEK: Final = 7
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
        now = asyncio.run(move())
    except (NotAtRest, NotSkipped) as obstacle:
        again = "Try again; if the same stays open, read the logs of the office."
        typer.echo(f"The office is still busy: {obstacle}. {again}", err=True)
        raise typer.Exit(1) from None
    typer.echo(now.isoformat(timespec="minutes"))
    for line in local_times(now):
        typer.echo(line, err=True)


def local_times(now: datetime) -> Iterator[str]:
    """Yield what time it is where the programs of the office are, a line for each time zone."""
    # Late: `--help` needs no program file.
    from activities.adapters.files.program_files import load_programs

    for zone in dict.fromkeys(file.rules.calendar.timezone for file in load_programs().values()):
        local = now.astimezone(ZoneInfo(zone))
        yield f"local time in {zone.rpartition('/')[2].replace('_', ' ')}: {local:%Y-%m-%d %H:%M}"


async def forward(clock: MovableClock, days: int, show: Show) -> datetime:
    """Move a clock day by day, so that what falls due in between happens on its own day, and show each."""
    now = await clock.now()
    for _ in range(days):
        now = await clock.move_to(now + timedelta(days=1))
        show(now)
    return now


@contextlib.contextmanager
def progress(days: int) -> Iterator[Show]:
    """Show several days as a bar beside the answer; outside a terminal, each week as a line. One day needs none."""
    if days < 2:
        yield lambda now: None
        return
    if not sys.stderr.isatty():
        yield _weekly(days)
        return
    with typer.progressbar(length=days, label="Days", file=sys.stderr, item_show_func=_day) as bar:

        def show(now: datetime) -> None:
            bar.current_item = f"{now:%Y-%m-%d}"
            bar.update(1)

        yield show


def _weekly(days: int) -> Show:
    """Return what says after each week how far the clock has come."""
    gone = 0

    def show(now: datetime) -> None:
        nonlocal gone
        gone += 1
        if gone % _WEEK == 0 or gone == days:
            typer.echo(f"{gone} of {days} days: {now:%Y-%m-%d}", err=True)

    return show


def _day(day: str | None) -> str | None:
    return day
