"""The Letter: one exact text for each version, signed by its digest; its rhythm and its list are binding."""

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from activities.adapters.files.program_files import load_programs
from domain.actors import Role
from domain.calendar import Rhythm, RhythmUnit
from domain.errors import RuleViolation
from domain.relationship.projection import rows
from domain.relationship.stages.agreement.drafting import AgreementDrafted, DraftAgreement
from domain.relationship.stages.agreement.kept_documents import archivable, kept_for
from domain.relationship.stages.agreement.signing import AgreementInForce, SignAgreement
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.rules.agreement_text import LANGUAGE, Kept, Terms, clauses_of, compose, digest, texts_of
from domain.rules.program import KeptAfter
from tests.domain.builders import COORDINATOR, FACTS, MENTEE, MENTOR, RULES, TERMS, WORDS, Case
from tests.domain.rules_variants import with_rules

TEXT = """\
letter title
letter between
1 2026-1

letter time
- letter every month
- 60 minutes
- ways: in person, phone
- face to face: 1

letter ground rules
- confidential

responsibilities

confidentiality

letter pledges mentor
1. mentor listens
2. mentor prepared

letter pledges mentee
1. mentee listens

letter exceptions
- abuse

letter kept
- application, 1095 days after the end
- attendance record, 365 days after the end

letter purpose
- no therapy

letter hold harmless authority stands by us

letter goals
letter signing
"""


def drafting(terms: Terms = TERMS) -> Case:
    """Return a pair with a first draft."""
    case = Case().matched()
    case.do(ConfirmFirstContact, MENTOR, contacted_on=date(2026, 8, 3), mode="phone")
    case.do(DraftAgreement, MENTOR, terms=terms)
    return case


def refused(case: Case, code: str, **fields: Any) -> None:
    with pytest.raises(RuleViolation) as violation:
        case.do(SignAgreement, MENTEE, **fields)
    assert violation.value.code == code


def test_the_text_is_this_text_for_ever() -> None:
    """A change here changes what people have signed: write a new layout beside this one instead."""
    text = compose(WORDS["en"], 1, TERMS, clauses_of(RULES, ()))
    assert text == TEXT
    assert digest(text) == hashlib.sha256(TEXT.encode()).hexdigest()


@pytest.mark.parametrize(
    ("days", "said"), [(1095, "for 3 years"), (365, "for one year"), (90, "90 days after the end")]
)
def test_the_letter_says_whole_years_as_years(days: int, said: str) -> None:
    years = {"letter_kept_ended_year": "for one year", "letter_kept_ended_years": "for {years} years"}
    kept = (Kept(document="application", after=KeptAfter.ENDED, days=days),)
    clauses = replace(clauses_of(RULES, ()), kept=kept)
    assert f"- application, {said}\n" in compose(WORDS["en"] | years, 1, TERMS, clauses)


@pytest.mark.parametrize("program", sorted(load_programs()))
def test_no_shipped_letter_counts_years_in_days(program: str) -> None:
    rules = load_programs()[program].rules
    terms = TERMS if rules.agreement.time_pledge else replace(TERMS, minutes=0)
    for language, years in (("en", "for 3 years after"), ("es", "durante 3 años después")):
        text = compose(rules.letter_words[language], 1, terms, clauses_of(rules, ()))
        assert years in text
        assert "1095" not in text


def test_the_event_holds_terms_clauses_and_one_digest_a_language() -> None:
    case = drafting()
    drafted = case.events[-1]
    assert isinstance(drafted, AgreementDrafted)
    assert [text.language for text in drafted.texts] == ["en", "es"]
    assert drafted.texts == texts_of(RULES, 1, drafted.terms, drafted.clauses)
    assert drafted.texts[0].digest == digest(TEXT)
    assert drafted.clauses.kept == (
        Kept(document="application", after=KeptAfter.ENDED, days=1095),
        Kept(document="attendance_record", after=KeptAfter.ENDED, days=365),
    )


def test_each_may_sign_in_the_language_they_read() -> None:
    case = drafting()
    case.sign(MENTEE, "es")
    case.sign(MENTOR, "en")
    assert case.state.stage == "meetings"
    signed = [event.digest for event in case.events if hasattr(event, "digest")]
    assert len(set(signed)) == 2


def test_a_text_other_than_the_drafted_one_is_refused() -> None:
    case = drafting()
    refused(case, "text_differs", version=1, digest="0" * 64)
    weekly = replace(TERMS, rhythm=Rhythm(every=1, unit=RhythmUnit.WEEKS))
    other = texts_of(RULES, 1, weekly, clauses_of(RULES, ()))[0].digest
    refused(case, "text_differs", version=1, digest=other)


def test_a_signature_on_a_superseded_text_is_refused_and_the_digest_alone_is_not_enough() -> None:
    case = drafting()
    first = case.digest()
    case.do(DraftAgreement, MENTEE, terms=TERMS)
    refused(case, "version_superseded", version=1, digest=first)
    refused(case, "text_differs", version=2, digest=first)


def test_one_person_signs_once_and_cannot_sign_for_both() -> None:
    case = drafting()
    case.sign(MENTEE)
    refused(case, "already_signed", version=1, digest=case.digest())
    case.state = replace(case.state, mentor=MENTEE.id)
    refused(case, "one_person_on_both_sides", version=1, digest=case.digest())


def test_a_signature_belongs_to_its_text_and_both_must_sign_the_same_one() -> None:
    case = drafting()
    case.sign(MENTOR)
    case.do(DraftAgreement, MENTOR, terms=TERMS)
    case.sign(MENTEE)
    assert (case.state.agreement.in_force, case.state.stage) == (0, "agreement")
    case.sign(MENTOR)
    assert (case.state.agreement.in_force, case.state.stage) == (2, "meetings")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PARTICIPANT])
