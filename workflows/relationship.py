"""The relationship: one mentee's place in one program and term, as one long-lived workflow."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.facts import FactsActivities
    from domain.journal import Event, Kind
    from domain.messages import Command
    from domain.relationship import decider, effects
    from domain.relationship.any_stage.rules_version import RulesMoved
    from domain.relationship.evolve import evolve
    from domain.relationship.facts import Facts
    from domain.relationship.projection import rows
    from domain.relationship.rooms import COMMANDS
    from domain.relationship.state import Relationship, new
    from domain.rules.canonical_json import rules_of
    from domain.workflow_contracts import RELATIONSHIP_ENGINE, RELATIONSHIP_WORKFLOW, RelationshipStart

from workflows.decider import Decider
from workflows.effects import RelationshipEffects
from workflows.options import FACTS, FACTS_IN_TASK
from workflows.stream import StreamWorkflow
from workflows.updates import takes


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipEnd:
    """How a relationship ended, for code that waits for its workflow; the journal has everything else."""

    outcome: str
    reason: str
    seq: int


@workflow.defn(name=RELATIONSHIP_WORKFLOW)
@takes(COMMANDS)
class RelationshipWorkflow(StreamWorkflow[RelationshipStart, Relationship]):
    """Id ``relationship/<id>``; it lives from the application to recognition, early ending, or refusal, and after that
    as long as it waits for forms about the end.

    Messages: one update for each command of ``domain.relationship.decider``, answered by a ``Receipt``; signals
    ``deliver_again`` (housekeeping found a claim that no obligation has accepted) and ``unpark`` (an operator has
    looked); query ``state`` for operators.
    """

    ENGINE = RELATIONSHIP_ENGINE
    KIND = Kind.RELATIONSHIP
    STATE = Relationship

    @workflow.init
    def __init__(self, start: RelationshipStart) -> None:
        super().__init__(start)
        self.effects = RelationshipEffects(start)

    @workflow.run
    async def run(self, start: RelationshipStart) -> RelationshipEnd:
        """Open, then act on one deadline after another, until the end or until the history is too long."""
        await self.run_to_end()
        state = self.shell.state
        return RelationshipEnd(outcome=state.outcome, reason=state.outcome_reason, seq=self.shell.head.seq)

    @workflow.signal
    def deliver_again(self) -> None:
        """Tell the obligations again about claims that have no answer yet."""
        claims = self.shell.state.claims
        self.shell.start_effects(
            tuple(
                effects.DeliverWithdrawal(claim=claim.id, obligation=claim.obligation)
                if claim.withdrawn
                else effects.DeliverClaim(claim=claim.id, obligation=claim.obligation)
                for claim in claims
                if claim.heard == "claimed"
            )
        )

    def _decider(self) -> Decider[Relationship]:
        return Decider(
            decide=lambda state, command, now, facts: decider.decide(state, command, now, self.rules, facts),
            evolve=evolve,
            next_due=decider.next_due,
            overdue=lambda state, now, facts: decider.overdue(state, now, self.rules),
            effects=effects.effects,
            rows=rows,
            stage=lambda state: state.stage,
            ended=lambda state: state.closed,
            gather=self._gather,
            act=self._act,
            adopted=self._adopted,
        )

    def _stream(self) -> str:
        return self.start.relationship

    def _first_state(self, now: datetime) -> Relationship:
        start = self.start
        return new(
            id=start.relationship,
            mentee=start.mentee,
            program=start.program,
            term=start.term,
            term_dates=start.term_dates,
            region=start.region,
            now=now,
        )

    async def _gather(self, state: Relationship, command: Command, now: datetime) -> Facts | None:
        question = decider.question(state, command, now, self.rules)
        if question is None:
            return None
        ask = FactsActivities.gather_facts
        if self.start.facts_in_task:
            return await workflow.execute_local_activity_method(ask, question, **FACTS_IN_TASK)
        return await workflow.execute_activity_method(ask, question, **FACTS)

    def next_start(self) -> RelationshipStart:
        """Return the start of the next run, which looks up its facts as the newest runs do."""
        return replace(super().next_start(), facts_in_task=True)

    async def _act(self, effect: Any) -> Command | None:
        return await self.effects.act(effect, self.shell.state, self.shell.head)

    def _adopted(self, events: tuple[Event, ...], facts: Any) -> None:
        """Switch to other rules after a move, so that everything that follows is decided and recorded under them."""
        for event in events:
            if isinstance(event, RulesMoved):
                self.start = replace(
                    self.start,
                    rules_text=facts.rules_text,
                    rules_digest=event.digest,
                    rules_version=event.version,
                )
                self.rules = rules_of(event.digest, facts.rules_text)
                self.effects = RelationshipEffects(self.start)
                self.shell.subject = self._subject()
