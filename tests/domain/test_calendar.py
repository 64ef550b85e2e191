"""Deadlines on the program's calendar: clock changes, leap days, breaks, holidays."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.calendar import Break, Calendar, Rhythm, RhythmUnit
from tests.domain.builders import CALENDAR


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 3, 12), datetime(2027, 3, 12, 15, tzinfo=UTC)),
        (date(2027, 3, 15), datetime(2027, 3, 15, 14, tzinfo=UTC)),
        (date(2026, 10, 30), datetime(2026, 10, 30, 14, tzinfo=UTC)),
        (date(2026, 11, 2), datetime(2026, 11, 2, 15, tzinfo=UTC)),
    ],
)
def test_nine_in_the_morning_stays_nine_across_a_change_of_clocks(day: date, expected: datetime) -> None:
    assert CALENDAR.at(day) == expected


def test_a_local_day_of_23_or_25_hours_ends_at_local_midnight() -> None:
    spring, autumn = date(2027, 3, 14), date(2026, 11, 1)
    for day, hours in ((spring, 23), (autumn, 25)):
        begin = CALENDAR.end_of(day - timedelta(days=1))
        assert CALENDAR.end_of(day) - begin == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 15), 2, date(2026, 10, 15)),
    ],
)
def test_a_monthly_rhythm_ends_on_a_day_that_exists(start: date, months: int, expected: date) -> None:
    free = Calendar(timezone="America/Chicago", breaks=(), holidays=())
    assert free.next_by(start, Rhythm(every=months, unit=RhythmUnit.MONTHS)) == expected


def test_days_of_a_break_do_not_count_towards_the_rhythm() -> None:
    assert CALENDAR.next_by(date(2026, 12, 14), Rhythm(every=2, unit=RhythmUnit.WEEKS)) == date(2027, 1, 11)
    assert CALENDAR.next_by(date(2026, 10, 1), Rhythm(every=10, unit=RhythmUnit.DAYS)) == date(2026, 10, 11)


def test_deadlines_fall_on_working_days() -> None:
    assert CALENDAR.after(date(2026, 9, 4), 2) == CALENDAR.at(date(2026, 9, 8))
    assert CALENDAR.after(date(2026, 12, 18), 1) == CALENDAR.at(date(2027, 1, 4))


def test_a_rhythm_that_is_not_positive_or_falls_only_in_breaks_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        CALENDAR.next_by(date(2026, 9, 1), Rhythm(every=0, unit=RhythmUnit.DAYS))
    closed = Calendar(
        timezone="America/Chicago",
        breaks=(Break(name="for ever", first=date(2026, 1, 1), last=date(2040, 1, 1)),),
        holidays=(),
    )
    with pytest.raises(ValueError, match="only in breaks"):
        closed.next_by(date(2026, 9, 1), Rhythm(every=1, unit=RhythmUnit.WEEKS))


def test_a_break_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Break(name="odd", first=date(2026, 2, 1), last=date(2026, 1, 1))
