"""A program's calendar: its time zone, working days, school breaks and holidays.

Deadlines are computed on local dates and stored as absolute instants, so a clock change moves the instant and never
the hour that people see. Days in a break do not count toward a rhythm, because schools are closed.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MORNING = time(9, 0)


class RhythmUnit(StrEnum):
    """The unit of a rhythm."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often a pair must meet: at least every ``every`` ``unit``. It decides what is overdue (NEA-11, ESE-2)."""

    every: int
    unit: RhythmUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Days on which school is closed, first and last day included."""

    name: str
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"break {self.name} ends before it begins; write last on or after first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The time zone, dated breaks and holidays of one program."""

    timezone: str
    breaks: tuple[Break, ...]
    holidays: tuple[date, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The program's time zone."""
        return ZoneInfo(self.timezone)

    def reaches(self, first: date, last: date) -> bool:
        """Return whether the listed holidays cover all of these days. Beyond them, working days are unknown."""
        years = self.years
        return years is not None and years[0] <= first.year and last.year <= years[1]

    @property
    def years(self) -> tuple[int, int] | None:
        """The first and the last year whose holidays are listed; None if there is none."""
        listed = [day.year for day in self.holidays]
        return (min(listed), max(listed)) if listed else None

    def local_date(self, instant: datetime) -> date:
        """Return the date in the program's time zone at an instant."""
        return instant.astimezone(self.zone).date()

    def at(self, day: date, hour: time = MORNING) -> datetime:
        """Return the instant of a local hour (09:00 by default). An hour that a clock change skips moves forward."""
        local = datetime.combine(day, hour, tzinfo=self.zone)
        return local.astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """Return the instant at which a local day ends."""
        return self.at(day + DAY, time(0, 0))

    def closed(self, day: date) -> bool:
        """Return whether the day is in a school break."""
        return any(pause.first <= day <= pause.last for pause in self.breaks)

    def weekday(self, day: date) -> bool:
        """Return whether offices are open: Monday to Friday and no holiday. A school break closes no office."""
        return day.weekday() < 5 and day not in self.holidays

    def working(self, day: date) -> bool:
        """Return whether the day is a working day."""
        return self.weekday(day) and not self.closed(day)

    def next_working(self, day: date) -> date:
        """Return that day, or the first working day after it."""
        while not self.working(day):
            day += DAY
        return day

    def last_working(self, day: date) -> date:
        """Return the last working day of the month of ``day``; if it has none, the first one after the month."""
        first = day.replace(day=1)
        last = plus_months(first, 1) - DAY
        latest = last
        while latest > first and not self.working(latest):
            latest -= DAY
        return latest if self.working(latest) else self.next_working(last)

    def after(self, start: date, days: int) -> datetime:
        """Return 09:00 on the first working day at least ``days`` calendar days after ``start``."""
        return self.at(self.next_working(start + days * DAY))

    def next_by(self, start: date, rhythm: Rhythm) -> date:
        """Return the last day on which the next meeting still keeps the rhythm; days in breaks do not count.

        Raises ``ValueError`` if the rhythm is not positive, or if it falls only in breaks.
        """
        if rhythm.every < 1:
            raise ValueError("a rhythm needs a positive number")
        target = plus_months(start, rhythm.every) if rhythm.unit is RhythmUnit.MONTHS else None
        factor = 7 if rhythm.unit is RhythmUnit.WEEKS else 1
        left = (target - start).days if target else rhythm.every * factor
        day = start
        limit = start + timedelta(days=left + 800)
        while left:
            day += DAY
            if day > limit:
                raise ValueError("the rhythm falls only in breaks")
            left -= not self.closed(day)
        return day


def plus_months(start: date, months: int) -> date:
    """Return the same day some months later, or the last day of the month if it has no such day (31st, 29 February)."""
    index = start.month - 1 + months
    year, month = start.year + index // 12, index % 12 + 1
    for day in range(start.day, 27, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return date(year, month, start.day)
