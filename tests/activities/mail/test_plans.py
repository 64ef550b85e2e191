"""What an email about a planned meeting says: when, how long, in which way and where, as far as it is known."""

from dataclasses import replace
from datetime import date
from email.message import EmailMessage

import icalendar
import pytest

from activities.adapters.files.program_files import load_programs
from activities.adapters.mail.icalendar import Appointment, feed
from activities.adapters.mail.message import message_of
from activities.adapters.mail.wording import MailWords
from activities.ports.notices import NoticeToSend
from domain.notices import NoticeKind as Kind
from tests.activities.mail.rendered import MENTEE, PLANNED, notice_of

WORDS = MailWords(load_programs(), "https://office.example.org")
WITH_HOUR = (Kind.MEETING_PLANNED, Kind.MEETING_MOVED)


def text(each: NoticeToSend, language: str) -> str:
    return " ".join(WORDS.render(each, language).text.split())


def entry_of(each: NoticeToSend, language: str = "en") -> icalendar.Event:
    """Return the entry for calendars of the email of a notice."""
    [email] = WORDS.emails(replace(each, to=(replace(MENTEE, language=language),)))
    message: EmailMessage = message_of(email, sender="office@example.org", name=email.id)
    part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    [event] = icalendar.Calendar.from_ical(part.get_content()).walk("VEVENT")
    return event


@pytest.mark.parametrize("kind", WITH_HOUR)
def test_it_says_hour_length_mode_and_place(kind: Kind) -> None:
    each = replace(notice_of(kind), place="office_of_mentor")
    english, spanish = text(each, "en"), text(each, "es")
    assert "at 9:00 AM CDT 60 minutes, by video, at the mentor's workplace" in english
    known = (
        "a las 9:00 a.m. hora central 60 minutos, por videollamada, en el lugar de trabajo de quien mentorea"
    )
    assert known in spanish


@pytest.mark.parametrize(
    "each",
    [notice_of(Kind.MEETING_TO_CONFIRM), notice_of(Kind.ACTED_FOR_YOU, entry="LogMeeting")],
    ids=lambda each: each.kind.value,
)
def test_an_email_that_asks_whether_a_meeting_was_so_says_how_long_and_in_which_way(
    each: NoticeToSend,
) -> None:
    known = replace(each, met_minutes=45, met_mode="phone")
    assert "(45 minutes, by phone)" in text(known, "en")
    assert "(45 minutos, por teléfono)" in text(known, "es")
    assert "(" not in text(each, "en").partition("If ")[0]


@pytest.mark.parametrize("kind", WITH_HOUR)
def test_it_says_only_what_is_known(kind: Kind) -> None:
    each = notice_of(kind, mode="")
    assert "9:00 AM CDT 60 minutes " in text(each, "en")
    day = notice_of(kind, starts_at="", on="2027-09-03", minutes="0", mode="")
    for language in ("en", "es"):
        assert "minut" not in text(day, language).partition("\n--\n")[0]
        assert ", ," not in text(day, language)


def test_the_entry_in_a_calendar_has_length_place_and_mode() -> None:
    each = replace(notice_of(Kind.MEETING_PLANNED), place="halfway")
    for language, place, mode in (
        ("en", "Halfway between the two", "Planned by video."),
        ("es", "A medio camino entre ambas partes", "Prevista por videollamada."),
    ):
        event = entry_of(each, language)
        assert event["LOCATION"] == place
        assert mode in event["DESCRIPTION"]
        assert (event["DTEND"].dt - event["DTSTART"].dt).seconds == 60 * 60
    assert "LOCATION" not in entry_of(notice_of(Kind.MEETING_PLANNED))


def test_the_feed_of_a_person_says_the_place_too() -> None:
    plans = [Appointment(invitation=PLANNED, summary="m", location="At school")]
    [event] = icalendar.Calendar.from_ical(feed([], plans, name="Mine")).walk("VEVENT")
    assert event["LOCATION"] == "At school"


def test_a_canceled_meeting_is_named_with_its_hour_or_its_day() -> None:
    each = notice_of(Kind.MEETING_WITHDRAWN)
    assert "planned for Friday, September 3, 2027, at 9:00 AM CDT and will not take place" in text(each, "en")
    assert "Estaba prevista para el viernes 3 de septiembre de 2027 a las 9:00 a.m. hora central" in text(
        each, "es"
    )
    day = notice_of(Kind.MEETING_WITHDRAWN, starts_at="", on=date(2027, 9, 3).isoformat(), minutes="0")
    assert "planned for Friday, September 3, 2027 and will not take place" in text(day, "en")


def test_nobody_whose_mentoring_has_ended_is_asked_to_plan_another_day() -> None:
    each = notice_of(Kind.MEETING_WITHDRAWN)
    assert "please agree on another day" in text(each, "en")
    assert "busquen otro día" in text(each, "es")
    over = replace(each, over=True)
    assert "another day" not in text(over, "en")
    assert "otro día" not in text(over, "es")
