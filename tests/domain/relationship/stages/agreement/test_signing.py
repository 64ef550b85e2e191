"""Who must sign the agreement, and what."""

from dataclasses import replace
from datetime import date, timedelta

from domain.calendar import Break, Calendar, Rhythm, RhythmUnit
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.agreement.signing import SignAgreement
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.meetings.log import LogMeeting
from domain.rules.agreement_text import Terms
from tests.domain.builders import MENTEE, MENTOR, TERMS, Case
from tests.domain.relationship.steps import refused
from tests.domain.rules_variants import RICH


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
