"""Messages from one workflow to another: claims to obligations, their reports back, the start of a successor.

Activities send them because a child workflow would tie two lifetimes together. Each message is safe to repeat: ids are
derived, a start joins a workflow that already runs, and an update is answered once for each id.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from temporalio import activity

from activities.ports.workflows import Answer, ClaimWithdrawal, Deliveries, Sent, Workflows
from domain.actors import SYSTEM
from domain.ids import derive
from domain.payments.claims import AddClaim, WithdrawClaim
from domain.relationship.stages.stipend import HearObligation
from domain.rules.intake import TermDates
from domain.workflow_contracts import (
    OBLIGATION_ENGINE,
    OBLIGATION_WORKFLOW,
    PAYMENTS,
    RELATIONSHIP_ENGINE,
    RELATIONSHIP_WORKFLOW,
    RELATIONSHIPS,
    ObligationStart,
    RelationshipStart,
    workflow_id,
)
from domain.workflow_limits import HISTORY_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDelivery:
    """A relationship's claim, with everything that its obligation may need to start."""

    claim: str
    relationship: str
    obligation: str
    kind: str
    unit: str
    mentor: str
    mentee: str
    region: str
    due_at: datetime
    program: str
    term: str
    term_dates: TermDates
    origin: str
    rules_text: str
    rules_digest: str
    rules_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessorStart:
    """The start of the relationship that continues another one."""

    start: RelationshipStart


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationReport:
    """The state that an obligation has reached, for one of the relationships that claimed it."""

    obligation: str
    relationship: str
    state: str
    seq: int


class EffectActivities:
    """Messages to other workflows."""

    def __init__(self, workflows: Workflows, deliveries: Deliveries) -> None:
        self._workflows = workflows
        self._deliveries = deliveries

    @activity.defn
    async def deliver_claim(self, delivery: ClaimDelivery) -> Sent:
        """Tell an obligation about a claim; start the obligation if it does not run yet."""
        claim = _add_claim(delivery)
        id = workflow_id("obligation", delivery.obligation)
        await self._workflows.start(
            OBLIGATION_WORKFLOW, id, _obligation_start(delivery, claim), queue=PAYMENTS
        )
        sent = await self._workflows.update(id, claim)
        if sent.answer is Answer.GONE:
            await self._report_last_state(delivery)
        await self._deliveries.delivered(delivery.claim, "deliver")
        # A withdrawal before this start reached no workflow. Asking after the start misses none.
        if await self._deliveries.withdrawn(delivery.claim):
            withdrawal = ClaimWithdrawal(
                claim=delivery.claim, relationship=delivery.relationship, obligation=delivery.obligation
            )
            await withdraw(self._workflows, self._deliveries, withdrawal)
        return sent

    async def _report_last_state(self, delivery: ClaimDelivery) -> None:
        """Answer a claim on an obligation that no longer runs: send its last state from the database."""
        state = await self._deliveries.standing(delivery.obligation)
        if state:
            command = HearObligation(
                id=derive("report", delivery.obligation, "closed", delivery.relationship),
                actor=SYSTEM,
                obligation=delivery.obligation,
                state=state,
            )
            await self._workflows.update(workflow_id("relationship", delivery.relationship), command)

    @activity.defn
    async def withdraw_claim(self, withdrawal: ClaimWithdrawal) -> Sent:
        """Tell an obligation that a relationship no longer claims anything."""
        return await withdraw(self._workflows, self._deliveries, withdrawal)

    @activity.defn
    async def start_successor(self, successor: SuccessorStart) -> Sent:
        """Start the relationship that continues another one after a change of partner."""
        # Limit, engine and how facts are asked are set here: replay compares what a run passes to its activities.
        start = replace(
            successor.start,
            history_limit=successor.start.history_limit or HISTORY_LIMIT,
            engine=RELATIONSHIP_ENGINE,
            facts_in_task=True,
        )
        id = workflow_id("relationship", start.relationship)
        await self._workflows.start(RELATIONSHIP_WORKFLOW, id, start, queue=RELATIONSHIPS)
        return Sent(answer=Answer.TAKEN)

    @activity.defn
    async def report_obligation(self, report: ObligationReport) -> Sent:
        """Tell a relationship the state of its obligation; a relationship that has ended does not need it."""
        command = HearObligation(
            id=derive("report", report.obligation, str(report.seq), report.relationship),
            actor=SYSTEM,
            obligation=report.obligation,
            state=report.state,
        )
        return await self._workflows.update(workflow_id("relationship", report.relationship), command)


async def withdraw(workflows: Workflows, deliveries: Deliveries, withdrawal: ClaimWithdrawal) -> Sent:
    """Withdraw a claim from its obligation, and note that the obligation was told."""
    command = WithdrawClaim(
        id=derive("command", "withdraw", withdrawal.claim),
        actor=SYSTEM,
        claim=withdrawal.claim,
        relationship=withdrawal.relationship,
    )
    sent = await workflows.update(workflow_id("obligation", withdrawal.obligation), command)
    await deliveries.delivered(withdrawal.claim, "withdraw")
    return sent


def _add_claim(delivery: ClaimDelivery) -> AddClaim:
    return AddClaim(
        id=derive("command", "claim", delivery.claim),
        actor=SYSTEM,
        claim=delivery.claim,
        relationship=delivery.relationship,
        mentee=delivery.mentee,
        program=delivery.program,
        term=delivery.term,
        term_dates=delivery.term_dates,
        kind=delivery.kind,
        unit=delivery.unit,
        mentor=delivery.mentor,
        region=delivery.region,
        due_at=delivery.due_at,
    )


def _obligation_start(delivery: ClaimDelivery, claim: AddClaim) -> ObligationStart:
    return ObligationStart(
        obligation=delivery.obligation,
        program=delivery.program,
        origin=delivery.origin,
        rules_text=delivery.rules_text,
        rules_digest=delivery.rules_digest,
        rules_version=delivery.rules_version,
        opening=claim,
        history_limit=HISTORY_LIMIT,
        engine=OBLIGATION_ENGINE,
    )
