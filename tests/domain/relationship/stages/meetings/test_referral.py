"""The mentor refers the mentee to outside help."""

from datetime import date

from domain.relationship.projection import rows
from domain.relationship.stages.meetings.referral import NoteReferral
from tests.domain.builders import MENTEE, MENTOR, Case
from tests.domain.relationship.steps import refused
from tests.domain.rules_variants import RICH


def test_a_referral_is_a_day_and_nothing_else() -> None:
    case = Case(rules=RICH).signed()
    today = date(2026, 8, 3)
    refused(case, "not_the_mentor", NoteReferral, MENTEE, referred_on=today)
    refused(case, "date_in_future", NoteReferral, MENTOR, referred_on=date.max)
    refused(case, "date_too_early", NoteReferral, MENTOR, referred_on=date.min)
    case.do(NoteReferral, MENTOR, referred_on=today)
    refused(case, "already_noted", NoteReferral, MENTOR, referred_on=today)
    marks = [dict(row.values) for row in rows(case.state) if row.table == "marks"]
    assert [(mark["kind"], mark["code"], mark["noted_on"]) for mark in marks] == [
        ("referral", "", "2026-08-03")
    ]
