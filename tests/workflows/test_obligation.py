"""The obligation on the real server, beside the relationship that claims it, with fakes as ports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.client import Client
from temporalio.worker import Worker

from activities.cross_workflow import EffectActivities
from domain.actors import Actor, Role
from domain.ids import claim_id, obligation_id
from domain.payments.orders.approval import ApproveStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.orders.settlement import ConfirmSettled
from domain.payments.state import Obligation
from domain.relationship.any_stage.ending import EndRelationship
from domain.workflow_contracts import workflow_id
from tests.domain.builders import COORDINATOR, MENTOR, person
from tests.workflows.fakes import (
    FakeDeliveries,
    FakeFacts,
    FakeJournal,
    FakeNotices,
    FakeOffice,
    FakePayments,
)
from tests.workflows.pairs import Pair, start_of, today, until, workers
from workers.assembly import activities_of
from workers.temporal import TemporalWorkflows
from workflows.obligation import ObligationWorkflow

MAKER = Actor(id=person("maker"), role=Role.PAYMENT_STAFF)
CHECKER = Actor(id=person("checker"), role=Role.PAYMENT_STAFF)
SENDER = Actor(id=person("sender"), role=Role.PAYMENT_STAFF)
CLERK = Actor(id=person("clerk"), role=Role.PAYMENT_STAFF)


@asynccontextmanager
async def both(client: Client, office: FakeOffice, queue: str) -> AsyncIterator[None]:
    """Run workers of relationships and of payments, whose effects reach the other's real workflow."""
    effects = EffectActivities(TemporalWorkflows(client), FakeDeliveries(office))
    fakes = (FakeJournal(office), FakeFacts(office), FakePayments(office), FakeNotices(office), effects)
    activities = [method for fake in fakes for method in activities_of(fake)]
    async with (
        workers(client, office, queue, effects=effects),
        Worker(client, task_queue="payments", workflows=[ObligationWorkflow], activities=activities),
    ):
        yield


class Owed:
    """Obligation of a pair, as payment staff work on it."""

    def __init__(self, pair: Pair) -> None:
        start = pair.start
        self.pair = pair
        self.id = obligation_id(start.program, start.term, MENTOR.id, "mentor_stipend")
        self.money = Pair(pair.client, start, "payments")
        self.money.id = workflow_id("obligation", self.id)

    async def state(self) -> Obligation:
        """Return the obligation's own state."""
        return await self.money.state(Obligation)

    async def pay(self) -> None:
        """Prepare, approve, send and settle the order, each as a different person."""
        await self.money.do(PrepareStipend, MAKER, evidence=("match_confirmed",))
        await self.money.do(ApproveStipend, CHECKER)
        await self.money.do(EnterReference, SENDER, reference="check-1001")
        await self.money.do(ConfirmSettled, CLERK)


async def test_a_claim_opens_the_obligation_and_the_relationship_is_told_its_outcome(
    client: Client, office: FakeOffice, queue: str
) -> None:
    async with both(client, office, queue):
        pair = await Pair(client, start_of(first=today()), queue).signed()
        owed = Owed(pair)
        await until(lambda: office.types(owed.id) == ["ObligationAccrued", "ClaimAdded"])
        claim = claim_id(pair.start.relationship, owed.id)
        await until(lambda: (claim, "deliver") in office.delivered)
        await owed.money.days(45)
        await until(lambda: "MembershipsChecked" in office.types(owed.id))
        await owed.pay()
        await until(lambda: office.types(pair.start.relationship).count("ObligationHeard") == 2)
        assert office.types(owed.id)[-1] == "OrderSettled"
        assert [found.heard for found in (await pair.state()).claims] == ["settled"]
        assert office.head(owed.id).seq == len(office.types(owed.id))
        await owed.money.days(500)
        assert office.types(owed.id)[-1] == "ObligationClosed"
        await pair.handle.terminate()


async def test_an_early_end_withdraws_the_claim_and_cancels_what_was_not_sent(
    client: Client, office: FakeOffice, queue: str
) -> None:
    async with both(client, office, queue):
        pair = await Pair(client, start_of(first=today()), queue).signed()
        owed = Owed(pair)
        await until(lambda: office.types(owed.id) == ["ObligationAccrued", "ClaimAdded"])
        await pair.do(EndRelationship, COORDINATOR, reason="moved")
        await until(lambda: office.types(owed.id)[-1] == "ObligationCanceled")
        await pair.handle.result()
        await owed.money.handle.terminate()
