"""Days and moments as pages show them: short words, with the exact moment behind them."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import time as clock_time
from typing import Final

from activities.adapters.files.locales import (
    day_in_words,
    day_of_these_weeks,
    moment_in_words,
    written_day,
    written_time,
)
from api_gateway.pages.words import Say
from domain.languages import Language

_SHORT: Final = {Language.EN: "MMM d", Language.ES: "d MMM"}
_SHORT_OF_YEAR: Final = {Language.EN: "MMM d, y", Language.ES: "d MMM y"}
_WEEKDAY: Final = {Language.EN: "EEE, MMM d", Language.ES: "EEE d MMM"}
_LONG: Final = {Language.EN: "MMMM d, y", Language.ES: "d 'de' MMMM 'de' y"}
_CLOCK: Final = "h:mm a"
"""A time of day in both languages, as emails write it: 3:30 PM; 3:30 p.m."""
_MONTH: Final = {Language.EN: "MMM", Language.ES: "LLL"}
WEEK: Final = timedelta(days=7)
"""How far ahead is this week's."""
_NEAR: Final = timedelta(days=6)
_KNOWN_YEAR: Final = timedelta(days=150)
"""A day that is no farther away needs no year: no other day of that name is as near."""


@dataclass(frozen=True, slots=True)
class When:
    """A day or a moment: what the reader sees, the exact one in words, and the one for machines."""

    words: str
    exact: str
    iso: str


class Dates:
    """Days and moments in one language and time zone, as seen at one moment."""

    def __init__(self, language: str, zone: tzinfo, now: datetime, *, named: bool = False) -> None:
        self._named = named
        self.language, self.zone, self.say = language, zone, Say(Language(language))
        self._language = Language(language)
        self.now = now
        self.today = now.astimezone(zone).date()

    def seen_at(self, now: datetime) -> "Dates":
        """Return the same days as seen at another moment."""
        return Dates(self._language, self.zone, now, named=self._named)

    def named(self) -> "Dates":
        """Return the same days, each by its name: never as today or yesterday, where a page has two presents."""
        return Dates(self._language, self.zone, self.now, named=True)

    def title(self) -> str:
        """Return today with its day of the week, as a heading."""
        named = day_of_these_weeks(self.today, self._language)
        return named[:1].upper() + named[1:]

    def local(self, moment: str | datetime) -> datetime:
        """Return a moment in the reader's time zone."""
        at = moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(self.zone)

    def day(self, day: str | date) -> When:
        """Return a day: today, yesterday, tomorrow, else its month and number, with the year if it is far away."""
        found = date.fromisoformat(day[:10]) if isinstance(day, str) else day
        return When(self._near(found), day_in_words(found, self._language), found.isoformat())

    def on(self, moment: str | datetime) -> When:
        """Return the day of a moment, with the moment behind it."""
        local = self.local(moment)
        return When(self._near(local.date()), moment_in_words(local, self._language), local.isoformat())

    def at(self, moment: str | datetime) -> When:
        """Return a moment: its time if it is today, else its day and time."""
        local = self.local(moment)
        clock = self.clock(local)
        words = (
            clock
            if local.date() == self.today and not self._named
            else f"{self._near(local.date())}, {clock}"
        )
        return When(words, moment_in_words(local, self._language), local.isoformat())

    def since(self, moment: str | datetime) -> When:
        """Return when something happened: its time if it is today, else its day."""
        return self.at(moment) if self.local(moment).date() == self.today else self.on(moment)

    def time(self, moment: str | datetime) -> When:
        """Return the time of day of a moment, with the whole moment behind it."""
        local = self.local(moment)
        return When(self.clock(local), moment_in_words(local, self._language), local.isoformat())

    def clock(self, local: datetime) -> str:
        """Return a time of day."""
        return written_time(local.time().replace(second=0, microsecond=0), _CLOCK, self._language)

    def due(self, moment: str | datetime | None) -> When:
        """Return when something is due: days late, today, tomorrow, or its day.

        What is due at midnight belongs to the day that has just ended.
        """
        if not moment:
            return When(self.say("parts.no_day"), "", "")
        local = self.local(moment)
        late = self.days_late(moment)
        words = self.say("parts.days_late", count=late) if late > 0 else self._ahead(self._due_day(local))
        return When(words, moment_in_words(local, self._language), local.isoformat())

    def days_late(self, moment: str | datetime) -> int:
        """Return by how many days something is late; 0 or less if it is not."""
        return (self.today - self._due_day(self.local(moment))).days

    @property
    def late_before(self) -> datetime:
        """The instant before which something was due that is late today: what was due as the day began is."""
        return datetime.combine(self.today, clock_time(), tzinfo=self.zone) + timedelta(seconds=1)

    def due_by(self, moment: str | datetime) -> date:
        """Return the last day on which something is in time."""
        return self._due_day(self.local(moment))

    def month(self, day: date) -> str:
        """Return the short name of a day's month."""
        return self._format(day, _MONTH).rstrip(".")

    def long(self, day: str | date) -> str:
        """Return a day with its whole month and year."""
        return self._format(date.fromisoformat(day[:10]) if isinstance(day, str) else day, _LONG)

    def heading(self, day: date) -> str:
        """Return a day as the heading of what happened on it, with the year if it is far away."""
        if self._year_is_known(day):
            named = day_of_these_weeks(day, self._language)
        else:
            named = day_in_words(day, self._language)
        return named[:1].upper() + named[1:]

    @staticmethod
    def _due_day(local: datetime) -> date:
        return (local - timedelta(seconds=1)).date()

    def _near(self, day: date) -> str:
        away = (day - self.today).days
        if abs(away) <= 1 and not self._named:
            return self.say(f"parts.{('yesterday', 'today', 'tomorrow')[away + 1]}")
        return self._format(day, _SHORT if self._year_is_known(day) else _SHORT_OF_YEAR)

    def _year_is_known(self, day: date) -> bool:
        return day.year == self.today.year or abs(day - self.today) <= _KNOWN_YEAR

    def _ahead(self, day: date) -> str:
        """Return a day to come, with its day of the week in the days just ahead."""
        soon = timedelta(days=1) < day - self.today <= _NEAR
        return self._format(day, _WEEKDAY) if soon else self._near(day)

    def _format(self, day: date, form: dict[Language, str]) -> str:
        return written_day(day, form[self._language], self._language)


def urgency(due: str, dates: Dates) -> str:
    """Return how a row with a day is marked: late, soon for this week's, or not at all."""
    if not due:
        return ""
    if dates.days_late(due) > 0:
        return "late"
    return "soon" if dates.due_by(due) - dates.today < WEEK else ""


def since(moment: str | datetime, dates: Dates) -> When:
    """Return since when something waits, in words."""
    day = dates.on(moment)
    return replace(day, words=dates.say("today.since", day=day.words))
