"""An email as the mail server gets it: all its headers, its text and HTML, and an invitation, if it has one."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, localtime

from activities.adapters.mail import icalendar as invitations
from activities.adapters.mail.addresses import reachable
from activities.ports.notices import CalendarInvite, Email, Person


def message_of(email: Email, *, sender: str, name: str) -> EmailMessage:
    """Return an email as a message; ``name`` is what its Message-ID calls it.

    Raises:
        ValueError, MessageError, IndexError: An address is not valid; the error depends on what is wrong with it.
    """
    message = EmailMessage()
    message["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
    message["Date"] = format_datetime(email.at or localtime())
    message["From"] = Address(email.sender_name, addr_spec=sender)
    if email.reply_to is not None:
        message["Reply-To"] = _address(email.reply_to)
    message["To"] = [_address(person) for person in email.to]
    message["Subject"] = " ".join(email.wording.subject.split())
    # Tells automatic responders not to reply (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(email.wording.text, cte="quoted-printable")
    message.add_alternative(email.wording.html, subtype="html", cte="quoted-printable")
    if email.invite is not None:
        _invite(message, email, email.invite, sender)
    # Set last: an earlier header of this kind would move into the first part.
    message["Content-Language"] = email.language
    return message


def _invite(message: EmailMessage, email: Email, to: CalendarInvite, sender: str) -> None:
    """Add the invitation as one more part of the email (RFC 6047), with the sender's address as its organizer."""
    summary, _, description = email.wording.calendar.partition("\n")
    text = invitations.invitation_text(
        to.invitation,
        summary=summary,
        description=description.strip(),
        attendees=reachable(to.attendees),
        organizer=sender,
        organizer_name=email.sender_name,
        location=to.location,
    )
    method = invitations.method(to.invitation)
    message.add_alternative(text, subtype="calendar", cte="quoted-printable", params={"method": method})


def _address(person: Person) -> Address:
    return Address(" ".join(person.name.split()), addr_spec=person.email)
