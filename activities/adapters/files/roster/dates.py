"""Dates as people write them: those with one meaning, and those whose order has to be asked."""

import re
from calendar import monthrange
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from domain.told import Told, joined, told

FIRST_YEAR, LAST_YEAR = 1900, 2100
LONGEST: Final = 60
ADVICE: Final = told(
    "write_date",
    "Write the date as 2026-04-03 (year, month, day). In a spreadsheet, select the column, open Format Cells, choose "
    "Date, and take the form with the year first, such as 2026-04-03 (yyyy-mm-dd).",
)


class DateOrder(StrEnum):
    """Which of the first two numbers of a date is the day."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


_FIRST_IN_COLUMN: Final = {
    DateOrder.DAY_FIRST: told(
        "day_first_here", "There is no such day if the first number is the day, as in this column."
    ),
    DateOrder.MONTH_FIRST: told(
        "month_first_here", "There is no such day if the first number is the month, as in this column."
    ),
}
_FIRST_EARLIER: Final = {
    DateOrder.DAY_FIRST: told(
        "day_first_earlier",
        "There is no such day if the first number is the day, as it was answered for an earlier list with these "
        "headings.",
    ),
    DateOrder.MONTH_FIRST: told(
        "month_first_earlier",
        "There is no such day if the first number is the month, as it was answered for an earlier list with these "
        "headings.",
    ),
}


def remembered_order_words(order: DateOrder, id: str) -> Told:
    """Return what to say of a cell that is no day in the order that was answered about an earlier list."""
    otherwise = told(
        "answer_order_otherwise",
        "If the earlier answer is wrong, answer {id} otherwise, on the command line with --answers FILE.",
        id=id,
    )
    return joined((_FIRST_EARLIER[order], ADVICE, otherwise))


class Numbers(NamedTuple):
    """A date as three numbers whose first two may be in either order."""

    one: int
    two: int
    year: int


class NoDate(ValueError):
    """A text that is no date; ``code`` and ``problem`` say why and what to write."""

    def __init__(self, code: str, problem: Told) -> None:
        super().__init__(code)
        self.code = code
        self.problem = problem


_TIME: Final = (
    r"(?:[Tt ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r"(?: ?[AaPp]\.?[Mm]\.?)?(?:[Zz]| ?[+-][0-9]{2}:?[0-9]{2})?)?"
)
"""The time of day that may follow a date, as forms write it; only the day counts."""
_ISO: Final = re.compile(rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}")
_DOTS: Final = re.compile(rf"([0-9]{{1,2}})\. ?([0-9]{{1,2}})\. ?([0-9]{{4}}){_TIME}")
_SLASHES: Final = re.compile(rf"([0-9]{{1,2}})([/-])([0-9]{{1,2}})\2([0-9]{{4}}){_TIME}")
_MONTH_FIRST: Final = re.compile(
    r"(?:[a-z]+,? )?([a-z]{3,12})\.? ?([0-9]{1,2})(?:st|nd|rd|th)?,? ?([0-9]{4})" + _TIME
)
_DAY_FIRST: Final = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th|º)?\.?(?: de | of |[ -])?([a-z]{3,12})\.?(?: de | del |[ ,-]+)"
    r"([0-9]{4})" + _TIME
)
_SHORT_YEAR: Final = re.compile(r"[0-9]{1,2}[/.-](?:[0-9]{1,2}|[A-Za-z]{3,9})[/.-][0-9]{2}")
_MONTHS: Final = (
    ("january", "enero"),
    ("february", "febrero"),
    ("march", "marzo"),
    ("april", "abril"),
    ("may", "mayo"),
    ("june", "junio"),
    ("july", "julio"),
    ("august", "agosto"),
    ("september", "septiembre", "setiembre"),
    ("october", "octubre"),
    ("november", "noviembre"),
    ("december", "diciembre"),
)

_MONTH_NAMES: Final = (
    told("january", "January"),
    told("february", "February"),
    told("march", "March"),
    told("april", "April"),
    told("may", "May"),
    told("june", "June"),
    told("july", "July"),
    told("august", "August"),
    told("september", "September"),
    told("october", "October"),
    told("november", "November"),
    told("december", "December"),
)


@lru_cache(maxsize=4096)
def read_day(text: str) -> date | Numbers:
    """Return the date that a text means, or its numbers where either may be the day.

    Raises:
        NoDate: The text is not a date.
    """
    if len(text) > LONGEST:
        raise _no_date()
    if match := _ISO.fullmatch(text):
        return _date(match[1], match[3], match[4])
    if match := _DOTS.fullmatch(text):
        return _date(match[3], match[2], match[1])
    if match := _SLASHES.fullmatch(text):
        numbers = Numbers(int(match[1]), int(match[3]), int(match[4]))
        if numbers.one == numbers.two:
            return _date(match[4], match[1], match[1])
        if numbers.one > 12 and numbers.two > 12:
            raise NoDate("bad_date", joined((told("no_such_day", "There is no such day."), ADVICE)))
        _sane(numbers.year)
        if (order := order_shown_by(numbers)) is not None:
            in_order(numbers, order)  # a day that does not exist shows no order
        return numbers
    lower = text.casefold()
    if match := _MONTH_FIRST.fullmatch(lower):
        return _date(match[3], _month(match[1]), match[2])
    if match := _DAY_FIRST.fullmatch(lower):
        return _date(match[3], _month(match[2]), match[1])
    if _SHORT_YEAR.fullmatch(text):
        problem = told("short_year", "The year has two digits, so the century is not certain.")
        raise NoDate("short_year", joined((problem, ADVICE)))
    if re.fullmatch(r"[0-9]{5}(?:\.[0-9]+)?", text):
        problem = told(
            "date_as_number",
            "The cell holds a number, which is how a spreadsheet stores a date, and not a date.",
        )
        raise NoDate("date_as_number", joined((problem, ADVICE)))
    raise _no_date()


def in_order(numbers: Numbers, order: DateOrder) -> date:
    """Return the date that numbers mean in an order.

    Raises:
        NoDate: There is no such day in this order.
    """
    day, month = (numbers.one, numbers.two) if order is DateOrder.DAY_FIRST else (numbers.two, numbers.one)
    try:
        return date(numbers.year, month, day)
    except ValueError:
        if 1 <= month <= 12:
            problem = joined((_no_such_day(numbers.year, month, day), ADVICE))
            raise NoDate("bad_date", problem) from None
        problem = _FIRST_IN_COLUMN[order]
        raise NoDate("date_in_other_order", joined((problem, ADVICE))) from None


def only_day(text: str) -> date | None:
    """Return the one date that a text can mean; None where it can mean two, or is no date."""
    try:
        found = read_day(text)
        if not isinstance(found, Numbers):
            return found
        order = order_shown_by(found)
        return None if order is None else in_order(found, order)
    except NoDate:
        return None


def order_shown_by(numbers: Numbers) -> DateOrder | None:
    """Return the only order in which numbers can be a date; None where both can."""
    if numbers.one > 12:
        return DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if numbers.two > 12 else None


def _date(year: str, month: str, day: str) -> date:
    _sane(int(year))
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise NoDate("bad_date", joined((_no_such_day(int(year), int(month), int(day)), ADVICE))) from None


def _no_date() -> NoDate:
    return NoDate("bad_date", joined((told("not_a_date", "This is not a date."), ADVICE)))


def _no_such_day(year: int, month: int, day: int) -> Told:
    if not 1 <= month <= 12:
        return told("no_month", "There is no month {month}. Check the month.", month=month)
    return told(
        "no_day_in_month",
        "There is no {day} {month} {year}: that month has {days} days. Check the day.",
        day=day,
        month=_MONTH_NAMES[month - 1],
        year=year,
        days=monthrange(year, month)[1],
    )


def _sane(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        problem = told(
            "year_out_of_range",
            "The year must lie between {first} and {last}.",
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
        raise NoDate("year_out_of_range", joined((problem, ADVICE)))


def _month(name: str) -> str:
    for number, names in enumerate(_MONTHS, 1):
        if any(full == name or (len(name) >= 3 and full.startswith(name)) for full in names):
            return str(number)
    raise NoDate("bad_date", joined((told("no_month_so", "No month has this name."), ADVICE)))
