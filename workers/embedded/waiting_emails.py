"""What a demo says about its hour: the office's time, how many emails wait, and until when."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.open_work import SqlOpenWork
from workers.embedded.clock import demo_clock
from workers.settings import ProcessRole, Settings


async def office_hour(settings: Settings, zone: ZoneInfo) -> dict[str, str]:
    """Return the lines of the card about the hour, once the office is idle and every email has its own."""
    async with demo_clock(settings) as clock:
        await clock.rest()
    database = Database(settings.database_url(ProcessRole.MIGRATOR), size=1)
    row = SqlClock(database)
    try:
        now = await row.now()
        count, first, last = await SqlOpenWork(database, row).waiting_emails()
    finally:
        await database.close()
    moves = ".venv/bin/mentorflow clock --days 1 moves it"
    return {
        "Office time": f"{_hour(now, zone)}, {zone}   ({moves})",
        "Emails": in_words(count, first, last, zone),
    }


def in_words(count: int, first: datetime | None, last: datetime | None, zone: ZoneInfo) -> str:
    """Return how many emails wait, and until when."""
    if not count or first is None or last is None:
        return "none waits"
    waits = "1 email waits" if count == 1 else f"{count} emails wait"
    until = (
        _hour(first, zone) if first == last else f"{_hour(first, zone)}, the last until {_hour(last, zone)}"
    )
    return f"{waits} until {until}"


def _hour(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%A %Y-%m-%d %H:%M}"
