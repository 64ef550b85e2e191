"""The outbox: each email leaves at an hour of its class, and a stream hears only of one that was not sent for good.

Before one leaves, its reason is looked up again (``domain/overtaken.py``): what no longer holds is not sent.
One round plans what is new, sends what is due, and says when the next one is. The hour is looked at once more when an
email leaves, since the mail server may have been away since it was planned.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from temporalio import activity

from activities.digests import Digests, begins_soon
from activities.ports.journal import Clock
from activities.ports.notices import NoticeStore, NoticeToSend
from activities.ports.outbox import Outbox, PlannedNotice, Refusal, Unplanned
from activities.ports.workflows import Answer, Workflows
from activities.sending import Sending
from activities.sign_in_codes import SendingCodes
from domain.actors import SYSTEM
from domain.calendar import Calendar
from domain.digests import ToldWhen
from domain.failed_notices import HearNotice
from domain.ids import derive
from domain.notices import TO_STAFF, NoticeKind, Outcome
from domain.sending_hours import RESTS, RESTS_DURING, Rank, may_leave, rank_of, rests_until

AT_ONCE: Final = 200
"""The most emails of one round."""
TOGETHER: Final = 20
"""How many of them are read together: at the usual pause these leave within four seconds."""
LATER: Final = timedelta(minutes=15)
"""How long an email waits at least whose reader's mailbox asks to try later; it waits longer each time."""
AGAIN: Final = timedelta(minutes=1)
"""How long until a stream is told again that could not be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRound:
    """What one round did.

    ``wait_seconds`` is the time of the office until the next email may leave; None if none waits. ``away`` says that
    the mail server did not answer.
    """

    sent: int
    refused: int
    wait_seconds: float | None
    away: bool = False


class OutboxActivities:
    """The rounds of the outbox."""

    def __init__(
        self,
        outbox: Outbox,
        store: NoticeStore,
        sending: Sending,
        clock: Clock,
        workflows: Workflows,
        calendars: Mapping[str, Calendar],
        digests: Digests,
        codes: SendingCodes,
        *,
        seconds_between: float = 0.0,
    ) -> None:
        """Set the parts.

        ``calendars`` has those of the programs whose files can be used, by code. ``seconds_between`` is the pause after
        each email.
        """
        self._outbox = outbox
        self._store = store
        self._sending = sending
        self._clock = clock
        self._workflows = workflows
        self._calendars = calendars
        self._digests = digests
        self._codes = codes
        self._code_waits = False
        self._pause = seconds_between
        self._begun = False

    @activity.defn
    async def send_due(self) -> OutboxRound:
        """Plan what is new, send what is due, tell streams what was refused. Safe to repeat."""
        await self._send_codes()
        now = await self._clock.now()
        if not self._begun:
            # Files are read once, when the process starts: what waits for one that has come back waits no longer.
            await self._store.programs_back(self._calendars.keys())
            await self._store.words_back()
            self._begun = True
        await self._plan(now)
        await self._digests.planning.plan(now)
        counts = dict.fromkeys(Outcome, 0)
        away, held = False, set[str]()
        async for id, notice in self._due(now):
            if id in held:
                continue
            outcome = await self._send(id, notice, held)
            counts[outcome] += 1
            activity.heartbeat(counts[Outcome.SENT])
            if away := outcome is Outcome.PARKED:
                now = await self._clock.now()
                await self._outbox.park_due(now, id)
                break
            if self._pause:
                await asyncio.sleep(self._pause)
        away = await self._digests.send(away=away)
        await self._sending.rest()
        if counts[Outcome.SENT]:
            await self._store.mail_taken()
        untold = await self._tell()
        return OutboxRound(
            sent=counts[Outcome.SENT],
            refused=counts[Outcome.REFUSED],
            wait_seconds=await self._wait(now, away=away, untold=untold),
            away=away,
        )

    async def _send_codes(self) -> None:
        """Send the sign-in codes that wait: somebody sits before a page, so they leave ahead of all other emails."""
        self._code_waits = await self._codes.send()

    async def _plan(self, now: datetime) -> None:
        """Give each new notice its hour; what one decision says to one reader keeps its order.

        What staff read in their digest ends here.
        """
        last: dict[tuple[str, str], PlannedNotice] = {}
        plans, in_digests = [], []
        for each in await self._outbox.unplanned():
            if self._is_line(each, now):
                in_digests.append(each.id)
                continue
            plan = self._plan_of(each, now)
            before = last.get((each.record, each.reader))
            if before is not None:
                plan = PlannedNotice(
                    id=plan.id,
                    not_before=max(plan.not_before, before.not_before),
                    rank=max(plan.rank, before.rank),
                )
            last[each.record, each.reader] = plan
            plans.append(plan)
        await self._outbox.plan(tuple(plans))
        await self._outbox.leave_to_digests(tuple(in_digests), now)

    def _is_line(self, each: Unplanned, now: datetime) -> bool:
        """Return whether staff read a notice in their digest, and get no email of its own."""
        calendar = self._calendars.get(each.program)
        if not each.to_region or calendar is None:
            return False
        told = TO_STAFF[each.kind]
        if told is not ToldWhen.AT_ONCE_IF_SOON:
            return told is ToldWhen.DIGEST
        starts_at = datetime.fromisoformat(each.data["starts_at"])
        return not begins_soon(starts_at, max(now, each.decided_at or now), calendar)

    def _plan_of(self, each: Unplanned, now: datetime) -> PlannedNotice:
        calendar = self._calendars.get(each.program)
        now = max(now, each.decided_at or now)
        if calendar is None:
            return PlannedNotice(id=each.id, not_before=now, rank=Rank.BY_DAY)
        at_once = each.own_act or each.to_region
        return PlannedNotice(
            id=each.id,
            not_before=may_leave(each.kind, each.data, now, calendar, own_act=at_once),
            rank=rank_of(each.kind, own_act=at_once),
        )

    async def _due(self, now: datetime) -> AsyncIterator[tuple[str, NoticeToSend | None]]:
        """Yield what is due, read shortly before it leaves, some together."""
        ids = await self._outbox.due(now, AT_ONCE)
        for start in range(0, len(ids), TOGETHER):
            if start:
                await self._send_codes()
            some = ids[start : start + TOGETHER]
            found = await self._store.all_to_send(some)
            for id in some:
                yield id, found.get(id)

    async def _send(self, id: str, notice: NoticeToSend | None, held: set[str]) -> Outcome:
        """Send one notice that is due, unless its hour has passed; return how that ended, and add what waits on."""
        now = await self._clock.now()
        if notice is None or notice.status == Outcome.SENT.value:
            return Outcome.SENT
        standing = await self._outbox.standing(id, now)
        if not standing.waits:
            return Outcome.OVERTAKEN
        if standing.why is not None:
            await self._store.mark_overtaken(id, standing.why.value)
            return Outcome.OVERTAKEN
        calendar = self._calendars.get(notice.program)
        if calendar is not None:
            leaves = may_leave(notice.kind, notice.data, now, calendar, own_act=notice.rank is Rank.AT_ONCE)
            if notice.kind in RESTS and (at := await self._outbox.caught_up_at(id)) is not None:
                leaves = max(leaves, rests_until(at, calendar))
            if await self._rests(notice):
                leaves = max(leaves, rests_until(now, calendar))
            if leaves > now:
                held |= await self._outbox.postpone(id, leaves)
                return Outcome.WAITING
        outcome = await self._sending.send(replace(notice, data=standing.data))
        if outcome is Outcome.WAITING:
            since = notice.deferred_since or now
            held |= await self._outbox.postpone(id, now + max(LATER, now - since))
        return outcome

    async def _rests(self, notice: NoticeToSend) -> bool:
        """Return whether a reminder to one of a pair rests, because staff look into something about the pair."""
        if notice.kind is not NoticeKind.REMINDER or notice.to_region:
            return False
        tasks = RESTS_DURING.get(notice.data.get("about", ""), ())
        return bool(tasks) and await self._outbox.has_task(notice.id, tasks)

    async def _tell(self) -> bool:
        """Tell the streams which of their emails were refused for good or overtaken; return whether one was not."""
        refusals = await self._outbox.untold(AT_ONCE)
        left = len(refusals) == AT_ONCE
        for refusal in refusals:
            try:
                sent = await self._workflows.update(refusal.workflow, _heard(refusal))
            except Exception:
                activity.logger.warning("refusal not delivered", extra={"stream": refusal.workflow})
                left = True
                continue
            await self._outbox.told(refusal, ended=sent.answer is not Answer.TAKEN)
            activity.heartbeat()
        return left

    async def _wait(self, looked_at: datetime, *, away: bool, untold: bool) -> float | None:
        """Return the seconds until the next round has something to do.

        ``looked_at`` is until when what is due was looked at: what became due since then is not put aside yet.
        """
        now = await self._clock.now()
        if not away and await self._outbox.due(now, 1):
            return 0.0
        instant = await self._outbox.next_at(looked_at if away else now)
        if (morning := self._digests.planning.next_round(now)) is not None:
            instant = min(instant or morning, morning)
        if self._code_waits or untold:
            instant = min(instant or now + AGAIN, now + AGAIN)
        return None if instant is None else max((instant - now).total_seconds(), 0.0)


def _heard(refusal: Refusal) -> HearNotice:
    number = () if refusal.attempt == 1 else (str(refusal.attempt),)
    return HearNotice(
        id=derive("hear", refusal.notice, refusal.outcome.value, *number),
        actor=SYSTEM,
        notice=refusal.notice,
        kind=refusal.kind,
        person=refusal.person,
        outcome=refusal.outcome,
        code=refusal.code,
    )
