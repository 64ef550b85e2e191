"""Sending sign-in codes: ahead of all other emails, at any hour, and only to who takes part.

The digits follow from the row of a code under the key of the emails, so that an email that is sent again has the same.
What is kept is a hash over the digits and the secret of the browser that asked.
"""

from dataclasses import replace
from typing import Final, Protocol

import structlog

from activities.ports.journal import Clock
from activities.ports.notices import Mailer, MailUnavailable
from activities.ports.secret import Secret, SecretKind
from activities.ports.sign_in_codes import CodeOutcome, CodeToSend, CodeWords, SignInCodes
from domain.sign_in_codes import digits_of, proof_of

_LOG: Final = structlog.stdlib.get_logger(__name__)
_SCOPE: Final = "sign-in codes"


class MailKey(Protocol):
    """The key of the emails."""

    def mac(self, *parts: str, scope: str) -> bytes:
        """Return bytes that follow from some texts, and that nobody can make without the key."""


class SendingCodes:
    """The way of codes from their rows to the mail server."""

    def __init__(
        self, codes: SignInCodes, words: CodeWords, mailer: Mailer, key: MailKey, clock: Clock
    ) -> None:
        self._codes = codes
        self._words = words
        self._mailer = mailer
        self._key = key
        self._clock = clock

    async def send(self) -> bool:
        """Send the codes that wait; return whether one still does, because its mail server does not take it now."""
        waits = False
        for code in await self._codes.to_send():
            outcome = await self._sent(code)
            if outcome is None:
                waits = True
            else:
                await self._codes.done(code.id, outcome)
        return waits

    async def _sent(self, code: CodeToSend) -> CodeOutcome | None:
        """Send one code; return how that ended, None if it waits."""
        if not code.readers:
            return CodeOutcome.UNKNOWN
        if code.enough:
            return CodeOutcome.TOO_MANY
        digits = digits_of(self._key.mac(code.id, scope=_SCOPE))
        if code.bound:
            await self._codes.bind(code.id, proof_of(code.bound, digits))
        said = Secret(kind=SecretKind.CODE, said=f"{digits[:4]} {digits[4:]}")
        try:
            email = replace(self._words.email(code, said), at=await self._clock.now())
            refused = (await self._mailer.send(email)).refused
        except MailUnavailable:
            return None
        except Exception as error:
            _LOG.error("code cannot be sent", code_id=code.id, error=type(error).__name__)
            return CodeOutcome.REFUSED
        return CodeOutcome.REFUSED if refused else CodeOutcome.SENT
