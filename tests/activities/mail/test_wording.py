"""How notices read: every kind has its own wording, and none of it is in code."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape

import pytest

from activities.adapters.files.link_names import link_name
from activities.adapters.files.program_files import load_programs
from activities.adapters.mail.wording import FOLDER, WIDTH, MailWords
from activities.ports.notices import NoticeToSend, UnknownWording
from domain.languages import Language
from domain.notices import NoticeKind as Kind
from domain.rules.agreement_text import digest
from tests.activities.mail.rendered import (
    AGREEMENT,
    CONTACT,
    DUE,
    MENTEE,
    MENTOR,
    every_notice,
    notice_of,
    rich,
    sparse,
)

OFFICE = "https://office.example.org"
WORDS = MailWords(load_programs(), OFFICE)
NOTICES = list(every_notice())
NAMES = [f"{each.kind.value}-{each.data.get('about', '')}" for each in NOTICES]
INVITING = (Kind.MEETING_PLANNED, Kind.MEETING_MOVED, Kind.MEETING_WITHDRAWN, Kind.OBSERVATION_CHANGED)
MOST_WORDS = 80  # subject and body, without greeting and foot, and without the text of an agreement
LONGER = {
    Kind.WELCOME_MENTEE: (145, "the first email of a pair: addresses, how to begin, and who may know what"),
    Kind.WELCOME_MENTOR: (145, "the first email of a pair: addresses, how to begin, and who may know what"),
    Kind.MATCH_PROPOSED: (105, "a mentor can decline only what the list of conflicts of interest names"),
}
SHARES_ADDRESSES = (Kind.WELCOME_MENTEE, Kind.WELCOME_MENTOR)


def test_each_kind_of_notice_has_a_folder_with_subject_text_and_html_and_there_is_no_other() -> None:
    folders = {
        path.name: sorted(file.name for file in path.iterdir() if file.is_file())
        for path in FOLDER.iterdir()
        if path.is_dir()
    }
    files = ["html.html", "subject.txt", "text.txt"]
    assert folders == {kind.value: ["calendar.txt", *files] if kind in INVITING else files for kind in Kind}


@pytest.mark.parametrize("each", NOTICES, ids=NAMES)
def test_every_email_is_complete_in_text_and_html(each: NoticeToSend) -> None:
    wording = WORDS.render(each)
    assert 10 <= len(wording.subject) <= 100
    assert "\n" not in wording.subject
    for body in (wording.text, wording.html):
        assert "MASA Mentor Program" in body
        assert OFFICE in body
        assert "{{" not in body
        assert "{%" not in body
    assert max(map(len, wording.text.splitlines())) <= WIDTH
    assert "\n\n\n" not in wording.text
    assert "<Lee>" not in wording.html
    assert "<style" not in wording.html


@pytest.mark.parametrize("each", NOTICES, ids=NAMES)
def test_text_and_html_say_the_same(each: NoticeToSend) -> None:
    wording = WORDS.render(each)
    top, _, body = wording.html.partition("<body")[2].partition("</h1>")
    plain = unescape(re.sub(r"<[^>]+>", " ", body))
    in_text, in_html = (re.findall(r"[\w@']+", words) for words in (wording.text, plain))
    assert in_text == in_html
    assert unescape(top.rpartition(">")[2]) == wording.subject


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("each", NOTICES, ids=NAMES)
def test_each_paragraph_of_the_html_is_one_of_the_text(each: NoticeToSend, language: Language) -> None:
    wording = WORDS.render(each, language)
    paragraphs = [" ".join(paragraph.split()) for paragraph in wording.text.split("\n\n")]
    said = re.findall(
        r'<p(?: class="help"[^>]*| style="margin: 0 0 12px;")>(.*?)</p>', wording.html, re.DOTALL
    )
    assert said
    for plain in (unescape(re.sub(r"<[^>]+>", "", each)) for each in said if "<a " not in each):
        assert any(paragraph.startswith(" ".join(plain.split())[:50]) for paragraph in paragraphs), plain


@pytest.mark.parametrize(
    ("withdrawn", "language", "subject"),
    [
        (
            "",
            Language.EN,
            "Is the correction of your meeting with Ruth Olsen on Friday, September 3, 2027 right?",
        ),
        (
            "yes",
            Language.EN,
            "Is it right that you and Ruth Olsen did not meet on Friday, September 3, 2027?",
        ),
        (
            "",
            Language.ES,
            "¿Es correcto el cambio en su reunión con Ruth Olsen del viernes 3 de septiembre de 2027?",
        ),
        (
            "yes",
            Language.ES,
            "¿Es correcto que usted y Ruth Olsen no se reunieron el viernes 3 de septiembre de 2027?",
        ),
    ],
)
def test_a_proposed_change_of_a_meeting_asks_what_its_link_answers(
    withdrawn: str, language: Language, subject: str
) -> None:
    data = {"withdrawn": withdrawn} if withdrawn else {}
    assert WORDS.render(notice_of(Kind.CORRECTION_PROPOSED, **data), language).subject == subject
    answers = {Language.EN: "Yes, that is right", Language.ES: "Sí, es correcto"}
    assert link_name("ConfirmMeeting", {}, language) == answers[language]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("program", sorted(load_programs()))
def test_no_email_has_more_than_eighty_words_unless_a_reason_is_on_the_list(
    program: str, language: Language
) -> None:
    for each in NOTICES:
        for made in (rich(each), sparse(each)):
            bare = replace(made, program=program, agreement="", digest="")
            wording = WORDS.render(bare, language.value)
            own = re.sub(r"\AHello .*,\n|\AHola, .*:\n", "", wording.text.partition("\n--\n")[0])
            words = len(re.findall(r"\S*\w\S*", f"{wording.subject} {own}"))
            most, _ = LONGER.get(each.kind, (MOST_WORDS, ""))
            assert words <= most, f"{each.kind.value}: {words} words"


@pytest.mark.parametrize("each", NOTICES, ids=NAMES)
def test_the_partners_address_appears_only_where_it_is_released(each: NoticeToSend) -> None:
    wording = WORDS.render(each)
    shares = each.kind in SHARES_ADDRESSES or each.data.get("about") == "first_contact"
    for who in (MENTOR, MENTEE):
        if who not in each.to and not shares:
            assert who.email not in wording.text + wording.html


def test_the_email_to_sign_contains_the_text_and_the_digest_that_is_signed() -> None:
    wording = WORDS.render(notice_of(Kind.AGREEMENT_TO_SIGN))
    for body in (wording.text, wording.html):
        assert digest(AGREEMENT) in body
        for line in filter(None, AGREEMENT.splitlines()):
            assert line in unescape(body)


def test_the_welcome_email_to_the_mentee_names_mentor_address_and_regional_contacts() -> None:
    wording = WORDS.render(notice_of(Kind.WELCOME_MENTEE))
    for body in (wording.text, wording.html):
        for expected in (MENTOR.name, MENTOR.email, CONTACT.name, CONTACT.email, "Friday, September 3, 2027"):
            assert expected in body.replace("\n", " ")


def test_a_region_without_a_contact_is_stated_and_not_left_blank() -> None:
    vacant = replace(notice_of(Kind.WELCOME_MENTEE), contacts=())
    assert "please turn to MASA" in WORDS.render(vacant).text.replace("\n", " ")


def test_times_are_given_in_the_time_zone_of_the_program() -> None:
    assert "9:00 AM CDT" in WORDS.render(notice_of(Kind.MEETING_TO_CONFIRM, began_at=DUE)).text


def test_an_ending_before_the_match_names_no_partner() -> None:
    alone = replace(notice_of(Kind.RELATIONSHIP_ENDED), mentor=None)
    assert MENTOR.name not in WORDS.render(alone).text


def test_a_program_without_a_file_has_no_wording() -> None:
    with pytest.raises(UnknownWording):
        WORDS.render(replace(notice_of(Kind.SURVEY_OPEN), program="none"))


def test_a_reminder_names_the_rhythm_in_force() -> None:
    signed = notice_of(Kind.REMINDER, about="meeting", rung="1")
    programs = load_programs()
    set_by_others = [name for name, file in programs.items() if file.rules.meetings.rhythm is not None]
    assert set_by_others
    for name in set_by_others:
        assert "By the rhythm of this program" in WORDS.render(replace(signed, program=name)).text
    assert "agreed on, your next meeting" in WORDS.render(signed).text.replace("\n", " ")


@pytest.mark.parametrize(
    ("period", "language", "subject"),
    [
        ("2026-10", "en", "Did you meet Ruth Olsen in October?"),
        ("2026-10", "es", "¿Se reunió usted con Ruth Olsen en octubre?"),
        ("2026-10-16", "en", "Did you meet Ruth Olsen by October 16?"),
        ("2026-10-16", "es", "¿Ya se reunió con Ruth Olsen? El plazo era el 16 de octubre"),
    ],
)
def test_a_reminder_says_which_meeting_is_owed(period: str, language: str, subject: str) -> None:
    reminder = notice_of(Kind.REMINDER, about="meeting", rung="1", period=period)
    assert WORDS.render(reminder, language).subject == subject


@pytest.mark.parametrize(
    ("day", "subject"),
    [(2, "Have you met Ruth Olsen lately?"), (6, "Did you meet Ruth Olsen in October?")],
)
def test_a_reminder_asks_for_no_meeting_of_a_month_that_has_just_begun(day: int, subject: str) -> None:
    at = datetime(2026, 10, day, 14, tzinfo=UTC)
    reminder = notice_of(Kind.REMINDER, about="meeting", rung="1", period="2026-10")
    assert WORDS.render(replace(reminder, worded_at=at)).subject == subject


@pytest.mark.parametrize(
    ("language", "day", "words"),
    [
        ("en", 3, "The deadline is Friday, September 4, 2026."),
        ("en", 4, "The deadline is today, Friday, September 4, 2026."),
        ("en", 5, "The deadline was Friday, September 4, 2026."),
        ("es", 3, "El plazo termina el viernes 4 de septiembre de 2026."),
        ("es", 4, "El plazo termina hoy, viernes 4 de septiembre de 2026."),
        ("es", 5, "El plazo venció el viernes 4 de septiembre de 2026."),
    ],
)
def test_a_reminder_says_that_its_deadline_is_today(language: str, day: int, words: str) -> None:
    reminder = notice_of(Kind.REMINDER, about="agreement", rung="0")
    at = datetime(2026, 9, day, 14, tzinfo=UTC)
    text = WORDS.render(replace(reminder, due=date(2026, 9, 4), worded_at=at), language).text
    assert words in " ".join(text.split())


@pytest.mark.parametrize("language", ["en", "es"])
def test_whoever_is_reminded_of_a_first_contact_has_the_telephone_to_call(language: str) -> None:
    reminder = notice_of(Kind.REMINDER, about="first_contact", rung="0")
    called = replace(reminder, mentor=replace(MENTOR, phone="612-555-0147"))
    assert "612-555-0147" in WORDS.render(called, language).text
    assert "612-555-0147" in WORDS.render(called, language).html
    assert "612-555-0147" not in WORDS.render(reminder, language).text


@pytest.mark.parametrize(
    ("language", "applied"), [("en", "because you applied"), ("es", "porque presentó una solicitud")]
)
def test_the_foot_tells_nobody_who_continues_of_an_application(language: str, applied: str) -> None:
    accepted = notice_of(Kind.APPLICATION_ACCEPTED)
    assert applied in " ".join(WORDS.render(accepted, language).text.split())
    assert applied not in " ".join(WORDS.render(replace(accepted, continues=True), language).text.split())


@pytest.mark.parametrize(
    ("language", "unusual"), [("en", "letter|anew|mend|hears|whoever|somebody"), ("es", "carta")]
)
@pytest.mark.parametrize("each", NOTICES, ids=NAMES)
def test_an_email_calls_itself_an_email_and_uses_usual_words(
    each: NoticeToSend, language: str, unusual: str
) -> None:
    wording = WORDS.render(replace(each, agreement="", digest=""), language)
    assert re.findall(rf"\b(?:{unusual})\b", f"{wording.subject} {wording.text}", re.IGNORECASE) == []
