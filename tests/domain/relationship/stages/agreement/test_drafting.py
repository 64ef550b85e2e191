"""What may be agreed on."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.calendar import Rhythm, RhythmUnit
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.rules.meetings import RhythmSource
from tests.domain.builders import MENTEE, MENTOR, TERMS, Case
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


def test_the_rhythm_of_the_program_applies_and_a_slower_one_cannot_be_signed() -> None:
    weekly = Rhythm(every=1, unit=RhythmUnit.WEEKS)
    case = Case(rules=rules_with(rhythm_source=RhythmSource.PROGRAM, rhythm=weekly)).matched()
    case.do(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")
    refused(case, "rhythm_too_slow", DraftAgreement, MENTOR, terms=TERMS)
    case.do(DraftAgreement, MENTOR, terms=replace(TERMS, rhythm=weekly))
    case.sign(MENTEE)
    case.sign(MENTOR)
    assert due(case) == date(2026, 8, 10)
