"""Faults in the table `calendar` of a program file."""

from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.calendar import Calendar
from domain.codec import Fault
from domain.rules.checks.codes import CODE
from domain.rules.intake import TermDates

CYCLES = 2  # whole ones that the dated tables must cover: this one and the next
LONGEST_BREAK = 100  # days; a summer is no longer
FIRST_YEAR, LAST_YEAR = 2000, 2100


def faults(calendar: Calendar) -> Iterator[Fault]:
    """Return what is wrong with the time zone, the breaks and the holidays."""
    try:
        ZoneInfo(calendar.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield Fault("calendar.timezone", 'unknown; write a time zone such as "America/Chicago"')
    for number, pause in enumerate(calendar.breaks):
        here = f"calendar.breaks[{number}]"
        if not CODE.fullmatch(pause.name):
            yield Fault(f"{here}.name", "write a code of lower-case letters, digits and _, at most 64")
        if not (pause.first.year >= FIRST_YEAR and pause.last.year <= LAST_YEAR):
            yield Fault(here, f"write dates between {FIRST_YEAR} and {LAST_YEAR}")
        if (pause.last - pause.first).days >= LONGEST_BREAK:
            yield Fault(f"{here}.last", f"a break lasts at most {LONGEST_BREAK} days; write an earlier date")
        if number and pause.first <= calendar.breaks[number - 1].last:
            yield Fault(f"{here}.first", "begins before the break above it ends; order breaks by date")
    for number, day in enumerate(calendar.holidays):
        if number and day <= calendar.holidays[number - 1]:
            yield Fault(
                f"calendar.holidays[{number}]", "not later than the one before; order holidays by date"
            )
        elif not FIRST_YEAR <= day.year <= LAST_YEAR:
            yield Fault(f"calendar.holidays[{number}]", f"write a date between {FIRST_YEAR} and {LAST_YEAR}")


def year_faults(calendar: Calendar, cycle: Callable[[int], TermDates]) -> Iterator[Fault]:
    """Return dated tables that do not cover two whole years of the program, or leave out a year in between (K10).

    ``cycle`` gives the dates of the program's year that begins in a calendar year. A program may have no breaks at all.
    """
    years = sorted({day.year for day in calendar.holidays})
    if not years:
        yield Fault("calendar.holidays", "empty; write the holidays of this program year and the next")
        return
    for year in range(years[0], years[-1]):
        if year not in years:
            yield Fault("calendar.holidays", f"none in {year}; write the holidays of that year")
    whole = [
        term
        for term in (cycle(year) for year in range(years[0], years[-1] + 1))
        if years[0] <= term.first.year and term.last.year <= years[-1]
    ]
    if len(whole) < CYCLES:
        needed = cycle(years[0] + CYCLES - 1).last.year
        yield Fault(
            "calendar.holidays", f"cover less than {CYCLES} program years; write the holidays up to {needed}"
        )
    for term in whole if calendar.breaks else ():
        if not any(pause.first <= term.last and term.first <= pause.last for pause in calendar.breaks):
            when = f"{term.first.isoformat()} to {term.last.isoformat()}"
            yield Fault("calendar.breaks", f"none in the year {when}; write the breaks of that year")
