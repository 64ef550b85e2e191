"""A term in one region on paper: rules with every kind of duty, settable facts, and a driver like the workflow's."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from activities.ports.journal import JournalRecord
from domain.actors import SYSTEM, TIMER, Actor, Role
from domain.calendar import Rhythm, RhythmUnit
from domain.codec import from_plain, text_of, to_plain
from domain.errors import RuleViolation
from domain.ids import derive, term_region_id
from domain.journal import Document, Event, Head, Kind, check_chain, decode, seal
from domain.journal import RulesInForce as RuleName
from domain.messages import Command, Stamp
from domain.notices import Notice, NoticeKind, SendNotice
from domain.projection_rows import changed
from domain.recording import Decision, StreamIdentity, chain
from domain.rules.intake import TermDates
from domain.rules.ladder import Audience, Rung, StepKind
from domain.rules.program import Rules
from domain.rules.term import (
    LogCheckRules,
    MonthDue,
    MonthlyRecordRules,
    RecordBy,
    RegionContactRules,
    TermSurveyRules,
    TermSurveys,
)
from domain.term import decider
from domain.term.duties import Duty, Matter
from domain.term.effects import effects
from domain.term.facts import TermFacts
from domain.term.opening import OpenTerm
from domain.term.projection import term_rows
from domain.workflow_contracts import TermStart
from tests.domain.builders import COORDINATOR, MENTOR, RULES, person

YEAR = TermDates(first=date(2026, 9, 1), last=date(2027, 6, 30))
MONTHS = ("09", "10", "11", "12", "01", "02", "03", "04", "05", "06")
SECOND_MENTOR = Actor(id=person("second mentor"), role=Role.PARTICIPANT)
CONTACT = Actor(id=person("contact"), role=Role.PARTICIPANT)
PRINCIPAL = Actor(id=person("principal"), role=Role.PARTICIPANT)
PAIR, OTHER_PAIR = derive("pair", "1"), derive("pair", "2")


def ladder(reminded: Audience) -> tuple[Rung, ...]:
    """Return a ladder of two reminders, then a task."""
    return (
        Rung(after_days=0, step=StepKind.REMIND, to=reminded),
        Rung(after_days=7, step=StepKind.REMIND, to=reminded),
        Rung(after_days=14, step=StepKind.ESCALATE, to=Audience.COORDINATOR),
    )


SURVEY = TermSurveyRules(opens_days_before_end=45, due_days=14, closes_days=35, ladder=ladder(Audience.LATE))
TERM_RULES = replace(
    RULES,
    monthly_record=MonthlyRecordRules(
        months=MONTHS, due=MonthDue.LAST_WORKING_DAY, by=RecordBy.MENTOR, ladder=ladder(Audience.LATE)
    ),
    log_check=LogCheckRules(
        every=Rhythm(every=1, unit=RhythmUnit.MONTHS),
        opens_days=7,
        evidence=("logs_read", "mentor_asked"),
        findings=("no_meeting_logged",),
        ladder=ladder(Audience.COORDINATOR),
    ),
    region_contact=RegionContactRules(look_days=7),
    term_surveys=TermSurveys(contact=SURVEY, administrator=SURVEY, district=SURVEY),
)
WHO = TermFacts(
    active=(MENTOR.id, SECOND_MENTOR.id),
    pairs=(PAIR, OTHER_PAIR),
    meeting=(PAIR, OTHER_PAIR),
    administrators=(PRINCIPAL.id,),
    contacts=(CONTACT.id,),
    mentors_in=("r3",),
)
BEGAN = datetime(2026, 9, 1, 14, 0, tzinfo=UTC)


def answers(name: str) -> Document:
    """Return answers that the gateway keeps as a document."""
    return Document(doc=derive("doc", name), form="monthly_record", privacy="c2o", ver=1, commit="a" * 64)


def opening(dates: TermDates = YEAR, region: str = "r3", term_id: str = "") -> OpenTerm:
    """Return the opening command of the sample term."""
    term_id = term_id or derive("term", "sample")
    return OpenTerm(
        id=derive("command", "open", term_region_id(term_id, region)),
        actor=SYSTEM,
        program="sample",
        term=term_id,
        region=region,
        dates=dates,
    )


def term_start(rules: Rules, asked: OpenTerm, history_limit: int = 0) -> TermStart:
    """Return what the workflow of a term starts with."""
    text = text_of(rules)
    return TermStart(
        id=term_region_id(asked.term, asked.region),
        program=rules.program,
        origin="test/1",
        rules_text=text,
        rules_digest=derive("digest", text) * 2,
        rules_version=rules.version,
        opening=asked,
        history_limit=history_limit,
    )


class TermCase:
    """One term in one region, driven command by command and deadline by deadline."""

    def __init__(
        self,
        rules: Rules = TERM_RULES,
        now: datetime = BEGAN,
        facts: TermFacts = WHO,
        dates: TermDates = YEAR,
    ) -> None:
        self.rules, self.now, self.facts, self.dates = rules, now, facts, dates
        self.id = term_region_id(derive("term", "sample"), "r3")
        self.digest = "a" * 64
        self.state = decider.new(id=self.id, now=now)
        self.head = Head()
        self.texts: list[str] = []
        self.events: list[Event] = []
        self.mails: list[Notice] = []
        self.records: list[JournalRecord] = []
        self.mentors: tuple[str, ...] = (MENTOR.id, SECOND_MENTOR.id)

    def open(self) -> "TermCase":
        """Open the term."""
        asked = opening(self.dates)
        self.fold(decider.decide(self.state, asked, self.now, self.rules), asked.actor, asked.id)
        return self

    def do(self, kind: type[Command], actor: Actor, /, **fields: Any) -> tuple[Event, ...]:
        """Ask as the validator does, then decide with facts and fold; return the events."""
        command = kind(id=derive("command", str(len(self.events))), actor=actor, **fields)
        decider.decide(self.state, command, self.now, self.rules)
        asked = decider.question(self.state, command, self.now, self.rules)
        events = decider.decide(
            self.state, command, self.now, self.rules, None if asked is None else self.facts
        )
        self.fold(events, actor, command.id)
        return events

    def known(self) -> TermFacts:
        """Return the facts with the mentors of every month that is asked about."""
        asked = decider.due_question(self.state, self.now, self.rules)
        return replace(self.facts, mentors=dict.fromkeys(asked.months, self.mentors))

    def wait_until(self, instant: datetime) -> tuple[Event, ...]:
        """Let time pass deadline by deadline, as the workflow's one timer does."""
        fired: tuple[Event, ...] = ()
        while (due := decider.next_due(self.state)) is not None and due <= instant:
            self.now = max(due, self.now)
            fired = (*fired, *self.pass_deadline())
        self.now = max(instant, self.now)
        return fired

    def pass_deadline(self) -> tuple[Event, ...]:
        """Act on every deadline that has passed by now."""
        events = decider.overdue(self.state, self.now, self.rules, self.known())
        assert events, "a passed deadline must commit something"
        self.fold(events, TIMER, derive("deadline", str(len(self.events))))
        after = decider.next_due(self.state)
        assert after is None or after > self.now
        return events

    def until(self, year: int, month: int, day: int, hour: int = 20) -> tuple[Event, ...]:
        """Let time pass until a day's afternoon."""
        return self.wait_until(datetime(year, month, day, hour, tzinfo=UTC))

    def fold(self, events: tuple[Event, ...], actor: Actor, command: str) -> None:
        """Chain and fold events as the workflow does, and read each back from its bytes."""
        batch = chain(
            self.state,
            self.head,
            events,
            subject=StreamIdentity(
                origin="test/1",
                stream=self.id,
                kind=Kind.TERM,
                rel=None,
                rules=RuleName(set="sample", version="1", digest=self.digest),
            ),
            decision=Decision(command=command, actor=actor, at=self.now),
            evolve=decider.evolve,
            effects=effects,
        )
        for event, text in zip(events, batch.texts, strict=True):
            assert decider.CATALOG.read(decode(text.encode())) == event
        notices = tuple(each.notice for each in batch.effects if isinstance(each, SendNotice))
        self.mails.extend(notices)
        record = JournalRecord(
            workflow=f"term/{self.id}",
            run="r",
            stream=self.id,
            command=command,
            events=batch.texts,
            rows=changed(term_rows(self.state) if self.head.seq else (), term_rows(batch.state)),
            notices=notices,
        )
        self.records.append(record)
        self.state, self.head = batch.state, batch.head
        self.texts.extend(batch.texts)
        self.events.extend(events)

    def refold(self) -> decider.Term:
        """Return the state folded again from the journal's bytes."""
        entries = [(n, seal(text.encode()), text.encode()) for n, text in enumerate(self.texts, 1)]
        assert check_chain(entries)[1] is None
        envelopes = [decode(text.encode()) for text in self.texts]
        state = decider.new(id=self.id, now=envelopes[0].decided_at)
        for envelope in envelopes:
            stamp = Stamp(seq=envelope.seq, at=envelope.decided_at, actor=envelope.actor)
            state = decider.evolve(state, decider.CATALOG.read(envelope), stamp)
        return state

    def through_codec(self) -> decider.Term:
        """Return the state as continue-as-new passes it on."""
        return from_plain(decider.Term, to_plain(self.state))

    def open_tasks(self) -> list[tuple[str, str]]:
        """Return the kind and subject of each open task."""
        return [(task.kind.value, task.subject) for task in self.state.tasks if task.open]


def refused(case: TermCase, kind: type[Command], actor: Actor, /, **fields: Any) -> str:
    """Return the code that a command is refused with; nothing is folded then."""
    before = case.state
    with pytest.raises(RuleViolation) as raised:
        case.do(kind, actor, **fields)
    assert case.state == before
    return raised.value.code


def duties(case: TermCase, matter: Matter) -> list[Duty]:
    return [duty for duty in case.state.duties if duty.matter is matter]


def notified(case: TermCase, kind: NoticeKind, key: str) -> list[str]:
    """Return who got the notices of a kind about one key, in order; a region means its contacts."""
    return [
        notice.person or notice.region
        for notice in case.mails
        if notice.kind is kind and notice.data["key"] == key
    ]


__all__ = ["COORDINATOR", "MENTOR", "TermCase"]
