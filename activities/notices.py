"""What a stream does for an email after its record: it calls the outbox, which sends each one at its hour."""

import asyncio
from dataclasses import dataclass
from typing import Final

from temporalio import activity

from activities.ports.notices import NoticeStore
from activities.ports.outbox import OutboxCall
from domain.notices import Outcome

TOGETHER: Final = 0.01
"""Seconds within which calls of the outbox are one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNoticeInput:
    """The notice to send."""

    notice_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeOutcome:
    """How it ended: it waits in the outbox. Earlier runs sent at once and have the other outcomes."""

    outcome: Outcome
    code: str = ""


class GatheredCalls:
    """Calls of the outbox that come almost together, as one: a decision that writes to two people calls it twice.

    Who calls before that one is made needs no other: the row of the email is there already.
    """

    def __init__(self, outbox: OutboxCall) -> None:
        self._outbox = outbox
        self._next: asyncio.Task[None] | None = None

    async def call(self) -> None:
        """Have the outbox look at what waits; return once it was told, or raise why it was not."""
        if self._next is None:
            self._next = asyncio.create_task(self._call_soon())
        await asyncio.shield(self._next)

    async def _call_soon(self) -> None:
        await asyncio.sleep(TOGETHER)
        self._next = None
        await self._outbox.call()


class NoticeActivities:
    """The activities by which streams hand over their emails. Their names are those of earlier runs."""

    def __init__(self, store: NoticeStore, outbox: OutboxCall) -> None:
        self._store = store
        self._outbox = GatheredCalls(outbox)

    @activity.defn
    async def send_notice(self, sending: SendNoticeInput) -> NoticeOutcome:
        """Call the outbox: one more email waits there. The record has written its row."""
        await self._outbox.call()
        return NoticeOutcome(outcome=Outcome.WAITING)

    @activity.defn
    async def send_again(self, sending: SendNoticeInput) -> NoticeOutcome:
        """Let a notice wait again that was refused for good, because the address is another one now."""
        await self._store.reopen(sending.notice_id)
        await self._outbox.call()
        return NoticeOutcome(outcome=Outcome.WAITING)

    @activity.defn
    async def call_outbox(self) -> None:
        """Call the outbox, as each round of housekeeping does."""
        await self._outbox.call()
