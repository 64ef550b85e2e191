"""Email over SMTP. The server's answer decides: 5xx to a recipient is final, everything else may work later."""

from dataclasses import replace
from email.errors import MessageError
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
from activities.ports.notices import Email, MailUnavailable, SendResult

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
        readers = reachable(email.to)
        if not readers:
            return SendResult(refused="bad_address")
        email = replace(email, to=readers)
        try:
            message = message_of(email, sender=self._sender, sender_name=self._sender_name)
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
