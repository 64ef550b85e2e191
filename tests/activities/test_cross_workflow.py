"""Claims sent to obligations: none is lost when it comes too early, too late, or after the relationship has ended."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from activities.adapters.postgres.backlog import SqlBacklog
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from activities.adapters.postgres.open_work import SqlOpenWork
from activities.cross_workflow import ClaimDelivery, EffectActivities, SuccessorStart
from activities.housekeeping import HousekeepingActivities
from activities.ports.workflows import Answer
from domain.ids import derive
from domain.relationship.any_stage.ending import EndRelationship
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.workflow_limits import HISTORY_LIMIT
from tests.activities.postgres.test_journal import Stream
from tests.conftest import FreshDatabase
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, START, TERM
from tests.workflows.fakes import FakeDeliveries, FakeOffice, FakeWorkflows
from tests.workflows.pairs import start_of

CLAIM = derive("claim")
DELIVERY = ClaimDelivery(
    claim=CLAIM,
    relationship=derive("relationship"),
    obligation=derive("obligation"),
    kind="mentor_stipend",
    unit="per_mentor_per_year",
    mentor=MENTOR.id,
    mentee=MENTEE.id,
    region="north",
    due_at=START + timedelta(days=30),
    program="sample",
    term=derive("term"),
    term_dates=TERM,
    origin="test/1",
    rules_text="{}",
    rules_digest="a" * 64,
    rules_version="1",
)


class NoSignals:
    """Workflows without a running relationship."""

    async def signal(self, id: str, name: str) -> bool:
        """Report that the workflow is gone."""
        return False


def commands_sent(office: FakeOffice) -> list[str]:
    return [type(command).__name__ for _, command in office.told]


@pytest.fixture
def office() -> FakeOffice:
    return FakeOffice()


@pytest.fixture
def effects(office: FakeOffice) -> EffectActivities:
    return EffectActivities(FakeWorkflows(office), FakeDeliveries(office))


async def test_a_withdrawal_that_reached_nobody_follows_the_claim(
    office: FakeOffice, effects: EffectActivities
) -> None:
    office.withdrawn.add(CLAIM)
    await effects.deliver_claim(DELIVERY)
    assert commands_sent(office) == ["AddClaim", "WithdrawClaim"]
    assert office.delivered == [(CLAIM, "deliver"), (CLAIM, "withdraw")]


async def test_a_claim_on_a_closed_obligation_is_answered_from_the_database(
    office: FakeOffice, effects: EffectActivities
) -> None:
    office.answer, office.standing = Answer.GONE, "settled"
    await effects.deliver_claim(DELIVERY)
    assert commands_sent(office) == ["AddClaim", "HearObligation"]
    address, command = office.told[-1]
    assert address == f"relationship/{DELIVERY.relationship}"
    assert getattr(command, "state", "") == "settled"


async def test_an_obligation_starts_with_a_limit_on_its_history(
    office: FakeOffice, effects: EffectActivities
) -> None:
    await effects.deliver_claim(DELIVERY)
    [(id, start)] = office.started
    assert (id, start.history_limit) == (f"obligation/{DELIVERY.obligation}", HISTORY_LIMIT)


@pytest.mark.parametrize(("given_limit", "next_limit"), [(0, HISTORY_LIMIT), (150, 150)])
async def test_a_successor_of_an_old_run_starts_with_a_limit_too(
    office: FakeOffice, effects: EffectActivities, given_limit: int, next_limit: int
) -> None:
    start = start_of(first=TERM.first, history_limit=given_limit)
    await effects.start_successor(SuccessorStart(start=start))
    assert office.started == [
        (f"relationship/{start.relationship}", replace(start, history_limit=next_limit))
    ]


@pytest_asyncio.fixture
async def pool(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    async with fresh_database() as settings:
        pool = Database(settings.database_url("worker"), size=4)
        yield pool
        await pool.close()


async def test_housekeeping_withdraws_the_claim_of_a_relationship_that_has_ended(
    pool: Database, office: FakeOffice
) -> None:
    stream, records = Stream("over"), SqlRecords(pool)
    await records.record(stream.opening())
    await records.record(stream.proposal())
    confirm = ConfirmMatch(id=derive("confirm"), actor=COORDINATOR, money_region="r3")
    await records.record(stream.record(confirm))
    end = EndRelationship(id=derive("end"), actor=COORDINATOR, reason="moved")
    await records.record(stream.record(end))
    (claim,) = stream.case.state.claims
    assert claim.withdrawn

    backlog = SqlBacklog(pool, SqlClock(pool), {})
    chores = HousekeepingActivities(backlog, FakeWorkflows(office), NoSignals())
    assert (await chores.deliver_undelivered()).count == 1
    assert commands_sent(office) == ["WithdrawClaim"]
    assert await backlog.withdrawn(claim.id)
    assert (await chores.deliver_undelivered()).count == 0
    assert await backlog.standing(claim.obligation) == ""


async def test_the_demos_clock_looks_at_the_runs_that_housekeeping_signals(pool: Database) -> None:
    stream, records, clock = Stream("running"), SqlRecords(pool), SqlClock(pool)
    backlog, work = SqlBacklog(pool, clock, {}), SqlOpenWork(pool, clock)
    await records.record(stream.opening())
    await records.record(stream.proposal())
    assert await work.undelivered() == ()
    confirm = ConfirmMatch(id=derive("confirm"), actor=COORDINATOR, money_region="r3")
    await records.record(stream.record(confirm))
    assert await backlog.undelivered(10) == (stream.case.id,)
    assert await work.undelivered() == (f"relationship/{stream.case.id}",)
    (claim,) = stream.case.state.claims
    await backlog.delivered(claim.id, "deliver")
    assert await work.undelivered() == ()
