"""What a notice says about a program is true of that program: its rhythm, conflicts of interest and duties."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from activities.adapters.files.program_files import load_programs
from activities.adapters.mail.wording import MailWords
from domain.languages import Language
from domain.notices import NoticeKind as Kind
from domain.rules.program import DeadlineKind
from tests.activities.mail.rendered import notice_of

PROGRAMS = load_programs()
WORDS = MailWords(PROGRAMS, "https://office.example.org")


def text(program: str, kind: Kind, language: str = "en", **data: str) -> str:
    return " ".join(WORDS.render(replace(notice_of(kind, **data), program=program), language).text.split())


@pytest.mark.parametrize(
    ("language", "right", "sign", "missing", "nothing"),
    [
        (
            "en",
            "you do not need to answer.",
            "please sign it",
            "Now only your signature is missing",
            "do not need",
        ),
        (
            "es",
            "no tiene que responder.",
            "firme el acuerdo, por favor",
            "Ahora solo falta su firma",
            "No tiene que ",
        ),
    ],
)
def test_whoever_still_has_to_sign_after_an_entry_of_staff_is_told_so(
    language: str, right: str, sign: str, missing: str, nothing: str
) -> None:
    def said(kind: Kind, entry: str, **known: Any) -> str:
        made = notice_of(kind, entry=entry, said="on_paper", version="2", act="a")
        return " ".join(WORDS.render(replace(made, **known), language).text.split())

    partner = said(Kind.ACTED_FOR_PARTNER, "SignAgreement", to_sign=True)
    assert missing in partner
    assert nothing not in partner
    assert missing not in said(Kind.ACTED_FOR_PARTNER, "SignAgreement")
    text = {"agreement": "We meet once a month.", "digest": "d1", "version": "2"}
    drafted = said(Kind.ACTED_FOR_YOU, "DraftAgreement", to_sign=True, **text)
    assert "We meet once a month." in drafted
    assert sign in drafted
    assert right not in drafted
    signed = said(Kind.ACTED_FOR_YOU, "DraftAgreement", **text)
    assert right in signed
    assert sign not in signed


def test_day_and_way_of_a_first_contact_that_staff_entered_are_shown() -> None:
    made = notice_of(Kind.ACTED_FOR_YOU, entry="ConfirmFirstContact", said="by_phone", act="a")
    made = replace(made, contacted_on=date(2027, 9, 3), contact_mode="phone")
    english, spanish = (" ".join(WORDS.render(made, each).text.split()) for each in ("en", "es"))
    assert "have been in touch (Friday, September 3, 2027, by phone)." in english
    assert "ya se pusieron en contacto (viernes 3 de septiembre de 2027, por teléfono)." in spanish


def test_what_staff_entered_about_a_first_meeting_and_a_plan_is_listed() -> None:
    def said(entry: str, kind: Kind, language: str, **known: Any) -> str:
        made = notice_of(kind, entry=entry, said="by_phone", act="a")
        return " ".join(WORDS.render(replace(made, **known), language).text.split())

    points = PROGRAMS["masa"].rules.contact.checklist[:2]
    met = {"points": points, "points_on": date(2027, 9, 3)}
    meeting = datetime(2027, 9, 20, 20, 30, tzinfo=UTC)
    for kind in (Kind.ACTED_FOR_YOU, Kind.ACTED_FOR_PARTNER):
        for language, day, hour in (
            ("en", "(Friday, September 3, 2027):", "plan: Monday, September 20, 2027"),
            ("es", "(viernes 3 de septiembre de 2027):", "planean: lunes 20 de septiembre de 2027"),
        ):
            ticked = said("TickChecklist", kind, language, **met)
            labels = " ".join(PROGRAMS["masa"].label(each, language) for each in points)
            assert f"{day} {labels}" in ticked
            assert hour in said("PlanMeetings", kind, language, planned=(meeting,))


def test_both_read_from_when_on_an_agreement_holds_that_they_signed_on_paper() -> None:
    made = notice_of(Kind.ACTED_FOR_PARTNER, entry="SignAgreement", said="on_paper", version="2", act="a")
    held = replace(made, effective_from=datetime(2027, 1, 14, 18, 0, tzinfo=UTC))
    english, spanish = (" ".join(WORDS.render(held, each).text.split()) for each in ("en", "es"))
    assert "You have both signed now. The agreement takes effect on Thursday, January 14, 2027" in english
    assert "El acuerdo entra en vigor el jueves 14 de enero de 2027" in spanish
    assert "takes effect" not in WORDS.render(made, "en").text


@pytest.mark.parametrize("program", PROGRAMS)
def test_only_where_something_counts_an_entry_of_staff_says_from_when_it_does(program: str) -> None:
    silence = PROGRAMS[program].rules.meetings.unconfirmed_counts
    more = {"said": "by_phone", "act": "a", "since": "2027-09", "forms": "masa_survey_mentee"}
    for entry in ("LogMeeting", "SubmitForm", "TickChecklist", "SubmitMonthlyRecord", "ConfirmFirstContact"):
        made = {"entry": entry, **more}
        said = {each: text(program, Kind.ACTED_FOR_YOU, each, **made) for each in ("en", "es")}
        counts = (entry == "LogMeeting" and silence) or entry == "SubmitMonthlyRecord"
        assert (" counts once that day is over" in said["en"]) is counts, entry
        assert (" cuenta cuando pase ese día" in said["es"]) is counts, entry
        assert ("The meeting counts once" in said["en"]) is (entry == "LogMeeting")


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_rhythm_set_by_the_program_is_not_called_the_pairs_own(program: str) -> None:
    own = PROGRAMS[program].rules.meetings.rhythm is None
    assert ("your own rhythm" in text(program, Kind.AGREEMENT_NEXT)) is own
    assert ("el ritmo que ustedes elijan" in text(program, Kind.AGREEMENT_NEXT, "es")) is own
    for welcome in (Kind.WELCOME_MENTEE, Kind.WELCOME_MENTOR):
        assert ("how often and for how long" in text(program, welcome)) is own
        assert ("con qué frecuencia" in text(program, welcome, "es")) is own
    wording = text(program, Kind.TASK_FOR_REGION, about=DeadlineKind.MEETING.value)
    assert ("less often than they agreed" in wording) is own


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_proposed_mentor_is_told_which_conflicts_of_interest_the_program_lists(
    program: str, language: Language
) -> None:
    file = PROGRAMS[program]
    wording = text(program, Kind.MATCH_PROPOSED, language.value)
    for kind in file.rules.matching.conflict_kinds:
        assert file.label(kind, language.value) in wording
    if "contract" not in file.rules.matching.conflict_kinds:
        assert "contra" not in wording  # neither "contract" nor "contrato"


@pytest.mark.parametrize("program", PROGRAMS)
def test_nobody_is_promised_more_confidentiality_than_the_program_keeps(program: str) -> None:
    rules = PROGRAMS[program].rules
    for welcome in (Kind.WELCOME_MENTEE, Kind.WELCOME_MENTOR):
        wording = text(program, welcome)
        assert ("what the law requires" in wording) is bool(rules.agreement.legal_exceptions)
        assert ("short record each month" in wording) is (rules.monthly_record is not None)


def test_a_name_at_the_start_of_a_sentence_is_capitalized() -> None:
    for program, file in PROGRAMS.items():
        name = file.wording_in("en").association
        opened = name[:1].upper() + name[1:]
        assert f" {opened} reads the answers" in text(program, Kind.SURVEY_OPEN)


def test_only_answers_to_counted_forms_are_described_as_counted_together() -> None:
    forms = "mentee_application,exit_mentee"
    for language, both, one in (
        (
            "en",
            "Your answers are counted together",
            "Your answers to “Leaving the program: mentee” are counted",
        ),
        ("es", "Sus respuestas se cuentan junto", "Sus respuestas a «"),
    ):
        assert both in text("nea_esp", Kind.FORMS_ASKED, language, forms="exit_mentee")
        mixed = text("nea_esp", Kind.FORMS_ASKED, language, forms=forms)
        assert one in mixed
        assert both not in mixed
