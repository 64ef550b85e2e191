"""Whatever people send to a term in whatever order: the fold equals the state, deadlines move on, nothing goes away."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.actors import Actor
from domain.errors import RuleViolation
from domain.messages import Command
from domain.term import decider
from domain.term.duties import Matter, SurveyAudience
from domain.term.log_checks import RecordLogCheck
from domain.term.monthly_records import AmendMonthlyRecord, SubmitMonthlyRecord
from domain.term.projection import term_rows
from domain.term.region_surveys import SubmitTermSurvey
from domain.term.state import Finding
from tests.domain.builders import COORDINATOR, MENTOR, OTHER_REGION, PAYMENT
from tests.domain.term.term_case import (
    BEGAN,
    CONTACT,
    OTHER_PAIR,
    PAIR,
    PRINCIPAL,
    SECOND_MENTOR,
    WHO,
    TermCase,
    answers,
)

ACTORS = (MENTOR, SECOND_MENTOR, CONTACT, PRINCIPAL, COORDINATOR, OTHER_REGION, PAYMENT)
PEOPLE = (MENTOR.id, SECOND_MENTOR.id)
some = st.sampled_from


class AnyTerm(RuleBasedStateMachine):
    """Commands by all actors, at any time, while pairs, people and contacts come and go."""

    def __init__(self) -> None:
        super().__init__()
        self.case = TermCase()
        self.keys: set[tuple[str, str]] = set()

    @initialize(late=some([0, 40, 200]))
    def begin(self, late: int) -> None:
        self.case.now = BEGAN + timedelta(days=late)
        self.case.state = decider.new(id=self.case.id, now=self.case.now)
        self.case.open()

    def attempt(self, kind: type[Command], actor: Actor, /, **fields: Any) -> None:
        before = self.case.state
        try:
            self.case.do(kind, actor, **fields)
        except RuleViolation:
            assert self.case.state == before

    @rule(actor=some(ACTORS), index=st.integers(0, 9), amend=st.booleans())
    def month(self, actor: Actor, index: int, amend: bool) -> None:
        months = [duty.key for duty in self.case.state.duties if duty.matter is Matter.MONTHLY_RECORD]
        key = months[index % len(months)] if months else "2026-09"
        kind = AmendMonthlyRecord if amend else SubmitMonthlyRecord
        self.attempt(kind, actor, month=key, answers=answers(str(len(self.case.events))))

    @rule(
        actor=some(ACTORS),
        index=st.integers(0, 9),
        pairs=some([(PAIR,), (PAIR, OTHER_PAIR), ()]),
        bad=st.booleans(),
    )
    def check(self, actor: Actor, index: int, pairs: tuple[str, ...], bad: bool) -> None:
        periods = [duty.key for duty in self.case.state.duties if duty.matter is Matter.LOG_CHECK]
        if periods:
            found = (Finding(relationship=PAIR, code="no_meeting_logged"),) if bad else ()
            key = periods[index % len(periods)]
            self.attempt(
                RecordLogCheck,
                actor,
                period=key,
                relationships=pairs,
                evidence=("logs_read",),
                findings=found,
            )

    @rule(actor=some(ACTORS), audience=some(list(SurveyAudience)))
    def answer(self, actor: Actor, audience: SurveyAudience) -> None:
        self.attempt(SubmitTermSurvey, actor, audience=audience, answers=answers("survey"))

    @rule(
        mentors=some([PEOPLE, PEOPLE[:1], ()]),
        active=some([PEOPLE, PEOPLE[1:], ()]),
        meeting=some([(PAIR, OTHER_PAIR), (PAIR,), ()]),
        contacts=some([(CONTACT.id,), ()]),
        people=some([(PRINCIPAL.id,), ()]),
    )
    def the_world_changes(self, mentors: Any, active: Any, meeting: Any, contacts: Any, people: Any) -> None:
        self.case.mentors = mentors
        self.case.facts = replace(
            WHO, active=active, meeting=meeting, contacts=contacts, administrators=people
        )

    @rule(days=some([1, 8, 31, 120]))
    def time_passes(self, days: int) -> None:
        self.case.wait_until(self.case.now + timedelta(days=days))

    @rule(days=some([15, 90]))
    def an_outage(self, days: int) -> None:
        self.case.now += timedelta(days=days)
        due = decider.next_due(self.case.state)
        if due is not None and due <= self.case.now:
            self.case.pass_deadline()

    @invariant()
    def the_fold_equals_the_state(self) -> None:
        if self.case.texts:
            assert self.case.refold() == self.case.state == self.case.through_codec()

    @invariant()
    def no_illegal_state(self) -> None:
        state = self.case.state
        if not self.case.texts:
            return
        keys = [(row.table, row.key) for row in term_rows(state)]
        assert len(set(keys)) == len(keys)
        assert self.keys <= set(keys), "a row never goes away"
        self.keys = set(keys)
        due = decider.next_due(state)
        assert (due is None) == state.ended
        assert due is None or due > self.case.now
        assert not (state.ended and any(task.open for task in state.tasks))
        for duty in state.duties:
            assert not (duty.settled and duty.next_at)
            if duty.settled == "done" and duty.matter is not Matter.LOG_CHECK:
                assert not duty.late
        assert len({(record.mentor, record.month) for record in state.records}) == len(state.records)


AnyTerm.TestCase.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
TestAnyTerm = AnyTerm.TestCase
