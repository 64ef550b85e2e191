"""Email over SMTP. The server's answer decides: 5xx to a recipient is final, everything else may work later."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from typing import Final

import aiosmtplib
from aiosmtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from activities.adapters.mail import icalendar as invitations
from activities.adapters.mail.addresses import BadAddress, standard_address
from activities.ports.notices import CalendarInvite, Email, MailUnavailable, Person, SendResult

_PERMANENT: Final = range(500, 600)


class SmtpMailer:
    """Sends emails to one mail server, each over a separate connection."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        sender: str,
        sender_name: str = "",
        user: str | None = None,
        password: str | None = None,
        starttls: bool = True,
        timeout_seconds: float = 15.0,
    ) -> None:
        self._host = host
        self._port = port
        self._sender = sender
        self._sender_name = sender_name
        self._user = user
        self._password = password
        self._starttls = starttls
        self._timeout = timeout_seconds

    async def send(self, email: Email) -> SendResult:
        """Send an email.

        An email to several people counts as sent when the server accepted it for one of them; who has no address that
        every server takes is left out.

        Raises:
            MailUnavailable: No connection, no permission to send, or an answer that asks us to try later.
        """
        readers = tuple(_in_standard_form(email.to))
        if not readers:
            return SendResult(refused="bad_address")
        email = replace(email, to=readers)
        try:
            message = self._message(email)
        except (ValueError, MessageError, IndexError):
            return SendResult(refused="bad_address")
        try:
            await aiosmtplib.send(
                message,
                sender=self._sender,
                recipients=[person.email for person in email.to],
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                start_tls=self._starttls,
                timeout=self._timeout,
            )
        except SMTPRecipientsRefused as error:
            codes = [each.code for each in error.recipients]
            later = next((code for code in codes if code not in _PERMANENT), None)
            if later is not None:
                raise MailUnavailable(f"smtp_{later}") from None
            return SendResult(refused=f"smtp_{codes[0]}")
        except SMTPDataError as error:
            if error.code not in _PERMANENT:
                raise MailUnavailable(f"smtp_{error.code}") from None
            return SendResult(refused=f"smtp_{error.code}")
        except SMTPResponseException as error:
            # A refused sender or sign-in is our own error: no reader's address is wrong.
            raise MailUnavailable(f"smtp_{error.code}") from None
        except (SMTPException, OSError):
            raise MailUnavailable("no_connection") from None
        return SendResult()

    def _message(self, email: Email) -> EmailMessage:
        message = EmailMessage()
        message["Message-ID"] = f"<{email.id}@{self._sender.rpartition('@')[2]}>"
        message["Date"] = format_datetime(localtime())
        message["From"] = Address(self._sender_name, addr_spec=self._sender)
        message["To"] = [_address(person) for person in email.to]
        message["Subject"] = " ".join(email.wording.subject.split())
        # Tells automatic responders not to reply (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(email.wording.text, cte="quoted-printable")
        message.add_alternative(email.wording.html, subtype="html", cte="quoted-printable")
        if email.invite is not None:
            self._invite(message, email, email.invite)
        # Set last: an earlier header of this kind would move into the first part.
        message["Content-Language"] = email.language
        return message

    def _invite(self, message: EmailMessage, email: Email, to: CalendarInvite) -> None:
        """Add the invitation as one more part of the email (RFC 6047), with the sender's address as its organizer."""
        summary, _, description = email.wording.calendar.partition("\n")
        text = invitations.invitation_text(
            to.invitation,
            zone=to.zone,
            summary=summary,
            description=description.strip(),
            attendees=tuple(_in_standard_form(to.attendees)),
            organizer=self._sender,
            organizer_name=self._sender_name,
        )
        method = invitations.method(to.invitation)
        message.add_alternative(text, subtype="calendar", cte="quoted-printable", params={"method": method})


def _in_standard_form(people: Iterable[Person]) -> Iterator[Person]:
    """Yield people with their addresses in the form that every mail server takes; without one, nobody can write."""
    for person in people:
        with suppress(BadAddress):
            yield replace(person, email=standard_address(person.email))


def _address(person: Person) -> Address:
    return Address(" ".join(person.name.split()), addr_spec=person.email)
