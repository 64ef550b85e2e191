"""`mentorflow clock --days`: day by day, each shown."""

from datetime import UTC, datetime, timedelta

import pytest

from workers.cli.clock import forward, local_times, progress

NOON = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that comes some minutes later than asked, as an office does that was busy."""

    def __init__(self) -> None:
        self.instant = NOON
        self.asked: list[datetime] = []

    async def now(self) -> datetime:
        return self.instant

    async def move_to(self, instant: datetime) -> datetime:
        self.asked.append(instant)
        self.instant = instant + timedelta(minutes=2)
        return self.instant


async def test_a_month_goes_by_day_by_day_and_each_day_is_shown() -> None:
    clock, shown = Clock(), list[datetime]()
    now = await forward(clock, 30, shown.append)
    assert (now, shown[-1], len(shown)) == (clock.instant, clock.instant, 30)
    assert [f"{each:%m-%d}" for each in shown[:2] + shown[-1:]] == ["09-15", "09-16", "10-14"]
    assert clock.asked[1] == shown[0] + timedelta(days=1)


async def test_without_days_the_clock_stays_where_it_is() -> None:
    clock, shown = Clock(), list[datetime]()
    assert await forward(clock, 0, shown.append) == NOON
    assert (clock.asked, shown) == ([], [])


def test_outside_a_terminal_each_week_is_said_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """There the bar was the word Days alone."""
    with progress(10) as show:
        for day in range(10):
            show(NOON + timedelta(days=day))
    assert capsys.readouterr().err.splitlines() == ["7 of 10 days: 2026-09-20", "10 of 10 days: 2026-09-23"]
    with progress(1) as show:
        show(NOON)
    assert capsys.readouterr().err == ""


def test_the_time_is_said_as_it_is_where_the_programs_are() -> None:
    found = list(local_times(NOON))
    assert "local time in Chicago: 2026-09-14 07:00" in found
    assert len(found) == len({*found})
