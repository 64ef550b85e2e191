"""From whom an email comes, how it greets, who answers it, and why it came, as its foot says."""

from dataclasses import replace

import pytest

from activities.adapters.files.program_files import load_programs
from activities.adapters.mail.message import message_of
from activities.adapters.mail.wording import MailWords
from activities.ports.notices import NoticeToSend, Person
from domain.languages import Language
from domain.notices import NoticeKind as Kind
from tests.activities.mail.rendered import CONTACT, MENTEE, MENTOR, OTHER_CONTACT, every_notice, notice_of

OFFICE = "mentoring@office.example"
WORDS = MailWords(load_programs(), "https://office.example.org")


def headers(each: NoticeToSend) -> tuple[str, str]:
    """Return From and Reply-To of a notice's one email."""
    [email] = WORDS.emails(each)
    message = message_of(email, sender=OFFICE, name=email.id)
    return str(message["From"]), str(message["Reply-To"] or "")


def foot(each: NoticeToSend, language: str = "en") -> str:
    return " ".join(WORDS.render(each, language).text.partition("\n--\n")[2].split())


def test_an_email_comes_from_the_program_and_the_regions_first_contact_answers() -> None:
    each = replace(notice_of(Kind.SURVEY_OPEN), contacts=(CONTACT, OTHER_CONTACT))
    assert headers(each) == (f"MASA Mentor Program <{OFFICE}>", "Ann Berg <ann@example.org>")
    assert "you take part in the MASA Mentor Program. Reply to reach Ann Berg, Region 3." in foot(each)
    assert "Si responde, le atenderá Ann Berg, Region 3." in foot(each, "es")


def test_the_senders_name_is_in_the_readers_language() -> None:
    each = notice_of(Kind.SURVEY_OPEN, to=(replace(MENTEE, language=Language.ES.value),))
    [email] = WORDS.emails(each)
    assert email.sender_name == "Mentoría MASA"


@pytest.mark.parametrize("about", [MENTOR, MENTEE])
def test_nobody_whom_the_matter_is_about_answers(about: Person) -> None:
    each = notice_of(Kind.SURVEY_OPEN)
    assert headers(replace(each, contacts=(about, OTHER_CONTACT)))[1] == "Tom Ek <tom@example.org>"
    alone = replace(each, contacts=(about,))
    assert headers(alone)[1] == ""
    assert "Reply to reach MASA." in foot(alone)


@pytest.mark.parametrize("kind", [Kind.COMPLAINT_RECEIVED, Kind.COMPLAINT_CLOSED, Kind.CHANGE_ANSWERED])
def test_what_is_confidential_is_answered_by_the_office_alone(kind: Kind) -> None:
    assert headers(notice_of(kind))[1] == ""
    assert "Reply to reach MASA." in foot(notice_of(kind))


def test_an_email_to_the_contacts_is_answered_by_the_office() -> None:
    each = notice_of(Kind.TASK_FOR_REGION, about="meeting")
    assert headers(replace(each, contacts=each.to))[1] == ""
    assert "You get this as regional contact of the MASA Mentor Program in Region 3." in foot(each)


def test_a_contact_whose_address_cannot_be_used_does_not_answer() -> None:
    broken = replace(CONTACT, email="nöra@post.example")
    each = replace(notice_of(Kind.SURVEY_OPEN), contacts=(broken, OTHER_CONTACT))
    assert headers(each)[1] == "Tom Ek <tom@example.org>"


@pytest.mark.parametrize("each", list(every_notice()), ids=lambda each: each.kind.value)
def test_an_email_to_one_reader_greets_by_name_and_one_to_several_greets_nobody(each: NoticeToSend) -> None:
    one = replace(each, to=(each.to[0],))
    assert WORDS.render(one).text.startswith(f"Hello {one.to[0].name},\n\n")
    assert WORDS.render(one, "es").text.startswith(f"Hola, {one.to[0].name}:\n\n")
    if each.to_region:
        several = replace(each, to=(CONTACT, OTHER_CONTACT))
        for language, greeting in (("en", "Hello"), ("es", "Hola")):
            assert greeting not in WORDS.render(several, language).text.splitlines()[0]


@pytest.mark.parametrize(
    ("kind", "over", "english", "spanish"),
    [
        (Kind.MATCH_PROPOSED, False, "you are listed as a mentor in the", "figura como mentor/a en"),
        (Kind.APPLICATION_RECEIVED, False, "you applied to the", "presentó una solicitud a"),
        (Kind.MEETING_TO_CONFIRM, False, "you take part in the", "participa en"),
        (Kind.MEETING_WITHDRAWN, True, "of your part in the", "por su participación en"),
        (Kind.FORMS_ASKED, False, "of your part in the", "por su participación en"),
    ],
)
def test_the_foot_says_why_the_email_came(kind: Kind, over: bool, english: str, spanish: str) -> None:
    each = replace(notice_of(kind), over=over)
    assert f"because {english} MASA Mentor Program." in foot(each)
    assert f"{spanish} Mentoría MASA." in foot(each, "es")


@pytest.mark.parametrize("language", Language)
def test_c16_who_gets_another_partner_is_not_thanked_for_an_application(language: Language) -> None:
    later = [each for each in every_notice() if each.continues]
    assert [each.kind for each in later] == [
        Kind.APPLICATION_RECEIVED,
        Kind.APPLICATION_ACCEPTED,
        Kind.STILL_LOOKING,
    ]
    for each in later:
        wording = WORDS.render(each, language.value)
        first = WORDS.render(replace(each, continues=False), language.value)
        assert wording.subject != first.subject
        for thanks in ("Thank", "Welcome", "accepted", "Gracias", "aceptada", "bienvenida"):
            assert thanks not in wording.subject + wording.text