def test_each_of_the_pair_signs_as_a_side_and_in_no_other_role(role: Role) -> None:
    case = drafting()
    case.sign(MENTOR)
    for one in (MENTOR, MENTEE, COORDINATOR):
        actor = replace(one, role=role)
        with pytest.raises(RuleViolation, match="role_not_allowed"):
            case.do(SignAgreement, actor, version=1, digest=case.digest())
    assert case.state.agreement.in_force == 0


def test_nobody_is_their_own_mentor_not_even_under_a_second_entry() -> None:
    case = Case().apply()
    with pytest.raises(RuleViolation, match="mentor_is_mentee"):
        case.do(ProposeMatch, COORDINATOR, mentor=MENTEE.id)
    case.facts = replace(FACTS, one_mailbox=True)
    with pytest.raises(RuleViolation, match="two_people_one_mailbox"):
        case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    case.facts = FACTS
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    case.facts = replace(FACTS, one_mailbox=True)
    with pytest.raises(RuleViolation, match="two_people_one_mailbox"):
        case.do(ConfirmMatch, COORDINATOR)


def test_a_pair_leaves_out_only_what_the_program_lets_it() -> None:
    case = drafting(replace(TERMS, left_out=("mentor_prepared", "attendance_record")))
    drafted = case.events[-1]
    assert isinstance(drafted, AgreementDrafted)
    assert drafted.clauses.pledges_mentor == ("mentor_listens",)
    assert [kept.document for kept in drafted.clauses.kept] == ["application"]
    assert drafted.texts[0].digest != digest(TEXT)


@pytest.mark.parametrize("change", ["clause", "list", "rhythm"])
def test_an_amendment_is_a_new_version_with_a_new_text(change: str) -> None:
    case = Case().signed()
    first = next(event for event in case.events if isinstance(event, AgreementDrafted))
    terms = {
        "clause": replace(TERMS, left_out=("mentor_prepared",)),
        "list": replace(TERMS, left_out=("attendance_record",)),
        "rhythm": replace(TERMS, rhythm=Rhythm(every=2, unit=RhythmUnit.WEEKS)),
    }[change]
    case.do(DraftAgreement, MENTEE, terms=terms)
    second = case.events[-1]
    assert isinstance(second, AgreementDrafted)
    assert second.version == 2
    assert not {text.digest for text in first.texts} & {text.digest for text in second.texts}
    case.sign(MENTEE)
    assert (case.state.agreement.in_force, case.state.agreement.terms) == (1, TERMS)
    assert kept_for(case.state, "attendance_record") is not None
    case.sign(MENTOR)
    assert (case.state.agreement.in_force, case.state.agreement.terms) == (2, terms)
    assert (kept_for(case.state, "attendance_record") is None) == (change == "list")


def test_only_what_both_signed_for_can_be_archived() -> None:
    case = drafting()
    assert not archivable(case.state, "application", RULES)  # no agreement: nothing is kept
    case.sign(MENTEE)
    assert not archivable(case.state, "application", RULES)
    case.sign(MENTOR)
    in_force = case.events[-1]
    assert isinstance(in_force, AgreementInForce)
    assert archivable(case.state, "application", RULES)
    assert not archivable(case.state, "monthly_record", RULES)  # K1: not on the list
    assert not archivable(case.state, "references", RULES)  # K5
    assert not archivable(case.state, "exit_interview_notes", RULES)  # K3


def test_an_old_list_does_not_outlive_the_programs_own() -> None:
    case = Case().signed()
    stricter = with_rules(agreement=replace(RULES.agreement, kept_documents=("application",)))
    assert kept_for(case.state, "attendance_record") is not None
    assert not archivable(case.state, "attendance_record", stricter)


def test_the_signed_list_shows_in_the_relationships_row() -> None:
    case = Case().signed()
    row = next(row for row in rows(case.state) if row.table == "relationships")
    assert row.values["kept"] == "application,attendance_record"


def test_a_promise_of_time_is_refused_where_the_program_asks_for_none() -> None:
    silent = with_rules(agreement=replace(RULES.agreement, time_pledge=False))
    case = Case(rules=silent).matched()
    case.do(ConfirmFirstContact, MENTOR, contacted_on=date(2026, 8, 3), mode="phone")
    with pytest.raises(RuleViolation) as violation:
        case.do(DraftAgreement, MENTOR, terms=TERMS)
    assert (violation.value.code, violation.value.field) == ("no_time_pledge", "terms.minutes")
    case.do(DraftAgreement, MENTOR, terms=replace(TERMS, minutes=0))


@pytest.mark.parametrize("program", sorted(load_programs()))
def test_every_shipped_program_has_a_complete_letter_in_every_language(program: str) -> None:
    rules = load_programs()[program].rules
    assert LANGUAGE in rules.letter_words
    mode = rules.meetings.modes[0]
    for unit in RhythmUnit:
        for every in (1, 2):
            terms = Terms(
                ground_rules=rules.agreement.ground_rules,
                rhythm=Rhythm(every=every, unit=unit),
                modes=(mode,),
                face_to_face=1,
                minutes=45 if rules.agreement.time_pledge else 0,
            )
            for words in rules.letter_words.values():
                text = compose(words, 3, terms, clauses_of(rules, ()))
                assert "{" not in text
                assert "}" not in text
                assert "\n\n\n" not in text
                for code in (*rules.agreement.pledges_mentor, *rules.agreement.kept_documents):
                    assert words[code] in text
    assert load_programs()[program].rules_for("anywhere").letter_words == rules.letter_words
