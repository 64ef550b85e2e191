"""The term in one region: deadlines that belong to no single relationship."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.terms import TermActivities
    from domain.journal import Kind
    from domain.messages import Command
    from domain.notices import SendNotice
    from domain.term import decider
    from domain.term.effects import effects
    from domain.term.facts import TermFacts
    from domain.term.projection import term_rows
    from domain.term.state import Term
    from domain.workflow_contracts import TERM_ENGINE, TERM_WORKFLOW, TermStart

from workflows.decider import Decider
from workflows.effects import send
from workflows.options import FACTS
from workflows.stream import StreamWorkflow
from workflows.updates import takes


@dataclass(frozen=True, slots=True, kw_only=True)
class TermEnd:
    """How much a term in a region had collected when it stopped accepting commands."""

    records: int
    checks: int
    answers: int
    seq: int


@workflow.defn(name=TERM_WORKFLOW)
@takes(decider.COMMANDS)
class TermWorkflow(StreamWorkflow[TermStart, Term]):
    """Id ``term/<id>``, derived from term and region; it lives from the term's opening to weeks after its last day.

    Messages: one update for each command of ``domain.term``, answered by a ``Receipt``; signal
    ``unpark`` (an operator has looked); query ``state`` for operators. It ends when it stops accepting commands.
    """

    ENGINE = TERM_ENGINE
    KIND = Kind.TERM
    STATE = Term

    @workflow.init
    def __init__(self, start: TermStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: TermStart) -> TermEnd:
        """Open, then act on one deadline after another, until the term stops accepting commands."""
        await self.run_to_end()
        state = self.shell.state
        return TermEnd(
            records=len(state.records),
            checks=len(state.checks),
            answers=len(state.answers),
            seq=self.shell.head.seq,
        )

    def _decider(self) -> Decider[Term]:
        rules = self.rules
        return Decider(
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

    def _stream(self) -> str:
        return self.start.id

    def _first_state(self, now: datetime) -> Term:
        return decider.new(id=self.start.id, now=now)

    async def _gather(self, state: Term, command: Command, now: datetime) -> TermFacts | None:
        question = decider.question(state, command, now, self.rules)
        if question is None:
            return None
        return await workflow.execute_activity_method(TermActivities.gather_term_facts, question, **FACTS)

    async def _gather_due(self, state: Term, now: datetime) -> TermFacts:
        question = decider.due_question(state, now, self.rules)
        return await workflow.execute_activity_method(TermActivities.gather_term_facts, question, **FACTS)

    async def _act(self, effect: Any) -> Command | None:
        assert isinstance(effect, SendNotice)  # noqa: S101 - a term has no other effect
        return await send(effect.notice)
