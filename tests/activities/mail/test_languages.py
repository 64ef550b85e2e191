"""Emails in every language: each kind exists in each, and everybody gets a notice once, in their own language."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from babel import Locale

from activities.adapters.files.locales import zone_in_words
from activities.adapters.files.program_files import load_programs
from activities.adapters.mail.wording import FOLDER, LOCALES, WIDTH, MailWords
from activities.ports.notices import NoticeToSend
from domain.languages import Language
from domain.notices import NoticeKind as Kind
from tests.activities.mail.rendered import (
    CONTACT,
    DUE,
    MENTEE,
    MENTOR,
    OTHER_CONTACT,
    every_notice,
    notice_of,
    rich,
    sparse,
)

PROGRAMS = load_programs()
WORDS = MailWords(PROGRAMS, "https://office.example.org")
NOTICES = [
    (kind, made(each)) for each in every_notice() for kind, made in (("rich", rich), ("sparse", sparse))
]
NAMES = [f"{kind}-{each.kind.value}-{each.data.get('about', '')}" for kind, each in NOTICES]
FURTHER = [language for language in Language if language is not Language.EN]
ENGLISH = re.compile(
    r"\b(the|and|your|you|with|been|have|please|meeting|because|until|there|what|regards|dear)\b",
    re.IGNORECASE,
)
ABOUT_PEOPLE = re.compile(r"Region \d|Sam <Lee> & Söhne|Ruth Olsen|Ann Berg|Tom Ek|\S+@\S+|https?://\S+")


@pytest.mark.parametrize("language", FURTHER)
@pytest.mark.parametrize("kind", Kind)
def test_no_kind_of_notice_is_left_untranslated(kind: Kind, language: Language) -> None:
    english = sorted(file.name for file in (FOLDER / kind.value).iterdir() if file.is_file())
    own = FOLDER / kind.value / language.value
    assert own.is_dir(), f"write {own.relative_to(FOLDER)}/ with {', '.join(english)}"
    assert sorted(file.name for file in own.iterdir()) == english
    for name in english:
        assert (own / name).read_text() != (FOLDER / kind.value / name).read_text()


def test_each_language_has_its_own_format_of_dates_and_amounts() -> None:
    assert {language: Locale.parse(LOCALES[language]).language for language in Language} == {
        language: language.value for language in Language
    }


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("kind", "each"), NOTICES, ids=NAMES)
def test_every_email_is_complete_in_every_language(kind: str, each: NoticeToSend, language: Language) -> None:
    wording = WORDS.render(each, language.value)
    assert 10 <= len(wording.subject) <= 100
    assert max(map(len, wording.text.splitlines())) <= WIDTH
    assert "\n\n\n" not in wording.text
    assert f'lang="{language.value}"' in wording.html
    for body in (wording.subject, wording.text, wording.html, wording.calendar):
        assert not re.search(r"\{\{|\{%|None|Undefined|\s[,.;]", ABOUT_PEOPLE.sub("X", body))
    welcome = kind == "rich" and each.kind in (Kind.WELCOME_MENTEE, Kind.WELCOME_MENTOR)
    first_contact = (
        each.kind is Kind.REMINDER and each.data["about"] == "first_contact" and not each.to_region
    )
    assert ("612 555 0147" in wording.text) is (welcome or (kind == "rich" and first_contact))
    contacts = welcome or (kind == "rich" and each.kind is Kind.CONTACT_CHANGED)
    assert ("612-555-0199" in wording.html) is contacts


@pytest.mark.parametrize(("kind", "each"), NOTICES, ids=NAMES)
def test_a_spanish_email_contains_no_english_and_says_the_same_in_text_and_html(
    kind: str, each: NoticeToSend
) -> None:
    wording = WORDS.render(each, "es")
    # The Letter of Understanding has its own language.
    own = WORDS.render(replace(each, agreement="", digest=""), "es")
    for body in (own.subject, own.text, own.calendar):
        assert ENGLISH.findall(ABOUT_PEOPLE.sub("X", body)) == []
    plain = unescape(re.sub(r"<[^>]+>", " ", wording.html.partition("</h1>")[2]))
    in_text, in_html = (re.findall(r"[\w@']+", words) for words in (wording.text, plain))
    assert in_text == in_html


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("program", sorted(PROGRAMS))
def test_every_email_can_be_written_for_every_program(program: str, language: Language) -> None:
    for each in every_notice():
        wording = WORDS.render(replace(rich(each), program=program), language.value)
        assert 10 <= len(wording.subject) <= 110
        for body in (wording.subject, wording.text, wording.calendar):
            assert ".." not in body
            assert "  " not in body.replace("\n    ", "\n").replace("\n  ", "\n")


def test_days_hours_and_amounts_take_the_form_of_the_language() -> None:
    met = notice_of(Kind.MEETING_TO_CONFIRM)
    assert "Friday, September 3, 2027, at 9:00 AM CDT" in flat(WORDS.render(met).text)
    assert "viernes 3 de septiembre de 2027 a las 9:00 a.m. hora central" in flat(
        WORDS.render(met, "es").text
    )
    at_one = notice_of(Kind.MEETING_TO_CONFIRM, began_at="2027-09-03T18:05:00.000000Z")
    assert "2027 a la 1:05 p.m. hora central" in flat(WORDS.render(at_one, "es").text)
    at_ten = notice_of(Kind.MEETING_TO_CONFIRM, began_at="2027-09-03T15:00:00.000000Z")
    assert "2027 a las 10:00 a.m. hora central" in flat(WORDS.render(at_ten, "es").text)
    assert zone_in_words("America/Chicago", Language.EN) == "Central Time"
    assert zone_in_words("America/New_York", Language.ES) == "hora oriental"
    assert zone_in_words("UTC", Language.ES) == "hora universal coordinada"
    paid = rich(notice_of(Kind.STIPEND_SENT))
    for language in Language:
        assert "1,234.50 USD" in flat(WORDS.render(paid, language.value).text)


@pytest.mark.parametrize(("kind", "each"), NOTICES, ids=NAMES)
def test_no_spanish_day_has_a_comma_after_the_day_of_the_week(kind: str, each: NoticeToSend) -> None:
    wording = WORDS.render(each, "es")
    assert re.findall(r"(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo),", wording.text) == []
    assert "viernes," not in wording.subject + wording.html


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Ruth", "y Ruth"), ("Inés", "e Inés"), ("Hilda", "e Hilda"), ("Íñigo", "e Íñigo"),
        ("Yvonne", "e Yvonne"), ("Yolanda", "y Yolanda"), ("Hiedra", "y Hiedra"),
    ],
)  # fmt: skip
def test_the_spanish_word_for_and_changes_before_the_sound_of_an_i(name: str, told: str) -> None:
    each = notice_of(Kind.AGREEMENT_NEXT)
    named = replace(each, mentor=replace(MENTOR, name=name))
    assert f"usted {told}?" in WORDS.render(named, "es").subject


def test_a_person_gets_an_email_in_their_own_language_with_a_stable_id() -> None:
    each = notice_of(Kind.SURVEY_OPEN, to=(replace(MENTEE, language="es"),))
    [email] = WORDS.emails(each)
    assert (email.language, email.id) == ("es", f"{each.id}.es")
    assert "porque participa en Mentoría MASA" in flat(email.wording.text)
    assert WORDS.emails(each) == (email,)


def test_contacts_of_one_region_each_get_it_once_in_their_language() -> None:
    each = notice_of(
        Kind.TASK_FOR_REGION, to=(CONTACT, replace(OTHER_CONTACT, language="es")), about="meeting"
    )
    english, spanish = WORDS.emails(each)
    assert (english.to, english.id) == ((CONTACT,), each.id)
    assert ([who.id for who in spanish.to], spanish.id) == ([OTHER_CONTACT.id], f"{each.id}.es")
    assert "of the MASA Mentor Program in Region 3. Reply to reach MASA." in flat(english.wording.text)
    assert "Si responde, le atenderá MASA." in flat(spanish.wording.text)


def test_two_recipients_with_the_same_language_share_one_email() -> None:
    [email] = WORDS.emails(notice_of(Kind.TASK_FOR_REGION, about="meeting"))
    assert email.to == (CONTACT, OTHER_CONTACT)


def test_a_program_that_does_not_offer_a_language_writes_in_its_first_one() -> None:
    program = PROGRAMS["masa"]
    only = replace(program, frame=replace(program.frame, languages=(Language.EN,), words={}))
    words = MailWords({"masa": only}, "https://office.example.org")
    [email] = words.emails(notice_of(Kind.SURVEY_OPEN, to=(replace(MENTEE, language="es"),)))
    assert (email.language, email.wording.subject[:7]) == ("en", "How was")


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("minutes", "english", "spanish"),
    [
        ("1", "1 minute of cover left", "para 1 minuto más"),
        ("75", "75 minutes of cover left", "para 75 minutos más"),
        ("120", "2 hours of cover left", "para 2 horas más"),
        ("481", "8 hours and 1 minute of cover left", "para 8 horas y 1 minuto más"),
        ("0", "You have no cover left", "Ya no les queda suplencia"),
    ],
)
def test_a_length_of_time_is_said_in_minutes_and_from_two_hours_on_in_hours(
    minutes: str, english: str, spanish: str
) -> None:
    each = notice_of(Kind.COVER_DECIDED, left=minutes)
    assert english in flat(WORDS.render(each).text)
    assert spanish in flat(WORDS.render(each, "es").text)


@pytest.mark.parametrize("number", ["1", "3"])
@pytest.mark.parametrize(
    ("about", "key", "english", "spanish"),
    [
        ("monthly_record", "2026-09", ("is missing", "are missing"), ("falta 1", "faltan 3")),
        ("log_check", "2026-10-01", ("has not been", "have not been"), ("queda sin", "quedan sin")),
        ("survey", "administrator", ("has not answered", "have not answered"), ("falta 1", "faltan 3")),
    ],
)
def test_a_task_of_a_term_counts_one_and_several(
    about: str, key: str, english: tuple[str, str], spanish: tuple[str, str], number: str
) -> None:
    each = notice_of(Kind.TERM_TASK, about=about, key=key, missing=number, since=DUE, due=DUE, rung="3")
    assert english[number != "1"] in flat(WORDS.render(each).text)
    assert spanish[number != "1"] in flat(WORDS.render(each, "es").text)


@pytest.mark.parametrize(
    "kind", [Kind.LOG_CHECK_DUE, Kind.MONTHLY_RECORD_DUE, Kind.TERM_SURVEY_DUE, Kind.TERM_SURVEY_OPEN]
)
def test_a_due_day_is_over_once_the_email_is_worded_after_it(kind: Kind) -> None:
    """A reminder of a day on a weekend is worded on Monday (the day counts in the program's zone, not in UTC)."""
    due = datetime(2027, 6, 12, 23, 0, tzinfo=UTC)
    each = notice_of(kind, about="survey", key="contact", rung="1", since=DUE, due=due.isoformat())
    for later, english, spanish in (
        (timedelta(hours=-3), "is due on", "El plazo es el"),
        (timedelta(hours=4), "is due on", "El plazo es el"),
        (timedelta(hours=38), "was due on", "El plazo era el"),
    ):
        worded = replace(each, worded_at=due + later)
        assert english in flat(WORDS.render(worded).text)
        if kind is not Kind.TERM_SURVEY_OPEN:
            assert spanish in flat(WORDS.render(worded, "es").text)


def test_a_pause_before_the_match_speaks_to_one_person() -> None:
    for kind in (Kind.RELATIONSHIP_PAUSED, Kind.RELATIONSHIP_RESUMED):
        alone = sparse(notice_of(kind))
        for language, pair in (
            ("en", "Either of you|your next meeting"),
            ("es", "Cualquiera|próxima reunión"),
        ):
            assert re.findall(pair, flat(WORDS.render(alone, language).text)) == []
            assert re.findall(pair, flat(WORDS.render(notice_of(kind), language).text))
