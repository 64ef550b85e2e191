"""Email over SMTP. A refusal of a reader's mailbox is final; everything else may work later.

Who is refused is what counts, and the answer says it: at RCPT it is the reader, unless its code (RFC 3463) says that we
may not send; after DATA it is our own address or text, unless its code names the mailbox.
"""

import asyncio
import contextlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import localtime
from typing import Final

import aiosmtplib
from aiosmtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from activities.adapters.mail.addresses import reachable
from activities.adapters.mail.message import message_of
from activities.ports.notices import (
    NO_CONNECTION,
    CalendarInvite,
    Email,
    MailUnavailable,
    SendResult,
    SentHeaders,
)

_PERMANENT: Final = range(500, 600)
_OF_MAILBOX: Final = re.compile(r"5\.(?:1\.(?![78]\b)\d+|2\.\d+)\b")
"""Codes that name the reader's address or mailbox; 5.1.7 and 5.1.8 are about the sender's."""
_OF_OFFICE: Final = re.compile(r"5\.(?:1\.[78]|3\.\d+|7\.\d+)\b")
"""Codes that say that the sender, its text or its server is not let through."""


class SmtpMailer:
    """Sends emails to one mail server. The connection is kept from one email to the next, until ``rest``.

    ``names`` makes the name in the Message-ID of an email from its id, which nobody outside is to know.
    Before it is used again the server is asked whether it still listens, since it may have closed it: a new one then
    takes its place, and no email is sent twice.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        sender: str,
        names: Callable[[str], str],
        user: str | None = None,
        password: str | None = None,
        starttls: bool = True,
        timeout_seconds: float = 15.0,
    ) -> None:
        self._host = host
        self._port = port
        self._sender = sender
        self._names = names
        self._user = user
        self._password = password
        self._starttls = starttls
        self._timeout = timeout_seconds
        self._server: aiosmtplib.SMTP | None = None
        self._one_at_a_time = asyncio.Lock()

    async def send(self, email: Email) -> SendResult:
        """Send an email.

        An email to several people counts as sent when the server accepted it for one of them; who has no address that
        every server takes is left out.

        Raises:
            MailUnavailable: No connection, no permission to send, or an answer that asks us to try later.
        """
        readers = reachable(email.to)
        if not readers:
            return SendResult(refused="bad_address")
        at = email.at or localtime()
        email = replace(email, to=readers, invite=_invite_in_standard_form(email.invite), at=at)
        try:
            message = message_of(email, sender=self._sender, name=self._names(email.id))
        except (ValueError, MessageError, IndexError):
            return SendResult(refused="bad_address")
        try:
            await self._deliver(message, [person.email for person in email.to])
        except SMTPRecipientsRefused as error:
            not_theirs = next((each for each in error.recipients if _OF_OFFICE.match(each.message)), None)
            later = next((each for each in error.recipients if each.code not in _PERMANENT), not_theirs)
            if later is not None:
                raise _unavailable(later, of_reader=later is not not_theirs) from None
            return SendResult(refused=f"smtp_{error.recipients[0].code}")
        except SMTPDataError as error:
            if error.code in _PERMANENT and _OF_MAILBOX.match(error.message):
                return SendResult(refused=f"smtp_{error.code}")
            raise _unavailable(error) from None
        except SMTPResponseException as error:
            # A refused sender or sign-in is our own error: no reader's address is wrong.
            raise _unavailable(error) from None
        except (SMTPException, OSError):
            raise MailUnavailable(NO_CONNECTION) from None
        return SendResult(headers=_headers(message, at))

    async def rest(self) -> None:
        """Close the connection, if one is kept."""
        async with self._one_at_a_time:
            await self._close()

    async def _deliver(self, message: EmailMessage, recipients: list[str]) -> None:
        async with self._one_at_a_time:
            server = await self._connected()
            try:
                await server.send_message(message, sender=self._sender, recipients=recipients)
            except (SMTPResponseException, SMTPRecipientsRefused):
                raise
            except BaseException:
                # Nobody knows which answer comes next.
                self._server = None
                server.close()
                raise

    async def _connected(self) -> aiosmtplib.SMTP:
        """Return the kept connection if the server still listens on it, or else a new one."""
        if self._server is not None and self._server.is_connected:
            try:
                await self._server.noop()
            except (SMTPException, OSError):
                await self._close()
            else:
                return self._server
        self._server = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            start_tls=self._starttls,
            timeout=self._timeout,
        )
        await self._server.connect()
        return self._server

    async def _close(self) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        with contextlib.suppress(SMTPException, OSError):
            await server.quit()
        server.close()


def _headers(message: EmailMessage, at: datetime) -> SentHeaders:
    """Return what the headers of a message that was taken say."""
    sender, answers, to, id = (str(message[name] or "") for name in ("From", "Reply-To", "To", "Message-ID"))
    return SentHeaders(sender=sender, reply_to=answers, to=to, message_id=id, at=at)


def _unavailable(answer: SMTPResponseException, *, of_reader: bool = False) -> MailUnavailable:
    """Return the outage that an answer means: for a while, or until somebody who runs the office does something."""
    permanent = answer.code in _PERMANENT
    return MailUnavailable(
        f"smtp_{answer.code}", refuses_office=permanent, of_reader=of_reader and not permanent
    )


def _invite_in_standard_form(invite: CalendarInvite | None) -> CalendarInvite | None:
    """Return an invitation whose attendees have such addresses."""
    return invite and replace(invite, attendees=reachable(invite.attendees))
