"""A round of the outbox: what is planned, what leaves, in which order, and which stream hears of a refusal."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities.adapters.files.program_files import load_programs
from activities.digests import Digests
from activities.notices import NoticeActivities, SendNoticeInput
from activities.outbox import LATER, OutboxActivities
from activities.ports.digests import DigestReaders, DigestToSend, PlannedDigest, RegionNotice
from activities.ports.notices import Email, MailUnavailable, NoticeToSend, SendResult, Wording
from activities.ports.outbox import PlannedNotice, Refusal, Unplanned
from activities.ports.workflows import Answer, Sent
from activities.sending import Sending
from domain.digests import Told
from domain.failed_notices import NOT_WORDED, HearNotice
from domain.messages import Command
from domain.notices import TO_STAFF, Outcome
from domain.notices import NoticeKind as Kind
from domain.overtaken import Why
from domain.sending_hours import Rank
from domain.tasks import TOLD, TaskKind
from domain.visibility import Sight
from tests.activities.mail.rendered import MENTEE, MENTOR, every_notice, notice_of
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

    async def overtaken(self, notice: str, now: datetime) -> Why | None:
        return self.untrue.get(notice)

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

    def emails(self, notice: NoticeToSend) -> tuple[Email, ...]:
        if notice.kind is Kind.COVER_DECIDED and not self.known:
            raise KeyError("a word that no template has")
        return (Email(id=notice.id, to=notice.to, wording=Wording(subject="", text="", html="")),)

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


class Office:
    """An outbox with its parts, and the notices that a test puts in."""

    def __init__(self, now: datetime) -> None:
        self.clock, self.store = MovableClock(now), MemoryStore({})
        self.outbox, self.server, self.streams = MemoryOutbox(self.store), Server(), Streams()
        self.words = Words()
        self.digests = Digests(NoDigests(), self.store, self.words, self.server, {})
        self.start_again()

    def start_again(self) -> None:
        """Start the process that sends, as after an update of the software."""
        sending = Sending(self.store, self.words, self.server, self.clock)
        self.activities = OutboxActivities(
            self.outbox, self.store, sending, self.clock, self.streams, {"masa": CALENDAR}, self.digests
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
        each = replace(notice_of(kind), id=id, to=(MENTEE,), data=data, program="masa")
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


@pytest.fixture
def heartbeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("temporalio.activity.heartbeat", lambda *_: None)


pytestmark = pytest.mark.usefixtures("heartbeats")


async def test_c14_nothing_that_can_wait_leaves_at_night() -> None:
    office = Office(NIGHT)
    office.put("reminder", Kind.REMINDER)
    office.put("accepted", Kind.APPLICATION_ACCEPTED)
    office.put("own", Kind.APPLICATION_RECEIVED, own_act=True)
    done = await office.activities.send_due()
    assert office.server.took == ["own"]
    assert done.wait_seconds == (datetime(2026, 11, 30, 13, 0, tzinfo=UTC) - NIGHT).total_seconds()
    office.clock.instant = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)
    await office.activities.send_due()
    assert office.server.took == ["own", "accepted"]
    office.clock.instant = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
    assert (await office.activities.send_due()).wait_seconds is None
    assert office.server.took == ["own", "accepted", "reminder"]


async def test_an_email_of_a_run_that_is_ahead_of_the_clock_waits_for_the_clock() -> None:
    office = Office(MONDAY)
    office.put("reminder", Kind.REMINDER)
    midnight = MONDAY + timedelta(hours=14)
    office.outbox.new[0] = replace(office.outbox.new[0], decided_at=midnight)
    await office.activities.send_due()
    assert office.server.took == []
    assert office.outbox.plans["reminder"].not_before == midnight + timedelta(hours=9)


async def test_what_is_due_leaves_by_class() -> None:
    office = Office(MONDAY)
    office.put("digest", Kind.TASK_FOR_REGION)
    office.put("reminder", Kind.REMINDER)
    office.put("other", Kind.MATCH_PROPOSED)
    office.put("own", Kind.APPLICATION_RECEIVED, own_act=True)
    await office.activities.send_due()
    assert office.server.took == ["own", "other", "reminder", "digest"]


async def test_c15_an_email_to_a_region_leaves_only_if_it_cannot_wait_for_a_digest() -> None:
    office = Office(NIGHT)
    for number, kind in enumerate(TO_STAFF):
        office.put(f"{number} {kind.value}", kind, to_region=True)
    office.put("pair", Kind.REMINDER)
    await office.activities.send_due()
    assert office.server.took == ["5 stipend_returned"], "money that came back is told at any hour"
    ended = [id for id, each in office.store.notices.items() if each.status == "in_digest"]
    assert len(ended) == len(TO_STAFF) - 1
    assert office.store.notices["pair"].status == "pending"


def test_each_kind_that_goes_to_a_region_says_how_its_contacts_hear_of_it() -> None:
    """Kinds that no sample sends to a region are not told to one."""
    assert set(TO_STAFF) == {each.kind for each in every_notice() if each.to_region}
    assert set(TOLD) == set(TaskKind)
    assert {kind for kind, told in TOLD.items() if told is Told.AT_ONCE} == {
        TaskKind.HANDLE_COMPLAINT,
        TaskKind.SECOND_COMPLAINT,
        TaskKind.RESOLVE_RETURN,
    }


async def test_c16_two_emails_of_one_decision_to_one_reader_never_swap() -> None:
    office = Office(NIGHT)
    office.put("first", Kind.SURVEY_OPEN, record="one")
    office.put("second", Kind.MENTOR_THANKED, record="one")
    await office.activities.send_due()
    assert office.outbox.plans["first"].not_before == office.outbox.plans["second"].not_before
    office.clock.instant = MONDAY
    await office.activities.send_due()
    assert office.server.took == ["first", "second"]


async def test_a_meeting_that_is_called_off_for_tomorrow_morning_is_told_at_once() -> None:
    office = Office(NIGHT)
    soon = (NIGHT + timedelta(hours=9)).isoformat()
    office.put("soon", Kind.MEETING_WITHDRAWN, starts_at=soon)
    office.put("later", Kind.MEETING_WITHDRAWN, starts_at=(NIGHT + timedelta(days=3)).isoformat())
    await office.activities.send_due()
    assert office.server.took == ["soon"]


async def test_the_hour_is_looked_at_again_when_the_mail_server_was_away() -> None:
    office = Office(MONDAY)
    office.put("reminder", Kind.REMINDER)
    office.server.away = True
    done = await office.activities.send_due()
    assert (done.away, done.sent) == (True, 0)
    assert (office.store.notices["reminder"].status, office.store.codes["reminder"]) == (
        "parked",
        "no_connection",
    )
    office.server.away = False
    office.clock.instant = MONDAY + timedelta(hours=9)
    await office.activities.send_due()
    assert office.server.took == []
    office.clock.instant = MONDAY + timedelta(days=1)
    await office.activities.send_due()
    assert office.server.took == ["reminder"]


async def test_an_email_that_cannot_be_worded_keeps_no_other_one_back() -> None:
    office = Office(MONDAY)
    office.put("broken", Kind.COVER_DECIDED)
    office.put("good", Kind.MATCH_PROPOSED)
    await office.activities.send_due()
    assert office.server.took == ["good"]
    assert (office.store.notices["broken"].status, office.store.codes["broken"]) == ("parked", "not_worded")
    assert office.store.office_tasks == {Kind.COVER_DECIDED.value}
    await office.activities.send_due()
    assert office.server.asked == 1, "it is not tried again and again"


async def test_what_could_not_be_worded_is_tried_once_more_by_the_next_software() -> None:
    office = Office(MONDAY)
    office.put("broken", Kind.COVER_DECIDED)
    await office.activities.send_due()
    office.words.known = True
    office.start_again()
    office.clock.instant += LATER
    await office.activities.send_due()
    await office.activities.send_due()
    assert office.server.took == ["broken"]


async def test_two_emails_of_one_decision_never_swap_when_the_hour_of_the_first_has_passed() -> None:
    """After an outage the first waits for the morning; the second, which could leave by day, waits with it."""
    office = Office(MONDAY)
    office.put("first", Kind.SURVEY_OPEN, record="one")
    office.put("second", Kind.MENTOR_THANKED, record="one")
    office.put("other", Kind.MENTOR_THANKED)
    office.server.away = True
    await office.activities.send_due()
    office.server.away, office.clock.instant = False, MONDAY + timedelta(hours=5)
    await office.activities.send_due()
    assert office.server.took == ["other"]
    office.clock.instant = MONDAY + timedelta(days=1)
    await office.activities.send_due()
    assert office.server.took == ["other", "first", "second"]


async def test_a_mailbox_that_asks_to_try_later_keeps_no_other_one_back_and_is_refused_after_days() -> None:
    office = Office(MONDAY)
    office.put("first", Kind.MATCH_PROPOSED, record="one")
    office.put("second", Kind.WELCOME_MENTEE, record="one")
    office.put("other", Kind.MATCH_PROPOSED)
    office.server.later = {"first"}
    assert not (await office.activities.send_due()).away
    assert office.server.took == ["other"]
    assert (
        office.outbox.plans["first"].not_before == office.outbox.plans["second"].not_before == MONDAY + LATER
    )
    rounds = 0
    while (wait := (await office.activities.send_due()).wait_seconds) is not None:
        office.clock.instant += timedelta(seconds=wait)
        rounds += 1
    assert rounds < 20, "it waits longer each time"
    assert timedelta(days=5) <= office.clock.instant - MONDAY < timedelta(days=10)
    assert (office.store.notices["first"].status, office.store.codes["first"]) == ("refused", "smtp_452")
    assert office.server.took == ["other", "second"]


async def test_a_mail_server_that_refuses_the_office_is_one_task_until_it_takes_an_email() -> None:
    office = Office(MONDAY)
    office.put("first", Kind.MATCH_PROPOSED)
    office.put("second", Kind.MATCH_PROPOSED)
    office.server.refuses = True
    await office.activities.send_due()
    await office.activities.send_due()
    assert office.store.office_tasks == {"smtp_554"}
    office.server.refuses = False
    await office.activities.send_due()
    assert (office.store.office_tasks, office.server.took) == (set(), ["first", "second"])


@pytest.mark.parametrize(("answer", "ended"), [(Answer.TAKEN, False), (Answer.GONE, True)])
async def test_a_stream_hears_once_of_an_email_that_was_refused(answer: Answer, *, ended: bool) -> None:
    office = Office(MONDAY)
    office.streams.answer = answer
    refusal = Refusal(
        notice="n",
        kind=Kind.SURVEY_OPEN,
        person=MENTOR.id,
        code="smtp_550",
        attempt=1,
        workflow="relationship/r",
    )
    office.outbox.refusals.append(refusal)
    await office.activities.send_due()
    await office.activities.send_due()
    [(workflow, command)] = office.streams.heard
    assert (workflow, command.notice, command.outcome, command.code) == (
        "relationship/r",
        "n",
        Outcome.REFUSED,
        "smtp_550",
    )
    assert office.outbox.ended == [ended]


async def test_an_effect_calls_the_outbox_and_waits_for_no_hour() -> None:
    calls = []

    class Call:
        async def call(self) -> None:
            calls.append("call")

    store = MemoryStore({"n": replace(notice_of(Kind.SURVEY_OPEN), id="n", status="refused")})
    made = NoticeActivities(store, Call())
    assert (await made.send_notice(SendNoticeInput(notice_id="n"))).outcome is Outcome.WAITING
    assert (await made.send_again(SendNoticeInput(notice_id="n"))).outcome is Outcome.WAITING
    assert (calls, store.notices["n"].status) == (["call", "call"], "pending")


async def test_what_no_longer_holds_is_not_sent_and_its_stream_hears_why() -> None:
    office = Office(MONDAY)
    office.put("untrue", Kind.REMINDER)
    office.put("true", Kind.REMINDER)
    office.outbox.untrue["untrue"] = Why.DONE
    office.outbox.refusals.append(
        Refusal(
            notice="untrue",
            kind=Kind.REMINDER,
            person=MENTEE.id,
            code=Why.DONE.value,
            attempt=1,
            workflow="relationship/pair",
            outcome=Outcome.OVERTAKEN,
        )
    )
    done = await office.activities.send_due()
    assert office.server.took == ["true"]
    marked = office.store.notices["untrue"].status, office.store.codes["untrue"]
    assert marked == ("overtaken", "done_meanwhile")
    assert (done.sent, done.refused, done.wait_seconds) == (1, 0, None)
    [(workflow, heard)] = office.streams.heard
    assert workflow == "relationship/pair"
    assert (heard.outcome, heard.code) == (Outcome.OVERTAKEN, "done_meanwhile")
