"""Sending one email: its row says to whom and about what, an adapter words it, and the mail server takes or refuses it.

If we did not learn that it was sent, the next email has the same Message-ID, so that the reader's mail program keeps
one. Nothing here logs a name or an address.
"""

from dataclasses import replace
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


class Sending:
    """The way of one email from its row to the mail server."""

    def __init__(self, store: NoticeStore, words: NoticeWords, mailer: Mailer, clock: Clock) -> None:
        self._store = store
        self._words = words
        self._mailer = mailer
        self._clock = clock

    async def send(self, notice: NoticeToSend) -> Outcome:
        """Send one notice, record on its row how that ended, and return it.

        ``parked``: the mail server does not answer. ``waiting``: it could not be worded, be it an error of ours, be
        it that its program's file cannot be used: then all emails of the program wait under one task.
        """
        if not notice.to:
            return await self._refused(notice, GONE if notice.gone else "no_address")
        try:
            emails = self._words.emails(notice)
        except UnknownWording:
            if not notice.program:
                return await self._refused(notice, "unknown_program")
            await self._store.park_with_program(notice.id, notice.program)
            return Outcome.WAITING
        except Exception:
            await self._store.mark_parked(notice.id, "not_worded")
            return Outcome.WAITING
        try:
            now = await self._clock.now()
            refusals = [(await self._mailer.send(replace(each, at=now))).refused for each in emails]
        except MailUnavailable as error:
            if error.refuses_office:
                _LOG.error("mail server refuses the office", code=error.code, notice_id=notice.id)
            await self._store.mark_parked(notice.id, error.code)
            return Outcome.PARKED
        # As with an email to several people, a notice in several languages counts as sent when one reader has it.
        if all(refusals):
            return await self._refused(notice, refusals[0])
        await self._store.mark_sent(notice.id, await self._clock.now())
        return Outcome.SENT

    async def _refused(self, notice: NoticeToSend, code: str) -> Outcome:
        await self._store.mark_refused(notice.id, code)
        return Outcome.REFUSED
