"""Sending one email: its row says to whom and about what, an adapter words it, and the mail server takes or refuses it.

If we did not learn that it was sent, the next email has the same Message-ID, so that the reader's mail program keeps
one. Nothing here logs a name or an address.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from activities.ports.journal import Clock
from activities.ports.notices import (
    Mailer,
    MailUnavailable,
    NoticeStore,
    NoticeToSend,
    NoticeWords,
    UnknownWording,
)
from domain.failed_notices import GONE
from domain.notices import Outcome

_LOG: Final = structlog.stdlib.get_logger(__name__)
GIVE_UP: Final = timedelta(days=5)
"""How long an email is tried whose reader's mailbox asks to try later, as mail servers do among themselves."""


class Sending:
    """The way of one email from its row to the mail server."""

    def __init__(self, store: NoticeStore, words: NoticeWords, mailer: Mailer, clock: Clock) -> None:
        self._store = store
        self._words = words
        self._mailer = mailer
        self._clock = clock

    async def send(self, notice: NoticeToSend) -> Outcome:
        """Send one notice, record on its row how that ended, and return it.

        ``parked``: the mail server does not answer, or refuses the office. ``waiting``: it could not be worded, or
        its reader's mailbox asks to try later. What only a person can put right has one task.
        """
        if not notice.to:
            return await self._refused(notice, GONE if notice.gone else "no_address")
        now = await self._clock.now()
        try:
            emails = self._words.emails(replace(notice, worded_at=now))
        except UnknownWording:
            if not notice.program:
                return await self._refused(notice, "unknown_program")
            await self._store.park_with_program(notice.id, notice.program)
            return Outcome.WAITING
        except Exception as error:
            why = type(error).__name__
            _LOG.error("email cannot be worded", notice_id=notice.id, kind=notice.kind.value, error=why)
            await self._store.park_unworded(notice.id, notice.kind)
            return Outcome.WAITING
        try:
            refusals = [(await self._mailer.send(replace(each, at=now))).refused for each in emails]
        except MailUnavailable as error:
            return await self._not_taken(notice, error, now)
        # As with an email to several people, a notice in several languages counts as sent when one reader has it.
        if all(refusals):
            now_to = await self._store.to_send(notice.id)
            if now_to is not None and _addresses(now_to) != _addresses(notice):
                # The address was corrected while the email was under way; what it says stays.
                return await self.send(replace(notice, to=now_to.to))
            return await self._refused(notice, refusals[0])
        await self._store.mark_sent(notice.id, now)
        return Outcome.SENT

    async def rest(self) -> None:
        """Let go of the mail server: nothing follows for a while."""
        await self._mailer.rest()

    async def _not_taken(self, notice: NoticeToSend, error: MailUnavailable, now: datetime) -> Outcome:
        """Record that a mail server did not take a notice for now; one that is put off for days is refused."""
        if error.of_reader:
            if notice.deferred_since is not None and now - notice.deferred_since >= GIVE_UP:
                return await self._refused(notice, error.code)
            await self._store.mark_deferred(notice.id, error.code, now)
            return Outcome.WAITING
        if error.refuses_office:
            _LOG.error("mail server refuses the office", code=error.code, notice_id=notice.id)
            await self._store.mail_refused(error.code)
        await self._store.mark_parked(notice.id, error.code)
        return Outcome.PARKED

    async def _refused(self, notice: NoticeToSend, code: str) -> Outcome:
        await self._store.mark_refused(notice.id, code)
        return Outcome.REFUSED


def _addresses(notice: NoticeToSend) -> tuple[str, ...]:
    return tuple(person.email for person in notice.to)
