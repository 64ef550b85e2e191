"""Fakes for the ports, under the real activity names: a journal in memory, settable facts, a mailbox."""

from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.cross_workflow import EffectActivities
from activities.journal import JournalRecord, ParkedReport, Recorded
from activities.notices import NoticeOutcome, SendNoticeInput
from activities.ports.workflows import Answer, Sent
from domain.journal import Head, check_chain, decode, seal
from domain.messages import Command
from domain.notices import Outcome
from domain.payments.facts import PaymentFacts, PaymentQuestion
from domain.relationship.facts import Facts, Question
from tests.domain.builders import FACTS


class FakeOffice:
    """Everything that the fakes remember."""

    def __init__(self, facts: Facts = FACTS) -> None:
        self.facts = facts
        self.streams: dict[str, list[str]] = {}
        self.records: list[JournalRecord] = []
        self.sent: list[str] = []
        self.outcome = NoticeOutcome(outcome=Outcome.SENT, code="")
        self.refuse = ""
        self.parked: list[ParkedReport] = []
        self.asked: list[Question] = []
        self.started: list[tuple[str, Any]] = []
        self.told: list[tuple[str, Command]] = []
        self.delivered: list[tuple[str, str]] = []
        self.withdrawn: set[str] = set()
        self.standing = ""
        self.answer = Answer.TAKEN

    def types(self, stream: str) -> list[str]:
        """Return the event types of a stream, in order."""
        return [decode(text.encode()).type for text in self.streams.get(stream, [])]

    def head(self, stream: str) -> Head:
        """Return the checked head of a stream."""
        texts = self.streams.get(stream, [])
        entries = [(n, seal(text.encode()), text.encode()) for n, text in enumerate(texts, 1)]
        head, fault = check_chain(entries)
        assert fault is None, fault
        return head


class FakeJournal:
    """Fake of the record activity, with a list in memory."""

    def __init__(self, office: FakeOffice) -> None:
        self._office = office

    @activity.defn
    async def record(self, record: JournalRecord) -> Recorded:
        """Append, or answer with what is already there."""
        office = self._office
        if office.refuse:
            return Recorded(seq=0, hash="", refused=office.refuse)
        stored = office.streams.setdefault(record.stream, [])
        first = decode(record.events[0].encode()).seq
        if len(stored) < first - 1:
            raise ApplicationError("behind", type="JournalBehind", non_retryable=True)
        for seq, text in enumerate(record.events, first):
            if seq <= len(stored):
                if stored[seq - 1] != text:
                    raise ApplicationError("fork", type="JournalFork", non_retryable=True)
            else:
                stored.append(text)
        office.records.append(record)
        head = office.head(record.stream)
        return Recorded(seq=head.seq, hash=head.hash)

    @activity.defn
    async def report_parked(self, report: ParkedReport) -> None:
        """Remember the report."""
        self._office.parked.append(report)


class FakeFacts:
    """Facts that the test sets."""

    def __init__(self, office: FakeOffice) -> None:
        self._office = office

    @activity.defn
    async def gather_facts(self, question: Question) -> Facts:
        """Return what the test set."""
        self._office.asked.append(question)
        return self._office.facts


class FakeNotices:
    """Mailbox that keeps the ids of notices."""

    def __init__(self, office: FakeOffice) -> None:
        self._office = office

    @activity.defn
    async def send_notice(self, notice: SendNoticeInput) -> NoticeOutcome:
        """Keep the notice's id."""
        self._office.sent.append(notice.notice_id)
        return self._office.outcome

    @activity.defn
    async def send_again(self, notice: SendNoticeInput) -> NoticeOutcome:
        """Keep the notice's id once more."""
        return await self.send_notice(notice)


class FakeEffects(EffectActivities):
    """Other workflows that accept everything."""

    def __init__(self, office: FakeOffice) -> None:
        super().__init__(FakeWorkflows(office), FakeDeliveries(office))


class FakeWorkflows:
    """Workflows that remember what was started and sent."""

    def __init__(self, office: FakeOffice) -> None:
        self._office = office

    async def start(self, workflow: str, id: str, start: Any, *, queue: str) -> None:
        """Remember the start."""
        self._office.started.append((id, start))

    async def update(self, id: str, command: Command) -> Sent:
        """Remember the command."""
        self._office.told.append((id, command))
        return Sent(answer=self._office.answer)


class FakeDeliveries:
    """Deliveries that remember which claims were delivered."""

    def __init__(self, office: FakeOffice) -> None:
        self._office = office

    async def delivered(self, claim: str, act: str) -> None:
        """Remember the claim."""
        self._office.delivered.append((claim, act))

    async def withdrawn(self, claim: str) -> bool:
        """Return whether the test withdrew the claim."""
        return claim in self._office.withdrawn

    async def standing(self, obligation: str) -> str:
        """Return the standing that the test has set."""
        return self._office.standing


class FakePayments:
    """Facts for payments: everybody of the sample pair is a member."""

    def __init__(self, office: FakeOffice) -> None:
        self._office = office

    @activity.defn
    async def gather_payment_facts(self, question: PaymentQuestion) -> PaymentFacts:
        """Report that everybody in the question is a member."""
        return PaymentFacts(memberships=dict.fromkeys(question.persons, "active"))
