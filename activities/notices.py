"""Sending notices: the row says to whom and about what, an adapter words it, and the mail server accepts or refuses it.

Safe to repeat: a notice that was sent is not sent again. If we did not learn that it was sent, the next email has the
same Message-ID, so that the reader's mail program keeps one. Nothing here logs a name or an address.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.ports.journal import Clock
from activities.ports.notices import (
    Mailer,
    MailUnavailable,
    NoticeStore,
    NoticeToSend,
    NoticeWords,
    UnknownWording,
)
from domain.failed_notices import GONE, PROGRAM_ASIDE
from domain.notices import Outcome

_LOG: Final = structlog.stdlib.get_logger(__name__)
WAITS: timedelta = timedelta(days=1)
"""How long a relationship itself tries to send; after that, housekeeping takes over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNoticeInput:
    """The notice to send."""

    notice_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeOutcome:
    """How it ended: sent, or refused with a code. When the attempts run out, the caller makes it parked."""

    outcome: Outcome
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingInput:
    """The most waiting notices to list."""

    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingNotices:
    """Ids of notices that no workflow is sending any more, the oldest first."""

    ids: tuple[str, ...]


class NoticeActivities:
    """The activities that send notices by email and list those that wait."""

    def __init__(self, store: NoticeStore, words: NoticeWords, mailer: Mailer, clock: Clock) -> None:
        self._store = store
        self._words = words
        self._mailer = mailer
        self._clock = clock

    @activity.defn
    async def send_notice(self, sending: SendNoticeInput) -> NoticeOutcome:
        """Send one notice and record on its row how that ended.

        Raises:
            ApplicationError: Type ``Unavailable``: nothing was decided, try again. Until then the row says ``parked``.
        """
        notice = await self._store.to_send(sending.notice_id)
        if notice is None:
            return NoticeOutcome(outcome=Outcome.REFUSED, code="unknown_notice")
        if notice.status == Outcome.SENT.value:
            return NoticeOutcome(outcome=Outcome.SENT)
        if not notice.to:
            return await self._refused(notice, GONE if notice.gone else "no_address")
        try:
            emails = self._words.emails(notice)
        except UnknownWording:
            return await self._parked_with_program(notice)
        except Exception:
            # Our own error in a template: the row says that the notice waits, and it is retried like an unsent email.
            await self._store.mark_parked(notice.id, "not_worded")
            raise
        try:
            refusals = [(await self._mailer.send(email)).refused for email in emails]
        except MailUnavailable as error:
            if error.refuses_office:
                _LOG.error("mail server refuses the office", code=error.code, notice_id=notice.id)
            await self._store.mark_parked(notice.id, error.code)
            raise ApplicationError("mail is unavailable", error.code, type="Unavailable") from None
        # As with an email to several people, a notice in several languages counts as sent when one reader has it.
        if all(refusals):
            return await self._refused(notice, refusals[0])
        await self._store.mark_sent(notice.id, await self._clock.now())
        return NoticeOutcome(outcome=Outcome.SENT)

    @activity.defn
    async def send_again(self, sending: SendNoticeInput) -> NoticeOutcome:
        """Send a notice that was refused for good, because the address is another one now."""
        await self._store.reopen(sending.notice_id)
        return await self.send_notice(sending)

    @activity.defn
    async def list_waiting_notices(self, wanted: WaitingInput) -> WaitingNotices:
        """Return notices that housekeeping sends again: those that have waited longer than a relationship itself tries.

        A program whose file can be used again no longer waits, and neither do its emails.
        """
        await self._store.programs_back(self._words.programs)
        return WaitingNotices(ids=await self._store.waiting(WAITS, wanted.limit))

    async def _parked_with_program(self, notice: NoticeToSend) -> NoticeOutcome:
        """Park an email whose program stands aside. All of a program's emails wait under one task."""
        if not notice.program:
            return await self._refused(notice, "unknown_program")
        await self._store.park_with_program(notice.id, notice.program)
        return NoticeOutcome(outcome=Outcome.PARKED, code=PROGRAM_ASIDE)

    async def _refused(self, notice: NoticeToSend, code: str) -> NoticeOutcome:
        await self._store.mark_refused(notice.id, code)
        return NoticeOutcome(outcome=Outcome.REFUSED, code=code)
