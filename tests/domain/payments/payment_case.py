"""An obligation on paper, driven command by command as the workflow drives it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM, TIMER, Actor, Role
from domain.codec import from_plain, to_plain
from domain.errors import RuleViolation
from domain.ids import claim_id, derive, obligation_id
from domain.journal import Cause, Envelope, Event, Head, Kind, decode, encode, seal
from domain.messages import Command, Stamp
from domain.notices import SendNotice
from domain.payments import obligation
from domain.payments.claims import AddClaim, WithdrawClaim
from domain.payments.effects import Effect, ReportObligation, effects
from domain.payments.facts import PaymentFacts
from domain.payments.orders.approval import ApproveStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.memberships import CheckMemberships
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.orders.settlement import ConfirmSettled
from domain.payments.state import Obligation, new
from domain.rules.program import Rules
from domain.workflow_contracts import OBLIGATION_ENGINE
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, START, TERM, person

MAKER = Actor(id=person("maker"), role=Role.PAYMENT_STAFF)
APPROVER = Actor(id=person("approver"), role=Role.PAYMENT_STAFF)
THIRD = Actor(id=person("third"), role=Role.PAYMENT_STAFF)
STAFF = (MAKER, APPROVER, THIRD)
SECOND_MENTEE = person("second mentee")
MEMBERS = {MENTOR.id: "retired", MENTEE.id: "active", SECOND_MENTEE: "active"}
FACTS = PaymentFacts(memberships=MEMBERS, contacts=(COORDINATOR.id,))
DUE = START + timedelta(days=30)
YEAR = derive("term", "2026")


class Payment:
    """One obligation under the sample rules."""

    def __init__(self, rules: Rules = RULES, engine: int = OBLIGATION_ENGINE) -> None:
        self.rules = rules
        self.engine = engine
        self.now = START
        self.facts = FACTS
        self.events: list[Event] = []
        self.stamps: list[Stamp] = []
        self.effects: list[Effect] = []
        self.head = Head()
        self.commands = 0
        self.id = obligation_id(rules.program, YEAR, MENTOR.id, "mentor_stipend")
        self.state = self.empty()

    def empty(self) -> Obligation:
        """Return the state before the first event."""
        return replace(new(id=self.id, now=START), engine=self.engine)

    def do(self, kind: type[Command], actor: Actor, /, **fields: Any) -> tuple[Event, ...]:
        """Decide and fold one command; return its events."""
        self.commands += 1
        command = kind(id=derive("command", str(self.commands)), actor=actor, **fields)
        obligation.decide(self.state, command, self.now, self.rules)  # as the validator asks, without facts
        asked = obligation.question(self.state, command, self.now)
        facts = self.facts if asked is not None else None
        events = obligation.decide(self.state, command, self.now, self.rules, facts)
        self.fold(events, actor)
        return events

    def fold(self, events: tuple[Event, ...], actor: Actor) -> None:
        """Fold events through their canonical bytes."""
        for event in events:
            stamp = Stamp(seq=self.state.applied_seq + 1, at=self.now, actor=actor)
            event = self.through_journal(event, stamp)
            before = self.state
            self.state = obligation.evolve(before, event, stamp)
            self.effects.extend(effects(before, self.state, event, stamp))
            self.events.append(event)
            self.stamps.append(stamp)

    def through_journal(self, event: Event, stamp: Stamp) -> Event:
        """Return the event as a reader of the journal gets it."""
        encoded = encode(
            Envelope(
                type=type(event).__name__,
                origin="test/1",
                stream=self.id,
                kind=Kind.OBLIGATION,
                seq=stamp.seq,
                prev=self.head.hash,
                actor=stamp.actor,
                decided_at=stamp.at,
                cause=Cause(command=derive("cause", str(stamp.seq))),
                body=to_plain(event),
            )
        )
        self.head = Head(seq=stamp.seq, hash=seal(encoded))
        read = obligation.CATALOG.read(decode(encoded))
        assert read == event, "an event must read back as it was written"
        return read

    def wait_until(self, instant: datetime) -> None:
        """Let time pass deadline by deadline; check the memberships once the obligation is due."""
        while (due := obligation.next_due(self.state)) is not None and due <= instant:
            self.now = max(due, self.now)
            events = obligation.overdue(self.state, self.now, self.rules)
            assert events, "a passed deadline must commit something"
            self.fold(events, TIMER)
            after = obligation.next_due(self.state)
            assert after is None or after > self.now
            if self.state.state == "due":
                self.do(CheckMemberships, SYSTEM)
        self.now = instant

    def claim(self, relationship: str = "one", mentee: str = MENTEE.id) -> tuple[Event, ...]:
        """Claim the stipend for a relationship."""
        return self.do(
            AddClaim,
            SYSTEM,
            claim=claim_id(relationship, self.id),
            relationship=relationship,
            mentee=mentee,
            mentor=MENTOR.id,
            program=self.rules.program,
            term=YEAR,
            term_dates=TERM,
            kind="mentor_stipend",
            unit=MENTOR.id,
            region="r3",
            due_at=DUE,
        )

    def withdraw(self, relationship: str = "one") -> tuple[Event, ...]:
        """Withdraw the claim of a relationship."""
        return self.do(
            WithdrawClaim, SYSTEM, claim=claim_id(relationship, self.id), relationship=relationship
        )

    def due(self) -> "Payment":
        """Make one claim and wait until it is due."""
        self.claim()
        self.wait_until(DUE)
        return self

    def prepared(self) -> "Payment":
        """Prepare an order, so that it waits for approval."""
        self.due()
        self.do(PrepareStipend, MAKER)
        return self

    def approved(self) -> "Payment":
        """Approve an order, so that it may be sent."""
        self.prepared()
        self.do(ApproveStipend, APPROVER)
        return self

    def sent(self) -> "Payment":
        """Send the money."""
        self.approved()
        self.do(EnterReference, THIRD, reference="BANK-1")
        return self

    def settled(self) -> "Payment":
        """Confirm that the money has arrived."""
        self.sent()
        self.do(ConfirmSettled, APPROVER)
        return self

    def open_tasks(self) -> list[str]:
        """Return the kinds of the open tasks."""
        return [task.kind.value for task in self.state.tasks if task.open]

    def refold(self) -> Obligation:
        """Return the state folded again from all events."""
        state = self.empty()
        for event, stamp in zip(self.events, self.stamps, strict=True):
            state = obligation.evolve(state, event, stamp)
        return state

    def through_codec(self) -> Obligation:
        """Return the state as continue-as-new passes it on."""
        return from_plain(Obligation, to_plain(self.state))


def refused(payment: Payment, kind: type[Command], actor: Actor, /, **fields: Any) -> str:
    """Return the code that a command is refused with; nothing changes."""
    before = payment.state
    with pytest.raises(RuleViolation) as raised:
        payment.do(kind, actor, **fields)
    assert payment.state == before
    return raised.value.code


def reports(payment: Payment) -> list[tuple[str, str]]:
    """Return who was told what."""
    return [(e.relationship, e.state) for e in payment.effects if isinstance(e, ReportObligation)]


def notice_kinds(payment: Payment) -> list[str]:
    """Return the kinds of the notices, all to the region that gets the money."""
    notices = [effect.notice for effect in payment.effects if isinstance(effect, SendNotice)]
    assert all(notice.region == "r3" and notice.data["amount_minor"] == "50000" for notice in notices)
    return [notice.kind.value for notice in notices]


def lapse(payment: Payment, person: str) -> None:
    """End a membership."""
    members = {one: kind for one, kind in MEMBERS.items() if one != person}
    payment.facts = PaymentFacts(memberships=members, contacts=FACTS.contacts)
