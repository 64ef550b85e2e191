"""The hour at which an office begins: a working day of every program; and what the demo says about its emails."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from activities.adapters.files.program_files import load_programs
from tests.conftest import PROGRAM, TEN
from workers.embedded.first_hour import DEMO_OPENS, on_a_working_day
from workers.embedded.waiting_emails import in_words

CALENDAR = load_programs()[PROGRAM].rules.calendar
MONDAY = CALENDAR.at(date(2026, 11, 30), time(10))


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        (CALENDAR.at(date(2026, 11, 29), time(23)), MONDAY),
        (CALENDAR.at(date(2026, 11, 30), time(7)), MONDAY),
        (MONDAY, MONDAY),
        (MONDAY + timedelta(minutes=1), MONDAY + timedelta(days=1)),
        (CALENDAR.at(date(2026, 12, 24), time(8)), CALENDAR.at(date(2027, 1, 4), time(10))),
    ],
)
def test_suites_begin_at_ten_on_the_next_working_day(now: datetime, begins: datetime) -> None:
    assert TEN(now) == begins


@pytest.mark.parametrize("program", load_programs())
def test_the_demo_begins_at_half_past_nine_of_a_day_on_which_all_programs_work(program: str) -> None:
    now = datetime(2026, 9, 1, 3, tzinfo=UTC)
    calendars = {name: file.rules.calendar for name, file in load_programs().items()}
    for _ in range(300):
        begins = on_a_working_day(DEMO_OPENS, program)(now)
        local = begins.astimezone(calendars[program].zone)
        assert (now <= begins, local.time()) == (True, time(9, 30))
        assert all(each.working(local.date()) for each in calendars.values())
        now += timedelta(days=1)


def test_the_demo_says_how_many_emails_wait_and_until_when() -> None:
    assert in_words(0, None, None, CALENDAR.zone) == "none waits"
    assert in_words(1, MONDAY, MONDAY, CALENDAR.zone) == "1 email waits until Monday 2026-11-30 10:00"
    assert in_words(12, MONDAY, MONDAY + timedelta(hours=23), CALENDAR.zone) == (
        "12 emails wait until Monday 2026-11-30 10:00, the last until Tuesday 2026-12-01 09:00"
    )
