"""An outbox in memory, with a mail server and streams that a test sets."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from activities.adapters.files.program_files import load_programs
from activities.adapters.mail.code_words import MailCodes
from activities.digests import Digests
from activities.outbox import OutboxActivities
from activities.ports.digests import DigestReaders, DigestToSend, PlannedDigest, RegionNotice
from activities.ports.journal import Clock
from activities.ports.notices import (
    Email,
    EmailCopy,
    Mailer,
    MailUnavailable,
    NoticeToSend,
    SendResult,
    Wording,
)
from activities.ports.outbox import PlannedNotice, Refusal, Unplanned
from activities.ports.sign_in_codes import CodeOutcome, CodeToSend
from activities.ports.workflows import Answer, Sent
from activities.sending import Sending
from activities.sign_in_codes import SendingCodes
from domain.failed_notices import NOT_WORDED, HearNotice
from domain.messages import Command
from domain.notices import NoticeKind as Kind
from domain.overtaken import NoticeStanding, Why
from domain.sending_hours import Rank
from domain.tasks import TaskKind
from domain.visibility import Sight
from tests.activities.mail.rendered import MENTEE, notice_of
from tests.activities.test_sending import MemoryStore

CALENDAR = load_programs()["masa"].rules.calendar
MONDAY = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
"""10:00 in Chicago."""
NIGHT = datetime(2026, 11, 29, 5, 0, tzinfo=UTC)
"""Saturday, 23:00 in Chicago."""


@dataclass
class MovableClock:
    instant: datetime

    async def now(self) -> datetime:
        return self.instant


@dataclass
class MemoryOutbox:
    """The outbox over the notices of a store in memory."""

    store: MemoryStore
    new: list[Unplanned] = field(default_factory=list)
    plans: dict[str, PlannedNotice] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    ended: list[bool] = field(default_factory=list)
    untrue: dict[str, Why] = field(default_factory=dict)
    left: dict[str, dict[str, str]] = field(default_factory=dict)
    caught_up: dict[str, datetime] = field(default_factory=dict)
    looked_into: dict[str, TaskKind] = field(default_factory=dict)
    held_back: set[str] = field(default_factory=set)

    async def unplanned(self) -> tuple[Unplanned, ...]:
        return tuple(each for each in self.new if each.id not in self.plans)

    async def plan(self, plans: tuple[PlannedNotice, ...]) -> None:
        for each in plans:
            self.plans[each.id] = each
            self.store.notices[each.id] = replace(self.store.notices[each.id], rank=each.rank)

    async def leave_to_digests(self, notices: tuple[str, ...], at: datetime) -> None:
        for id in notices:
            self.plans[id] = PlannedNotice(id=id, not_before=at, rank=Rank.STAFF_MORNINGS)
            self.store.notices[id] = replace(self.store.notices[id], status="in_digest")

    def _waiting(self) -> list[PlannedNotice]:
        notices, codes = self.store.notices, self.store.codes
        for_nobody = (id for id in self.plans if codes.get(id) != NOT_WORDED)
        return [self.plans[id] for id in for_nobody if notices[id].status in ("pending", "parked")]

    async def postpone(self, notice: str, until: datetime) -> frozenset[str]:
        order = [each.id for each in self.new]
        first = self.new[order.index(notice)]
        held = {
            each.id
            for each in self.new[order.index(notice) :]
            if (each.record, each.reader) == (first.record, first.reader)
        }
        for each in held:
            plan = self.plans[each]
            self.plans[each] = replace(plan, not_before=max(plan.not_before, until))
        return frozenset(held)

    async def park_due(self, now: datetime, notice: str) -> None:
        for each in await self.due(now, len(self.plans)):
            await self.store.mark_parked(each, self.store.codes[notice])

    async def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        due = [plan for plan in self._waiting() if plan.not_before <= now]
        return tuple(plan.id for plan in sorted(due, key=lambda plan: plan.rank))[:limit]

    async def standing(self, notice: str, now: datetime) -> NoticeStanding:
        data = self.left.get(notice, self.store.notices[notice].data)
        return NoticeStanding(why=self.untrue.get(notice), data=data, waits=notice not in self.held_back)

    async def has_task(self, notice: str, kinds: Collection[TaskKind]) -> bool:
        return self.looked_into.get(notice) in kinds

    async def caught_up_at(self, notice: str) -> datetime | None:
        return self.caught_up.get(notice)

    async def next_at(self, now: datetime) -> datetime | None:
        return min((plan.not_before for plan in self._waiting() if plan.not_before > now), default=None)

    async def untold(self, limit: int) -> tuple[Refusal, ...]:
        return tuple(self.refusals[:limit])

    async def told(self, refusal: Refusal, *, ended: bool) -> None:
        self.refusals.remove(refusal)
        self.ended.append(ended)


@dataclass
class Words:
    known: bool = False
    forms: list[str] = field(default_factory=list)

    def emails(self, notice: NoticeToSend) -> tuple[Email, ...]:
        self.forms += filter(None, [notice.data.get("forms", "")])
        if notice.kind is Kind.COVER_DECIDED and not self.known:
            raise KeyError("a word that no template has")
        words = Wording(subject="", text="", html="")
        copy = EmailCopy(email=notice.id, scope=notice.about, wording=words)
        return (Email(id=notice.id, to=notice.to, wording=words, copy=copy),)

    def email(self, digest: DigestToSend) -> Email:
        raise AssertionError("there is no digest")


@dataclass
class Server:
    """A mail server that can be away."""

    took: list[str] = field(default_factory=list)
    away: bool = False
    refuses: bool = False
    asked: int = 0
    later: set[str] = field(default_factory=set)

    async def rest(self) -> None:
        pass

    async def send(self, email: Email) -> SendResult:
        self.asked += 1
        if self.away:
            raise MailUnavailable("no_connection")
        if self.refuses:
            raise MailUnavailable("smtp_554", refuses_office=True)
        if email.id in self.later:
            raise MailUnavailable("smtp_452", of_reader=True)
        self.took.append(email.id)
        return SendResult()


@dataclass
class Streams:
    answer: Answer = Answer.TAKEN
    heard: list[tuple[str, HearNotice]] = field(default_factory=list)

    async def start(self, workflow: str, id: str, start: object, *, queue: str) -> None:
        raise AssertionError("the outbox starts nothing")

    async def update(self, id: str, command: Command) -> Sent:
        assert isinstance(command, HearNotice)
        self.heard.append((id, command))
        return Sent(answer=self.answer)


class NoDigests:
    """The rows of digests where nobody works for the office."""

    async def readers(self, now: datetime) -> DigestReaders:
        return DigestReaders()

    async def may_wait(self, associations: Collection[str], day: date, now: datetime) -> bool:
        return True

    async def planned(self, digests: Collection[str]) -> bool:
        raise AssertionError("only a clock asks this")

    async def waiting(self, sight: Sight) -> tuple[Mapping[str, Any], ...]:
        return ()

    async def told(self, since: datetime) -> tuple[RegionNotice, ...]:
        return ()

    async def urgent(self, since: datetime) -> frozenset[str]:
        return frozenset()

    async def plan(self, digests: Collection[PlannedDigest], at: datetime) -> None:
        assert not digests

    async def unsent(self) -> tuple[PlannedDigest, ...]:
        return ()

    async def mark(self, digest: str, status: str, code: str, at: datetime) -> None:
        raise AssertionError("nothing was sent")


@dataclass
class NoCodes:
    """Sign-in codes in memory; unless a test puts some, nobody asks for one."""

    waiting: list[CodeToSend] = field(default_factory=list)
    proofs: dict[str, str] = field(default_factory=dict)
    ended: dict[str, CodeOutcome] = field(default_factory=dict)

    async def to_send(self) -> tuple[CodeToSend, ...]:
        return tuple(each for each in self.waiting if each.id not in self.ended)

    async def bind(self, id: str, proof: str) -> None:
        self.proofs[id] = proof
        self.waiting = [replace(each, bound="") if each.id == id else each for each in self.waiting]

    async def done(self, id: str, outcome: CodeOutcome) -> None:
        self.ended[id] = outcome


class NoKey:
    """A key of the emails that everybody knows."""

    def mac(self, *parts: str, scope: str) -> bytes:
        return sha256("".join((*parts, scope)).encode()).digest()


def sending_codes(codes: NoCodes, server: Mailer, clock: Clock) -> SendingCodes:
    """Return the sending of codes over rows in memory."""
    return SendingCodes(codes, MailCodes(load_programs()), server, NoKey(), clock)


class Office:
    """An outbox with its parts, and the notices that a test puts in."""

    def __init__(self, now: datetime) -> None:
        self.clock, self.store = MovableClock(now), MemoryStore({})
        self.outbox, self.server, self.streams = MemoryOutbox(self.store), Server(), Streams()
        self.words, self.codes = Words(), NoCodes()
        self.digests = Digests(NoDigests(), self.store, self.words, self.server, self.clock, {})
        self.start_again()

    def start_again(self) -> None:
        """Start the process that sends, as after an update of the software."""
        sending = Sending(self.store, self.words, self.server, self.clock)
        self.activities = OutboxActivities(
            self.outbox,
            self.store,
            sending,
            self.clock,
            self.streams,
            {"masa": CALENDAR},
            self.digests,
            sending_codes(self.codes, self.server, self.clock),
        )

    def put(
        self,
        id: str,
        kind: Kind,
        *,
        record: str = "",
        own_act: bool = False,
        to_region: bool = False,
        **data: str,
    ) -> None:
        sample = notice_of(kind)
        region = sample.to_region if to_region else ""
        each = replace(sample, id=id, to=(MENTEE,), to_region=region, data=data, program="masa")
        self.store.notices[id] = each
        self.outbox.new.append(
            Unplanned(
                id=id,
                kind=kind,
                data=data,
                program="masa",
                record=record or id,
                reader=MENTEE.id,
                own_act=own_act,
                to_region=to_region,
            )
        )
