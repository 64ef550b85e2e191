"""What a term owes when it opens in a region."""

from datetime import UTC, date, datetime

from domain.rules.intake import TermDates
from domain.term.duties import Matter
from tests.domain.builders import RULES
from tests.domain.term.term_case import TermCase, duties


def test_a_region_created_in_january_owes_only_what_is_still_to_come() -> None:
    case = TermCase(now=datetime(2027, 1, 11, 15, 0, tzinfo=UTC)).open()
    assert next(iter(duties(case, Matter.MONTHLY_RECORD))).key == "2027-01"
    assert all(duty.due > case.now for duty in case.state.duties)


def test_a_term_of_six_weeks_opens_its_surveys_when_it_begins() -> None:
    case = TermCase(dates=TermDates(first=date(2026, 9, 1), last=date(2026, 10, 12))).open()
    assert min(duty.opens_at for duty in duties(case, Matter.SURVEY)) >= RULES.calendar.at(date(2026, 9, 1))
    case.until(2027, 1, 15)
    assert case.state.ended
