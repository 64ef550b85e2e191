"""The digest: when it leaves, what it says, and that it is silent where nothing is news (C15, C21, C32)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.digests import Digest, DigestLine, DigestRhythm, News, next_digest, next_morning, reach_on

MONDAY = date(2027, 1, 11)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = (MONDAY + timedelta(days=n) for n in range(1, 6))
DAILY, MONDAYS = DigestRhythm.DAILY, DigestRhythm.MONDAYS
LINE = DigestLine(id="a", names=("Kim Dao", "Lee Novak"), what="agreement", since=date(2027, 1, 5))


def line(id: str, due: date | None = None, **changed: int) -> DigestLine:
    return replace(LINE, id=id, due=due, **changed)


def sent(day: date, *lines: DigestLine) -> Digest:
    """Return the digest that was sent on a day with these lines."""
    return Digest(day=day, waiting=lines)


def test_c15_five_applicants_are_one_digest_with_five_lines() -> None:
    five = [line(str(number), due=FRIDAY) for number in range(5)]
    digest = next_digest(five, None, TUESDAY, DAILY)
    assert digest is not None
    assert [each.id for each in digest.this_week] == ["0", "1", "2", "3", "4"]
    assert next_digest(five, digest, TUESDAY, DAILY) is None  # at most one a morning
    assert next_digest(five, digest, WEDNESDAY, DAILY) is None


@pytest.mark.parametrize(
    ("now", "before", "day", "why"),
    [
        (line("b"), line("a"), WEDNESDAY, News.NEW),
        (line("a", due=WEDNESDAY), line("a", due=WEDNESDAY), WEDNESDAY, News.DUE_TODAY),
        (line("a", due=TUESDAY), line("a", due=TUESDAY), WEDNESDAY, News.LATE),
        (line("a", due=MONDAY, reach=1), line("a", due=MONDAY), WEDNESDAY, News.WIDER),
    ],
)
def test_a_digest_leaves_when_a_line_is_new_due_late_or_told_wider(
    now: DigestLine, before: DigestLine, day: date, why: News
) -> None:
    digest = next_digest([now], sent(TUESDAY, before), day, DAILY)
    assert digest is not None
    assert digest.news == ((now.id, why),)
    assert next_digest([now], sent(TUESDAY, before), day, MONDAYS) is None


def test_an_unchanged_list_leaves_on_mondays_only() -> None:
    """C15: also a late line is told once, not every day."""
    late = line("a", due=date(2027, 1, 4))
    last = sent(date(2027, 1, 8), late)
    for day in (TUESDAY, WEDNESDAY, THURSDAY, FRIDAY):
        assert next_digest([late], last, day, DAILY) is None
    monday = next_digest([late], last, MONDAY, DAILY)
    assert monday is not None
    assert (monday.late, monday.news) == ((late,), ())


def test_what_was_told_at_once_is_no_news_on_the_next_morning() -> None:
    """C15: it is in the list of the next Monday, and of any morning that has other news."""
    last, told, other = sent(MONDAY, line("b")), line("a"), line("b")
    assert next_digest([told, other], last, TUESDAY, DAILY, heard=("a",)) is None
    digest = next_digest([told, other, line("c")], last, TUESDAY, DAILY, heard=("a",))
    assert digest is not None
    assert digest.news == (("c", News.NEW),)
    assert {each.id for each in digest.lines} == {"a", "b", "c"}
    due = next_digest([line("a", due=TUESDAY)], last, TUESDAY, DAILY, heard=("a",))
    assert due is not None
    assert due.news == (("a", News.DUE_TODAY),)


def test_what_only_happened_is_told_once() -> None:
    """Money that was sent asks nothing of a coordinator: no second list, and no Monday, tells it again."""
    fact, task = replace(line("sent"), fact=True), line("a")
    digest = next_digest([fact, task], None, TUESDAY, DAILY)
    assert digest is not None
    assert (digest.facts, digest.waiting, digest.known) == ((fact,), (task,), ())
    assert next_digest([fact, task], digest, WEDNESDAY, DAILY) is None
    later = next_digest([fact, task, line("b")], digest, WEDNESDAY, DAILY)
    assert later is not None
    assert (later.facts, later.known) == ((), (fact,))
    assert [each.id for each in later.shown] == ["a", "b"]
    monday = MONDAY + timedelta(days=7)
    assert next_digest([fact], later, monday, DAILY) is None
    assert next_digest([fact], None, MONDAY, MONDAYS) is not None


def test_the_next_morning_is_found_also_where_time_alone_tells_a_line_wider() -> None:
    late = line("a", due=MONDAY)
    last = sent(TUESDAY, late)

    def on(day: date) -> list[DigestLine]:
        return [replace(late, reach=reach_on(MONDAY, day))]

    after = MONDAY + timedelta(days=8)
    assert next_morning(on, last, after, DAILY) == after
    assert next_morning(lambda _: [late], last, after, DAILY) == MONDAY + timedelta(days=14)
    assert next_morning(on, last, after, DAILY, until=after) == after
    assert next_morning(on, last, after, DAILY, until=after - timedelta(days=1)) is None


def test_c21_a_task_that_stays_late_is_told_again_each_time_it_reaches_further() -> None:
    late, last, told = line("a", due=MONDAY), sent(MONDAY, line("a", due=MONDAY)), []
    for number in range(28):
        day = TUESDAY + timedelta(days=number)
        now = replace(late, reach=(number > 8) + (number > 16))
        if (digest := next_digest([now], last, day, DAILY)) is not None:
            told.append((day, digest.news))
            last = digest
    assert [(day.isoformat(), dict(news)) for day, news in told] == [
        ("2027-01-12", {"a": News.LATE}),
        ("2027-01-18", {}),
        ("2027-01-21", {"a": News.WIDER}),
        ("2027-01-25", {}),
        ("2027-01-29", {"a": News.WIDER}),
        ("2027-02-01", {}),
        ("2027-02-08", {}),
    ]


def test_c32_nothing_leaves_where_the_reader_has_nothing_to_do() -> None:
    assert next_digest([], sent(FRIDAY - timedelta(days=7), line("a")), MONDAY, DAILY) is None


def test_who_chose_mondays_gets_the_list_on_the_first_morning_of_the_week() -> None:
    new = [line("a")]
    assert next_digest(new, None, MONDAY, MONDAYS) is not None
    assert next_digest(new, None, TUESDAY, MONDAYS) is None
    assert next_digest(new, None, MONDAY, MONDAYS, holidays=[MONDAY]) is None
    assert next_digest(new, None, TUESDAY, MONDAYS, holidays=[MONDAY]) is not None
    assert next_digest(new, None, WEDNESDAY, MONDAYS, holidays=[MONDAY]) is None


@pytest.mark.parametrize("day", [SATURDAY, SATURDAY + timedelta(days=1)])
def test_no_digest_leaves_at_the_weekend(day: date) -> None:
    assert next_digest([line("a", due=day)], None, day, DAILY) is None


def test_what_fell_due_at_the_weekend_is_late_on_monday() -> None:
    due = line("a", due=SATURDAY)
    digest = next_digest([due], sent(FRIDAY, due), MONDAY + timedelta(days=7), DAILY)
    assert digest is not None
    assert (digest.late, digest.news) == ((due,), (("a", News.LATE),))


def test_the_lines_stand_by_urgency() -> None:
    found = [line("later", due=FRIDAY + timedelta(days=9)), line("none"), line("week", due=FRIDAY)]
    found += [line("late", due=MONDAY), line("later still late", due=date(2027, 1, 1))]
    digest = next_digest(found, None, TUESDAY, DAILY)
    assert digest is not None
    assert [each.id for each in digest.late] == ["later still late", "late"]
    assert [each.id for each in digest.this_week] == ["week"]
    assert [each.id for each in digest.waiting] == ["later", "none"]


DAYS = st.dates(date(2027, 1, 1), date(2027, 2, 28))
LINES = st.lists(
    st.builds(line, id=st.sampled_from("abcd"), due=st.none() | DAYS, reach=st.integers(0, 2)),
    max_size=4,
    unique_by=lambda each: each.id,
)


@given(now=LINES, before=LINES, day=DAYS, ago=st.integers(0, 30), rhythm=st.sampled_from(DigestRhythm))
def test_a_digest_has_every_line_once_and_leaves_in_the_week_only_with_news(
    now: list[DigestLine], before: list[DigestLine], day: date, ago: int, rhythm: DigestRhythm
) -> None:
    digest = next_digest(now, sent(day - timedelta(days=ago), *before), day, rhythm)
    if digest is None:
        return
    assert sorted(each.id for each in digest.lines) == sorted(each.id for each in now)
    assert day.weekday() < 5
    assert day.weekday() == 0 or (digest.news and rhythm is DAILY)
    assert next_digest(now, digest, day, rhythm) is None
