"""Which mentors, pairs and administrators the duties of a term concern."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from domain.term.facts import TermPair
from domain.term.log_checks import pairs_to_check
from domain.term.monthly_records import active_mentors, mentors_owing
from domain.term.opening import latest_day_over
from domain.term.region_surveys import administrators_of

ZONE = ZoneInfo("America/Chicago")
PAIR = TermPair(
    id="b",
    mentor="m",
    supervisor="s",
    running=True,
    stage="meetings",
    since=datetime(2026, 10, 16, tzinfo=UTC),
)


def owing(month: str, *pairs: TermPair) -> tuple[str, ...]:
    return mentors_owing(month, pairs, ZONE)


def test_a_pair_that_begins_to_meet_within_a_month_owes_its_record_and_those_after_it() -> None:
    assert [month for month in ("2026-09", "2026-10", "2026-11") if owing(month, PAIR)] == [
        "2026-10",
        "2026-11",
    ]


def test_a_pair_that_left_the_meetings_within_a_month_still_owes_its_record() -> None:
    left = replace(PAIR, stage="survey")
    assert [month for month in ("2026-09", "2026-10", "2026-11") if owing(month, left)] == [
        "2026-09",
        "2026-10",
    ]


def test_a_paused_or_ended_pair_owes_no_record_and_no_check_and_its_mentor_is_not_reminded() -> None:
    rests = replace(PAIR, running=False)
    assert (owing("2026-10", rests), active_mentors([rests]), pairs_to_check([rests])) == ((), (), ())
    assert administrators_of([rests]) == ("s",)


def test_a_month_begins_and_ends_at_midnight_of_the_program() -> None:
    last = datetime(2026, 11, 1, 4, 59, tzinfo=UTC)
    assert owing("2026-10", replace(PAIR, since=last)) == ("m",)
    assert owing("2026-10", replace(PAIR, since=last.replace(hour=5, minute=0))) == ()


def test_each_mentor_and_administrator_is_named_once_in_a_fixed_order() -> None:
    pairs = (PAIR, replace(PAIR, id="a", mentor="k", supervisor=""), replace(PAIR, id="c"))
    assert owing("2026-10", *pairs) == active_mentors(pairs) == ("k", "m")
    assert pairs_to_check(pairs) == ("a", "b", "c")
    assert administrators_of(pairs) == ("s",)
    assert pairs_to_check([replace(PAIR, stage="survey")]) == ()


def test_a_term_opens_late_as_long_as_it_would_still_accept_something() -> None:
    assert latest_day_over(datetime(2026, 11, 30, 12, tzinfo=UTC)).isoformat() == "2026-10-01"
