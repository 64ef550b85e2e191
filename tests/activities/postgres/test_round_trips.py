"""Round trips of a command to the database: one for each part, and none for replacing a closed connection."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, text

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.payments import SqlPaymentFacts
from activities.adapters.postgres.facts.relationship import SqlFacts
from activities.adapters.postgres.facts.tokens import TokenFacts
from activities.adapters.postgres.journal import SqlRecords
from activities.adapters.postgres.writes.commands import CommandIntake, KeyClaim
from activities.adapters.postgres.writes.tokens import TokenWrites
from activities.errors import Unavailable
from activities.ports.journal import Recorded
from domain.actors import Actor, Role
from domain.ids import derive
from domain.messages import Command
from domain.payments.facts import PaymentQuestion
from domain.relationship.facts import Question
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.agreement.signing import SignAgreement
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.meetings.log import LogMeeting
from tests.activities.postgres.round_trips import RoundTrips
from tests.activities.postgres.test_journal import Stream
from tests.conftest import LET_IN, FreshDatabase
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, TERMS
from workers.settings import Settings

NOW = datetime(2026, 9, 20, tzinfo=UTC)
PAIR = Question(
    as_of=NOW,
    zone="America/Chicago",
    relationship=derive("r"),
    program="sample",
    term=derive("t"),
    region="r1",
    mentee=MENTEE.id,
    mentor=MENTOR.id,
)


@pytest_asyncio.fixture
async def settings(fresh_database: FreshDatabase) -> AsyncIterator[Settings]:
    async with fresh_database() as settings:
        yield settings


@pytest_asyncio.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    pool = Database(settings.database_url("worker"), size=1)
    yield pool
    await pool.close()


async def test_the_record_of_a_logged_meeting_is_one_round_trip(database: Database) -> None:
    stream, records = Stream(), SqlRecords(database)

    async def record(kind: type[Command], actor: Actor, **fields: Any) -> Recorded:
        command = kind(id=stream.case.command_id(), actor=actor, **fields)
        return await records.record(stream.record(command))

    await records.record(stream.opening())
    await record(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    await record(ConfirmMatch, COORDINATOR)
    await record(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")
    await record(DraftAgreement, MENTOR, terms=TERMS)
    for side in (MENTEE, MENTOR):
        await record(SignAgreement, side, version=1, digest=stream.case.digest())
    stream.case.now += timedelta(days=9)
    began = stream.case.now - timedelta(hours=1)
    async with RoundTrips(database) as trips:
        await record(LogMeeting, MENTOR, began_at=began, minutes=30, mode="phone")
    assert len(trips.sent) == 1
    async with database.transaction() as connection:
        [meeting] = await connection.execute(select(tables.meetings))
    assert (meeting.began_at, meeting.minutes) == (began, 30)


async def test_the_facts_of_a_command_are_one_round_trip(database: Database) -> None:
    payment = PaymentQuestion(as_of=NOW, zone="America/Chicago", persons=(MENTEE.id,), region="r1")
    async with RoundTrips(database) as trips:
        await SqlFacts(database).facts(PAIR)
        await SqlPaymentFacts(database).payment_facts(payment)
    assert len(trips.sent) == 2


async def test_token_clock_claim_and_answer_are_one_round_trip_each(settings: Settings) -> None:
    database = Database(settings.database_url("gateway"), size=1)
    try:
        intake = CommandIntake(database)
        until = datetime.now(UTC) + timedelta(days=1)  # the machine's clock: a token is looked up now
        token = await TokenWrites(database).let_in(MENTOR.id, (Role.COORDINATOR,), ("r1",), until, **LET_IN)
        await TokenFacts(database).holder(token)  # the first look in a minute also notes that it was used
        async with RoundTrips(database) as trips:
            await TokenFacts(database).holder(token)
            await SqlClock(database).now()
            claimed = await intake.claim(
                derive("c"), kind="LogMeeting", subject=derive("r"), payload={}, fingerprint="f", actor=MENTOR
            )
            await intake.answer(derive("c"), 200, {"seq": 1})
        assert claimed.claim is KeyClaim.MINE
        assert len(trips.sent) == 4
        again = await intake.claim(
            derive("c"), kind="LogMeeting", subject=derive("r"), payload={}, fingerprint="f", actor=MENTOR
        )
        assert (again.claim, again.status, again.answer) == (KeyClaim.ANSWERED, 200, {"seq": 1})
    finally:
        await database.close()


async def test_a_connection_that_the_server_closed_is_replaced_silently(
    settings: Settings, database: Database
) -> None:
    async with database.one_statement() as connection:
        pid = await connection.scalar(text("select pg_backend_pid()"))
        driver = (await connection.get_raw_connection()).driver_connection
    other = Database(settings.database_url("worker"), size=1)
    try:
        async with other.transaction() as connection:
            await connection.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
    finally:
        await other.close()
    async with asyncio.timeout(10):
        while not driver.is_closed():  # noqa: ASYNC110 - the driver has no event for it
            await asyncio.sleep(0.01)
    async with database.transaction() as connection:
        assert await connection.scalar(text("select pg_backend_pid()")) != pid


async def test_a_connection_that_breaks_in_a_statement_is_unavailable_once(database: Database) -> None:
    with pytest.raises(Unavailable):
        async with database.transaction() as connection:
            await connection.execute(text("select pg_terminate_backend(pg_backend_pid())"))
    async with database.transaction() as connection:
        assert await connection.scalar(text("select 1")) == 1
