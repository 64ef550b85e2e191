"""An applicant who waits for a mentor is told from time to time that the search goes on."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from domain.notices import SendNotice
from domain.relationship.any_stage.ending import EndRelationship
from domain.relationship.stages.matching.decline import DeclineMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.matching.still_looking import SearchGoesOn
from domain.rules.canonical_json import rules_text
from domain.rules.program import DeadlineKind
from tests.domain.builders import CALENDAR, COORDINATOR, MENTEE, MENTOR, RULES, Case
from tests.domain.rules_variants import with_rules

WEEKS = with_rules(matching=replace(RULES.matching, still_looking_weeks=4))


def told(case: Case) -> list[date]:
    """Return the days on which the applicant was told that the search goes on."""
    pairs = zip(case.events, case.stamps, strict=True)
    return [CALENDAR.local_date(stamp.at) for event, stamp in pairs if isinstance(event, SearchGoesOn)]


def waits(case: Case) -> bool:
    return any(timer.subject is DeadlineKind.STILL_LOOKING for timer in case.state.timers)


def test_who_waits_is_told_after_the_weeks_of_the_program_and_each_so_many_again() -> None:
    case = Case(rules=WEEKS).apply()  # on Monday, August 3
    case.days(80)
    assert told(case) == [date(2026, 8, 31), date(2026, 9, 28)]
    case.days(10)
    assert told(case)[-1] == date(2026, 10, 26)
    notices = [each.notice for each in case.effects if isinstance(each, SendNotice)]
    looking = [each for each in notices if each.kind.value == "still_looking"]
    assert [(each.person, each.data) for each in looking] == [(MENTEE.id, {})] * 3
    assert case.refold() == case.state == case.through_codec()


def test_a_proposal_ends_it_and_after_a_declined_one_the_weeks_count_anew() -> None:
    case = Case(rules=WEEKS).apply()
    case.days(20)
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    assert not waits(case)
    case.days(14)
    assert told(case) == []
    case.do(DeclineMatch, MENTOR, reason="no_time")  # on Sunday, September 6
    case.days(35)
    assert told(case) == [date(2026, 10, 5)], "four weeks later is a Sunday"


def test_nobody_is_told_once_the_application_has_ended() -> None:
    case = Case(rules=WEEKS).apply()
    case.do(EndRelationship, COORDINATOR, reason="moved")
    case.days(60)
    assert told(case) == []


@pytest.mark.parametrize("engine", [4, 5])
def test_a_program_that_names_no_weeks_tells_nobody_and_its_text_is_as_before(engine: int) -> None:
    case = Case(engine=engine).apply()
    assert not waits(case)
    case.days(60)
    assert told(case) == []
    assert "still_looking" not in rules_text(RULES)


def test_after_an_outage_there_is_one_email_and_not_one_for_each_time_that_was_missed() -> None:
    case = Case(rules=WEEKS).apply()
    assert waits(case)
    late: datetime = CALENDAR.at(date(2026, 11, 16))
    case.now = late
    case.wait_until(late)
    assert told(case) == [date(2026, 11, 16)]
    [timer] = [each for each in case.state.timers if each.subject is DeadlineKind.STILL_LOOKING]
    assert timer.next_at == CALENDAR.at(date(2026, 12, 14))
