"""The obligation: one amount of money that is owed, from the first claim to the last attempt to pay it."""

from dataclasses import dataclass
from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.payments import PaymentActivities
    from domain.journal import Kind
    from domain.messages import Command
    from domain.payments import obligation
    from domain.payments.effects import effects
    from domain.payments.facts import PaymentFacts
    from domain.payments.projection import obligation_rows
    from domain.payments.state import Obligation, new
    from domain.workflow_contracts import OBLIGATION_ENGINE, OBLIGATION_WORKFLOW, ObligationStart

from workflows.decider import Decider
from workflows.effects import act_for_obligation
from workflows.options import FACTS
from workflows.stream import StreamWorkflow
from workflows.updates import takes


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationEnd:
    """The state of an obligation when nothing more could happen to it."""

    state: str
    seq: int


@workflow.defn(name=OBLIGATION_WORKFLOW)
@takes(obligation.COMMANDS)
class ObligationWorkflow(StreamWorkflow[ObligationStart, Obligation]):
    """Id ``obligation/<id>``, derived from what is owed; it lives until some weeks after the term, or until it is paid.

    Messages: one update for each command of ``domain.payments.obligation``, answered by a
    ``Receipt``; signal ``unpark`` (an operator has looked); query ``state`` for operators. It is never canceled early.
    """

    ENGINE = OBLIGATION_ENGINE
    KIND = Kind.OBLIGATION
    STATE = Obligation

    @workflow.init
    def __init__(self, start: ObligationStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: ObligationStart) -> ObligationEnd:
        """Accept the first claim, then act on one deadline after another, until nothing more can happen."""
        await self.run_to_end()
        return ObligationEnd(state=self.shell.state.standing, seq=self.shell.head.seq)

    def _decider(self) -> Decider[Obligation]:
        rules = self.rules
        return Decider(
            decide=lambda state, command, now, facts: obligation.decide(state, command, now, rules, facts),
            evolve=obligation.evolve,
            next_due=obligation.next_due,
            overdue=lambda state, now, facts: obligation.overdue(state, now, rules),
            effects=effects,
            rows=obligation_rows,
            stage=lambda state: state.standing,
            ended=lambda state: state.ended,
            gather=self._gather,
            act=act_for_obligation,
        )

    def _stream(self) -> str:
        return self.start.obligation

    def _first_state(self, now: datetime) -> Obligation:
        return new(id=self.start.obligation, now=now)

    async def _gather(self, state: Obligation, command: Command, now: datetime) -> PaymentFacts | None:
        question = obligation.question(state, command, now)
        if question is None:
            return None
        return await workflow.execute_activity_method(
            PaymentActivities.gather_payment_facts, question, **FACTS
        )
