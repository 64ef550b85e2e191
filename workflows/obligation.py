"""The obligation: money that is owed once, from the first claim to the last attempt to pay it."""

from dataclasses import dataclass, replace
from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.payments import PaymentActivities
    from domain import journal
    from domain.journal import Kind
    from domain.messages import Command
    from domain.payments import obligation
    from domain.payments.obligation import Obligation
    from domain.payments.orders import PaymentFacts
    from domain.payments.projection import obligation_rows
    from domain.recording import Subject
    from domain.rules.canonical_json import rules_of, text_of, value_of
    from domain.workflow_contracts import OBLIGATION_WORKFLOW, ObligationStart

from workflows.decider import Policy
from workflows.effects import act_for_obligation
from workflows.obligation_messages import ObligationMessages
from workflows.options import FACTS
from workflows.shell import Shell

ENGINE = 1
"""The newest way of deciding; raised when domain code changes a decision that running obligations have made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationEnd:
    """What an obligation had come to when nothing could come any more."""

    state: str
    seq: int


@workflow.defn(name=OBLIGATION_WORKFLOW)
class ObligationWorkflow(ObligationMessages):
    """Id ``obligation/<id>``, derived from what is owed; lives until some weeks after the term, or until it is paid.

    Messages: one update for each command of ``domain.payments.obligation`` (see ``ObligationMessages``), answered by a
    ``Receipt``; signal ``unpark`` (an operator has looked); query ``state`` for operators. It is never canceled midway.
    """

    @workflow.init
    def __init__(self, start: ObligationStart) -> None:
        self.start = start
        self.rules = rules_of(start.rules_digest, start.rules_text)
        self.shell = Shell(
            self._policy(),
            self._subject(),
            state=self._first_state() if start.state is None else value_of(Obligation, start.state),
            head=start.head,
            handled=start.handled,
            opening=start.opening,
            history_limit=start.history_limit,
        )

    @workflow.run
    async def run(self, start: ObligationStart) -> ObligationEnd:
        """Take the first claim, then act on one deadline after the other, until nothing can come any more."""
        await self.shell.open()
        while not await self.shell.finished():
            await self.shell.next_deadline()
        if self.shell.ended:
            return ObligationEnd(state=self.shell.state.standing, seq=self.shell.head.seq)
        workflow.continue_as_new(self._next_start())

    @workflow.signal
    def unpark(self) -> None:
        """Decide again, after an operator has looked."""
        self.shell.unpark()

    @workflow.query(name="state")
    def state_text(self) -> str:
        """The state as canonical text, for operators; pages read projections."""
        return text_of(self.shell.state)

    def _policy(self) -> Policy[Obligation]:
        rules = self.rules
        return Policy(
            decide=lambda state, command, now, facts: obligation.decide(state, command, now, rules, facts),
            evolve=obligation.evolve,
            next_due=obligation.next_due,
            overdue=lambda state, now, facts: obligation.overdue(state, now, rules),
            effects=obligation.effects,
            rows=obligation_rows,
            stage=lambda state: state.standing,
            ended=lambda state: state.ended,
            gather=self._gather,
            act=act_for_obligation,
        )

    def _subject(self) -> Subject:
        start = self.start
        rules = journal.Rules(set=start.program, version=start.rules_version, digest=start.rules_digest)
        return Subject(
            origin=start.origin, stream=start.obligation, kind=Kind.OBLIGATION, rel=None, rules=rules
        )

    def _first_state(self) -> Obligation:
        return obligation.new(id=self.start.obligation, now=workflow.now())

    async def _gather(self, state: Obligation, command: Command, now: datetime) -> PaymentFacts | None:
        asked = obligation.question(state, command, now)
        if asked is None:
            return None
        return await workflow.execute_activity_method(PaymentActivities.gather_payment_facts, asked, **FACTS)

    def _next_start(self) -> ObligationStart:
        return replace(
            self.start,
            engine=max(self.start.engine, ENGINE),
            state=text_of(self.shell.state),
            head=self.shell.head,
            handled=self.shell.handled,
        )
