"""What may be agreed on, and who must sign it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.calendar import Break, Calendar, Rhythm, RhythmUnit
from domain.relationship.stages.agreement.signing import DraftAgreement, SignAgreement
from domain.relationship.stages.contact import ConfirmFirstContact
from domain.relationship.stages.meetings.log import LogMeeting
from domain.rules.agreement_text import Terms
from domain.rules.meetings import RhythmSource
from tests.domain.builders import MENTEE, MENTOR, RICH, TERMS, Case
from tests.domain.relationship.steps import due, refused, rules_with


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"rhythm": Rhythm(every=0, unit=RhythmUnit.WEEKS)}, "rhythm_out_of_range"),
        ({"rhythm": Rhythm(every=-1, unit=RhythmUnit.WEEKS)}, "rhythm_out_of_range"),
        ({"rhythm": Rhythm(every=3, unit=RhythmUnit.MONTHS)}, "rhythm_too_slow"),
        ({"face_to_face": 0}, "too_few_face_to_face"),
        ({"ground_rules": ()}, "ground_rules_missing"),
        ({"ground_rules": ("gossip",)}, "unknown_ground_rule"),
        ({"modes": ("telepathy",)}, "unknown_mode"),
        ({"modes": ("phone", "phone")}, "code_twice"),
        ({"minutes": 0}, "time_pledge_missing"),
        ({"minutes": 601}, "minutes_out_of_range"),
        ({"left_out": ("confidentiality",)}, "not_editable"),
    ],
)
def test_terms_that_the_program_forbids_are_refused(terms: dict[str, Any], code: str) -> None:
    case = Case().matched()
    case.do(ConfirmFirstContact, MENTOR, contacted_on=date(2026, 8, 3), mode="phone")
    refused(case, code, DraftAgreement, MENTOR, terms=replace(TERMS, **terms))


def test_both_must_sign_the_same_version() -> None:
    case = Case().matched()
    case.do(ConfirmFirstContact, MENTOR, contacted_on=date(2026, 8, 3), mode="phone")
    refused(case, "no_draft", SignAgreement, MENTOR, version=1, digest="0" * 64)
    case.do(DraftAgreement, MENTOR, terms=TERMS)
    first = case.digest()
    case.sign(MENTOR)
    refused(case, "already_signed", SignAgreement, MENTOR, version=1, digest=first)
    case.do(DraftAgreement, MENTEE, terms=TERMS)
    refused(case, "version_superseded", SignAgreement, MENTEE, version=1, digest=first)
    case.sign(MENTEE)
    assert case.state.stage == "agreement"
    refused(case, "meeting_before_agreement", LogMeeting, MENTOR, began_at=case.now, minutes=30, mode="phone")
    case.sign(MENTOR)
    assert case.state.stage == "meetings"


def test_an_amendment_by_both_changes_the_rhythm() -> None:
    case = Case().signed()
    case.days(3)
    weekly: Terms = replace(TERMS, rhythm=Rhythm(every=1, unit=RhythmUnit.WEEKS))
    case.do(DraftAgreement, MENTEE, terms=weekly)
    case.sign(MENTEE)
    assert case.state.agreement.in_force == 1
    case.sign(MENTOR)
    assert (case.state.agreement.in_force, case.state.stage) == (2, "meetings")
    assert case.days(8)


def test_the_rhythm_of_the_program_applies_and_a_slower_one_cannot_be_signed() -> None:
    weekly = Rhythm(every=1, unit=RhythmUnit.WEEKS)
    case = Case(rules=rules_with(rhythm_source=RhythmSource.PROGRAM, rhythm=weekly)).matched()
    case.do(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")
    refused(case, "rhythm_too_slow", DraftAgreement, MENTOR, terms=TERMS)
    case.do(DraftAgreement, MENTOR, terms=replace(TERMS, rhythm=weekly))
    case.sign(MENTEE)
    case.sign(MENTOR)
    assert due(case) == date(2026, 8, 10)


def test_a_rhythm_that_falls_only_in_breaks_cannot_be_signed() -> None:
    closed = tuple(
        Break(name=f"b{number}", first=first, last=first + timedelta(days=99))
        for number in range(12)
        for first in [date(2026, 8, 4) + timedelta(days=100 * number)]
    )
    calendar = Calendar(timezone="America/Chicago", breaks=(), holidays=())
    case = Case(rules=replace(RICH, calendar=calendar)).matched()
    case.do(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")
    case.do(DraftAgreement, MENTOR, terms=TERMS)
    case.sign(MENTEE)
    case.rules = replace(RICH, calendar=replace(calendar, breaks=closed))
    refused(case, "rhythm_falls_in_breaks", DraftAgreement, MENTOR, terms=TERMS)
    refused(case, "rhythm_falls_in_breaks", SignAgreement, MENTOR, version=1, digest=case.digest())
