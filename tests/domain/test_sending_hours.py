"""At which hour an email may leave (C14, C20): on days and at hours at which a colleague would write."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Break, Calendar
from domain.notices import HOURS, Hours, NoticeKind
from domain.sending_hours import CLOSES, NOON, OPENS, Rank, may_leave, rank_of

HOLIDAY = date(2026, 12, 25)
CALENDAR = Calendar(
    timezone="America/Chicago",
    breaks=(Break(name="winter", first=date(2026, 12, 23), last=date(2027, 1, 3)),),
    holidays=(HOLIDAY, date(2027, 1, 1)),
)


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return CALENDAR.at(day, time(hour, minute))


def leaves(kind: NoticeKind, at: datetime, *, own_act: bool = False, **data: str) -> datetime:
    return may_leave(kind, data, at, CALENDAR, own_act=own_act)


def test_every_kind_names_its_hours() -> None:
    assert set(HOURS) == set(NoticeKind)


@pytest.mark.parametrize(
    ("kind", "at", "expected"),
    [
        (NoticeKind.REMINDER, local(date(2027, 1, 10), 0), local(date(2027, 1, 11), 9)),
        (NoticeKind.REMINDER, local(date(2026, 11, 30), 9), local(date(2026, 11, 30), 9)),
        (NoticeKind.REMINDER, local(date(2026, 11, 30), 15), local(date(2026, 12, 1), 9)),
        (NoticeKind.REMINDER, local(date(2026, 12, 22), 15), local(date(2027, 1, 4), 9)),
        (NoticeKind.TASK_FOR_REGION, local(date(2026, 12, 22), 15), local(date(2026, 12, 23), 9)),
        (NoticeKind.TASK_FOR_REGION, local(date(2026, 12, 24), 15), local(date(2026, 12, 28), 9)),
        (NoticeKind.MATCH_PROPOSED, local(date(2026, 11, 30), 6, 59), local(date(2026, 11, 30), 7)),
        (NoticeKind.MATCH_PROPOSED, local(date(2026, 11, 30), 19, 59), local(date(2026, 11, 30), 19, 59)),
        (NoticeKind.MATCH_PROPOSED, local(date(2026, 11, 30), 20), local(date(2026, 12, 1), 7)),
        (NoticeKind.MATCH_PROPOSED, local(date(2026, 12, 24), 21), local(date(2026, 12, 28), 7)),
    ],
)
def test_c14_an_email_waits_for_an_hour_of_its_class(
    kind: NoticeKind, at: datetime, expected: datetime
) -> None:
    assert leaves(kind, at) == expected


def test_the_answer_to_ones_own_act_leaves_at_once_even_on_sunday_night() -> None:
    sunday = local(date(2026, 11, 29), 23)
    assert leaves(NoticeKind.APPLICATION_RECEIVED, sunday, own_act=True) == sunday
    assert rank_of(NoticeKind.APPLICATION_RECEIVED, own_act=True) is Rank.AT_ONCE


@pytest.mark.parametrize(
    ("begins", "at_once"),
    [
        (local(date(2026, 11, 30), 8), True),
        (local(date(2026, 11, 30), 9), False),
        (local(date(2026, 11, 29), 22), False),
    ],
)
def test_what_moves_a_meeting_before_the_next_morning_leaves_at_once(
    begins: datetime, *, at_once: bool
) -> None:
    sunday = local(date(2026, 11, 29), 23)
    moved = leaves(NoticeKind.MEETING_MOVED, sunday, starts_at=begins.isoformat())
    assert (moved == sunday) is at_once


def test_what_changes_a_plan_of_today_without_an_hour_leaves_at_once() -> None:
    sunday = local(date(2026, 11, 29), 6)
    assert leaves(NoticeKind.OBSERVATION_CHANGED, sunday, on="2026-11-29") == sunday
    assert leaves(NoticeKind.OBSERVATION_CHANGED, sunday, on="2026-11-30") > sunday


@given(
    kind=st.sampled_from(NoticeKind),
    at=st.datetimes(datetime(2026, 9, 1), datetime(2027, 6, 30)).map(lambda each: each.replace(tzinfo=UTC)),  # noqa: DTZ001 - the zone is added
)
def test_no_email_leaves_outside_the_hours_of_its_class(kind: NoticeKind, at: datetime) -> None:
    when = leaves(kind, at)
    there = when.astimezone(CALENDAR.zone)
    opens, closes = (OPENS, CLOSES) if HOURS[kind] is Hours.BY_DAY else (time(9), NOON)
    assert opens <= there.time() < closes
    assert CALENDAR.weekday(there.date())
    assert HOURS[kind] is not Hours.MORNINGS or CALENDAR.working(there.date())
    assert at <= when <= at + timedelta(days=15)
    assert leaves(kind, when) == when
