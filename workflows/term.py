"""The term in one region: deadlines that belong to no single relationship."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.terms import TermActivities
    from domain import journal
    from domain.journal import Kind
    from domain.messages import Command
    from domain.notices import SendNotice
    from domain.recording import Subject
    from domain.rules.canonical_json import rules_of, text_of, value_of
    from domain.term import decider
    from domain.term.effects import effects
    from domain.term.messages import TermFacts
    from domain.term.projection import term_rows
    from domain.term.state import Term
    from domain.workflow_contracts import TERM_WORKFLOW, TermStart

from workflows.decider import Policy
from workflows.effects import send
from workflows.options import FACTS
from workflows.shell import Shell
from workflows.term_messages import TermMessages

ENGINE = 1
"""The newest way of deciding; raised when domain code changes a decision that running terms have made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermEnd:
    """How much a term in a region had come to when it stopped listening."""

    records: int
    checks: int
    answers: int
    seq: int


@workflow.defn(name=TERM_WORKFLOW)
class TermWorkflow(TermMessages):
    """Id ``term/<id>``, derived from term and region; lives from the term's opening to some weeks after its last day.

    Messages: one update for each command of ``domain.term`` (see ``TermMessages``), answered by a ``Receipt``; signal
    ``unpark`` (an operator has looked); query ``state`` for operators. It ends when its time to listen is over.
    """

    @workflow.init
    def __init__(self, start: TermStart) -> None:
        self.start = start
        self.rules = rules_of(start.rules_digest, start.rules_text)
        self.shell = Shell(
            self._policy(),
            self._subject(),
            state=self._first_state() if start.state is None else value_of(Term, start.state),
            head=start.head,
            handled=start.handled,
            opening=start.opening,
            history_limit=start.history_limit,
        )

    @workflow.run
    async def run(self, start: TermStart) -> TermEnd:
        """Open, then act on one deadline after the other, until the term has stopped listening."""
        await self.shell.open()
        while not await self.shell.finished():
            await self.shell.next_deadline()
        if self.shell.ended:
            return self._end()
        workflow.continue_as_new(self._next_start())

    @workflow.signal
    def unpark(self) -> None:
        """Decide again, after an operator has looked."""
        self.shell.unpark()

    @workflow.query(name="state")
    def state_text(self) -> str:
        """The state as canonical text, for operators; pages read projections."""
        return text_of(self.shell.state)

    def _policy(self) -> Policy[Term]:
        rules = self.rules
        return Policy(
            decide=lambda state, command, now, facts: decider.decide(state, command, now, rules, facts),
            evolve=decider.evolve,
            next_due=decider.next_due,
            overdue=lambda state, now, facts: decider.overdue(state, now, rules, facts),
            effects=effects,
            rows=term_rows,
            stage=lambda state: "closed" if state.ended else "open",
            ended=lambda state: state.ended,
            gather=self._gather,
            act=self._act,
            gather_due=self._gather_due,
        )

    def _subject(self) -> Subject:
        start = self.start
        rules = journal.Rules(set=start.program, version=start.rules_version, digest=start.rules_digest)
        return Subject(origin=start.origin, stream=start.id, kind=Kind.TERM, rel=None, rules=rules)

    def _first_state(self) -> Term:
        return decider.new(id=self.start.id, now=workflow.now())

    async def _gather(self, state: Term, command: Command, now: datetime) -> TermFacts | None:
        asked = decider.question(state, command, now, self.rules)
        if asked is None:
            return None
        return await workflow.execute_activity_method(TermActivities.gather_term_facts, asked, **FACTS)

    async def _gather_due(self, state: Term, now: datetime) -> TermFacts:
        asked = decider.due_question(state, now, self.rules)
        return await workflow.execute_activity_method(TermActivities.gather_term_facts, asked, **FACTS)

    async def _act(self, effect: Any) -> Command | None:
        assert isinstance(effect, SendNotice)  # noqa: S101 - a term has no other effect
        return await send(effect.notice)

    def _end(self) -> TermEnd:
        state = self.shell.state
        return TermEnd(
            records=len(state.records),
            checks=len(state.checks),
            answers=len(state.answers),
            seq=self.shell.head.seq,
        )

    def _next_start(self) -> TermStart:
        return replace(
            self.start,
            engine=max(self.start.engine, ENGINE),
            state=text_of(self.shell.state),
            head=self.shell.head,
            handled=self.shell.handled,
        )
