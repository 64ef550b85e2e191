"""The hour at which an office of this machine begins: on a working day, so that emails leave as on any other day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Final

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from domain.calendar import DAY
from workers.settings import ProcessRole, Settings

FirstHour = Callable[[datetime], datetime]
"""From the real instant, the first instant of the office, which is not earlier."""
DEMO_OPENS: Final = time(9, 30)


def on_a_working_day(hour: time, program: str = "") -> FirstHour:
    """Return the first hour of an office: the next day on which all programs work, at an hour of one's time zone.

    Args:
        hour: The local hour.
        program: Whose time zone counts; that of the first program without one.
    """

    def begin(now: datetime) -> datetime:
        usable = load_programs()
        calendars = [file.rules.calendar for file in usable.values()]
        if not calendars:
            return now
        own = usable[program].rules.calendar if program in usable else calendars[0]
        day = own.local_date(now)
        while own.at(day, hour) < now or not all(each.working(day) for each in calendars):
            day += DAY
        return own.at(day, hour)

    return begin


async def begin_at(settings: Settings, first_hour: FirstHour) -> None:
    """Set the clock of an office that has never had one set."""
    database = Database(settings.database_url(ProcessRole.MIGRATOR), size=1)
    clock = SqlClock(database)
    try:
        if not await clock.offset():
            now = datetime.now(UTC)
            await clock.set_offset(first_hour(now) - now)
    finally:
        await database.close()
