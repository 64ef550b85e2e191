"""Calendar objects as text (RFC 5545, RFC 5546): invitations in emails, and a person's own feed.

Hours are universal time, because nothing here recurs: each calendar shows them in its own zone, and needs no clock
changes of ours. Days without an hour are whole days. Lines end with CR and LF and are folded; characters that could
begin another line are removed from names.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from icalendar import Calendar, Event, vCalAddress, vText

from activities.ports.notices import Person
from domain.calendar import DAY
from domain.relationship.invitation import Invitation

PRODUCT: Final = "-//mentorflow//office//EN"
CONTENT_TYPE: Final = "text/calendar"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One line of a feed: whole days from ``first`` to ``last``, both included."""

    uid: str
    stamped_at: datetime
    summary: str
    first: date
    last: date
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One planned meeting in a feed."""

    invitation: Invitation
    summary: str
    description: str = ""
    location: str = ""


def method(invitation: Invitation) -> str:
    """Return what the object asks a calendar to do: add the meeting or remove it."""
    return CANCEL if invitation.cancelled else REQUEST


def invitation_text(
    invitation: Invitation,
    *,
    summary: str,
    description: str,
    attendees: Iterable[Person],
    organizer: str,
    organizer_name: str = "",
    location: str = "",
) -> str:
    """Return the object of one invitation. It asks for no reply, because an answer in a calendar changes no plan."""
    calendar = _calendar(method(invitation))
    event = _event(invitation, summary, description, location)
    event.add("organizer", _address(organizer, organizer_name))
    for person in attendees:
        guest = _address(person.email, person.name)
        guest.params["ROLE"] = vText("REQ-PARTICIPANT")
        guest.params["PARTSTAT"] = vText("NEEDS-ACTION")
        guest.params["RSVP"] = vText("FALSE")
        event.add("attendee", guest)
    calendar.add_component(event)
    return _text(calendar)


def feed(entries: Iterable[CalendarEntry], appointments: Iterable[Appointment] = (), *, name: str) -> str:
    """Return the object of a whole calendar for subscribers, in the order of its days."""
    calendar = _calendar(PUBLISH)
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    for each in sorted(appointments, key=_when):
        calendar.add_component(_event(each.invitation, each.summary, each.description, each.location))
    for entry in sorted(entries, key=lambda entry: (entry.first, entry.uid)):
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", entry.stamped_at.astimezone(UTC))
        _days(event, entry.first, entry.last)
        _words(event, entry.summary, entry.description)
        calendar.add_component(event)
    return _text(calendar)


def _when(each: Appointment) -> tuple[date, str]:
    invitation = each.invitation
    starts_at = invitation.starts_at
    day = starts_at.astimezone(UTC).date() if starts_at else invitation.on
    return (day or date.max, f"{starts_at or ''}{invitation.uid}")


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _event(invitation: Invitation, summary: str, description: str, location: str) -> Event:
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.stamped_at.astimezone(UTC))
    if invitation.starts_at:
        ends_at = invitation.starts_at + timedelta(minutes=invitation.minutes)
        event.add("dtstart", invitation.starts_at.astimezone(UTC))
        event.add("dtend", ends_at.astimezone(UTC))
        event.add("transp", "OPAQUE")
    elif invitation.on:
        _days(event, invitation.on, invitation.on)
    event.add("status", "CANCELLED" if invitation.cancelled else "CONFIRMED")
    if location:
        event.add("location", location)
    _words(event, summary, description)
    return event


def _days(event: Event, first: date, last: date) -> None:
    """Add whole days; in a calendar they end on the next day, and they do not block the time."""
    event.add("dtstart", first)
    event.add("dtend", last + DAY)
    event.add("transp", "TRANSPARENT")


def _words(event: Event, summary: str, description: str) -> None:
    event.add("summary", summary)
    if description:
        event.add("description", description)
    # Other people who see this calendar learn only that the time is taken.
    event.add("class", "PRIVATE")


def _address(email: str, name: str) -> Any:
    address = vCalAddress(f"mailto:{''.join(email.split())}")
    clean = " ".join(name.replace('"', "'").split())
    if clean:
        address.params["CN"] = vText(clean)
    return address


def _text(calendar: Calendar) -> str:
    return bytes(calendar.to_ical()).decode("utf-8")
