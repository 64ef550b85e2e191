"""What a stream does for an email after its record: it calls the outbox, which sends each one at its hour."""

from dataclasses import dataclass

from temporalio import activity

from activities.ports.notices import NoticeStore
from activities.ports.outbox import OutboxCall
from domain.notices import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNoticeInput:
    """The notice to send."""

    notice_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeOutcome:
    """How it ended: it waits in the outbox. Earlier runs sent at once and have the other outcomes."""

    outcome: Outcome
    code: str = ""


class NoticeActivities:
    """The activities by which streams hand over their emails. Their names are those of earlier runs."""

    def __init__(self, store: NoticeStore, outbox: OutboxCall) -> None:
        self._store = store
        self._outbox = outbox

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
