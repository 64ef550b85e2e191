"""Invitations as calendar programs read them (RFC 5545, 5546, 6047)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
import pytest_asyncio

from activities.adapters.files.program_files import load_programs
from activities.adapters.mail.icalendar import Appointment, CalendarEntry, feed, invitation_text
from activities.adapters.mail.smtp import SmtpMailer
from activities.adapters.mail.wording import MailWords
from activities.ports.notices import NoticeToSend, Person
from domain.notices import NoticeKind as Kind
from domain.relationship.invitation import Invitation
from tests.activities.mail.rendered import MENTEE, MENTOR, PLANNED, notice_of
from workers.embedded.stack.mail_catcher import Mailbox, serve
from workers.embedded.stack.ports import pick

ZONE = "America/Chicago"
STARTS = datetime(2027, 9, 3, 14, 0, tzinfo=UTC)
WORDS = MailWords(load_programs(), "https://office.example.org")


def event_of(text: str) -> icalendar.Event:
    [event] = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return event


def made(each: Invitation, attendees: tuple[Person, ...] = (MENTOR, MENTEE)) -> str:
    return invitation_text(
        each, summary="A; B", description="", attendees=attendees, organizer="office@example.org"
    )


def test_a_planned_meeting_is_a_request_with_both_as_guests() -> None:
    text = made(PLANNED)
    calendar, event = icalendar.Calendar.from_ical(text), event_of(text)
    assert calendar["METHOD"] == "REQUEST"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (PLANNED.uid, PLANNED.sequence, "CONFIRMED")
    assert event["DTSTAMP"].dt == PLANNED.stamped_at
    assert event["DTSTART"].dt == STARTS
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=60)
    assert event["ORGANIZER"] == "mailto:office@example.org"
    assert [str(guest) for guest in event["ATTENDEE"]] == [f"mailto:{who.email}" for who in (MENTOR, MENTEE)]
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


@pytest.mark.parametrize("month", range(1, 13))
def test_an_hour_is_universal_time_and_needs_no_rules_of_a_time_zone(month: int) -> None:
    """C22: programs that read no RDATE showed 16:00 for 15:00."""
    starts = datetime(2027, month, 15, 15, 0, tzinfo=ZoneInfo(ZONE))
    text = made(replace(PLANNED, starts_at=starts.astimezone(UTC)))
    assert (
        f"\r\nDTSTART:2027{month:02}15T{15 - int(starts.utcoffset() / timedelta(hours=1))}0000Z\r\n" in text
    )
    assert "VTIMEZONE" not in text
    assert "TZID" not in text
    assert event_of(text)["DTSTART"].dt.astimezone(ZoneInfo(ZONE)).hour == 15


def test_a_withdrawal_cancels_the_same_entry() -> None:
    text = made(replace(PLANNED, sequence=30, cancelled=True))
    event = event_of(text)
    assert icalendar.Calendar.from_ical(text)["METHOD"] == "CANCEL"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (PLANNED.uid, 30, "CANCELLED")


def test_a_day_without_an_hour_is_a_whole_day_and_blocks_nothing() -> None:
    event = event_of(made(replace(PLANNED, starts_at=None, minutes=0, on=date(2027, 9, 3))))
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2027, 9, 3), date(2027, 9, 4))
    assert event["TRANSP"] == "TRANSPARENT"


def test_the_same_notice_makes_the_same_bytes() -> None:
    assert made(PLANNED) == made(PLANNED)


def test_a_line_break_in_a_name_starts_no_new_line() -> None:
    sly = replace(MENTEE, name='Sam"\r\nATTENDEE:mailto:all@example.org')
    event = event_of(made(PLANNED, (sly, MENTOR)))
    assert [str(guest) for guest in event["ATTENDEE"]] == [f"mailto:{who.email}" for who in (MENTEE, MENTOR)]


def test_a_feed_has_days_and_hours_in_their_order() -> None:
    def entry(uid: str, day: int) -> CalendarEntry:
        first = date(2027, 9, day)
        return CalendarEntry(uid=uid, stamped_at=PLANNED.stamped_at, summary=uid, first=first, last=first)

    later = replace(PLANNED, uid="later", starts_at=STARTS + timedelta(days=400))
    plans = [Appointment(invitation=each, summary="m") for each in (later, PLANNED)]
    text = feed([entry("b", 9), entry("a", 2)], plans, name="Mine")
    calendar = icalendar.Calendar.from_ical(text)
    assert (calendar["METHOD"], calendar["X-WR-CALNAME"]) == ("PUBLISH", "Mine")
    assert [event["UID"] for event in calendar.walk("VEVENT")] == [PLANNED.uid, "later", "a", "b"]
    assert calendar.walk("VTIMEZONE") == []


@pytest_asyncio.fixture
async def mailbox(tmp_path: Path, smtp_port: int) -> AsyncIterator[Mailbox]:
    async with serve(tmp_path / "mails", smtp_port, pick()) as box:
        yield box


@pytest.fixture
def smtp_port() -> int:
    return pick()


async def delivered(each: NoticeToSend, mailbox: Mailbox, smtp_port: int) -> EmailMessage:
    mailer = SmtpMailer(
        host="127.0.0.1", port=smtp_port, sender="office@example.org", names=str, starttls=False
    )
    [email] = WORDS.emails(each)
    await mailer.send(email)
    found = mailbox.read(1)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "method", "language", "summary"),
    [
        (Kind.MEETING_PLANNED, "REQUEST", "en", "MASA Mentor Program: meeting"),
        (Kind.MEETING_MOVED, "REQUEST", "es", "Mentoría MASA: reunión"),
        (Kind.MEETING_WITHDRAWN, "CANCEL", "es", "Mentoría MASA: reunión"),
    ],
)
async def test_an_email_carries_its_invitation_as_a_third_alternative(
    kind: Kind, method: str, language: str, summary: str, mailbox: Mailbox, smtp_port: int
) -> None:
    each = notice_of(kind, to=(replace(MENTEE, language=language),))
    email = await delivered(each, mailbox, smtp_port)
    assert email["Content-Language"] == language
    assert [part.get_content_type() for part in email.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    [*_, part] = email.iter_parts()
    assert part.get_param("method") == method
    event = event_of(part.get_content())
    assert event["SUMMARY"] == summary
    assert event["UID"] == PLANNED.uid
    assert event["SEQUENCE"] == int(each.data["sequence"])
    assert MENTOR.name not in event["SUMMARY"] + event.get("DESCRIPTION", "")


async def test_an_email_without_an_invitation_has_no_calendar(mailbox: Mailbox, smtp_port: int) -> None:
    email = await delivered(notice_of(Kind.SURVEY_OPEN), mailbox, smtp_port)
    assert "text/calendar" not in [part.get_content_type() for part in email.walk()]
    assert email["Content-Language"] == "en"
