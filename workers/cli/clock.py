"""`mentorflow clock`: shows the office's time, or moves a demo's clock forward."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Final

import typer

from workers.settings import load_settings

MOST_DAYS: Final = 3660
"""The most days that a demo's clock goes forward at once: ten years."""
commands = typer.Typer()


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
            now = await moved.now()
            # Day by day, so that what falls due in between happens on its own day.
            for _ in range(days):
                now = await moved.move_to(now + timedelta(days=1))
            if days:
                await moved.check_journal()
            return now

    try:
        typer.echo(asyncio.run(move()).isoformat(timespec="minutes"))
    except (NotAtRest, NotSkipped) as obstacle:
        again = "Try again; if the same stays open, read the logs of the office."
        typer.echo(f"The office is still busy: {obstacle}. {again}", err=True)
        raise typer.Exit(1) from None
