"""The journal in PostgreSQL: records are written once, in order, in one transaction, and never changed."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords, append_side
from activities.adapters.postgres.parked_runs import SqlParkedRuns
from activities.errors import JournalBehind, JournalFork
from activities.ports.journal import JournalRecord, ParkedReport
from domain.actors import Actor
from domain.ids import derive, x_stream
from domain.journal import Head, Kind, RulesInForce, check_chain
from domain.messages import Command
from domain.notices import SendNotice
from domain.projection_rows import changed
from domain.recording import Decision, StreamIdentity, chain
from domain.relationship import decider
from domain.relationship.effects import effects
from domain.relationship.evolve import evolve
from domain.relationship.projection import rows
from domain.relationship.stages.application.opening import OpenRelationship
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from tests.conftest import FreshDatabase
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, TERM, Case
from workers.settings import Settings


@pytest_asyncio.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[tuple[Settings, Database]]:
    async with fresh_database() as settings:
        pool = Database(settings.database_url("worker"), size=4)
        yield settings, pool
        await pool.close()


class Stream:
    """One relationship's records, made as the workflow makes them."""

    def __init__(self, name: str = "one") -> None:
        self.case = Case()
        self.case.id = derive("relationship", name)
        self.case.state = self.case.empty()
        self.head = Head()
        self.subject = StreamIdentity(
            origin="test/1",
            stream=self.case.id,
            kind=Kind.RELATIONSHIP,
            rel=self.case.id,
            rules=RulesInForce(set="sample", version="1", digest="a" * 64),
        )

    def record(self, command: Command) -> JournalRecord:
        case = self.case
        facts = case.facts if decider.question(case.state, command, case.now, case.rules) else None
        decided = decider.decide(case.state, command, case.now, case.rules, facts)
        batch = chain(
            case.state,
            self.head,
            decided,
            subject=self.subject,
            decision=Decision(command=command.id, actor=command.actor, at=case.now),
            evolve=evolve,
            effects=effects,
        )
        before = rows(case.state) if self.head.seq else ()
        notices = tuple(effect.notice for effect in batch.effects if isinstance(effect, SendNotice))
        record = JournalRecord(
            workflow="relationship/x",
            run="r",
            stream=case.id,
            command=command.id,
            events=batch.texts,
            rows=changed(before, rows(batch.state)),
            notices=notices,
        )
        case.state, self.head = batch.state, batch.head
        return record

    def opening(self, actor: Actor = MENTEE) -> JournalRecord:
        return self.record(
            OpenRelationship(
                id=derive("open", self.case.id),
                actor=actor,
                application=derive("application", self.case.id),
                reason="new_to_role",
                applied_on=TERM.first,
            )
        )

    def proposal(self) -> JournalRecord:
        command = ProposeMatch(id=derive("propose", self.case.id), actor=COORDINATOR, mentor=MENTOR.id)
        return self.record(command)


async def count(pool: Database, table: str) -> int:
    async with pool.transaction() as connection:
        return int(await connection.scalar(text(f"select count(*) from {table}")) or 0)  # noqa: S608 - our own names


async def test_a_record_writes_all_and_a_retry_gives_the_same_answer(
    database: tuple[Settings, Database],
) -> None:
    _, pool = database
    records, stream = SqlRecords(pool), Stream()
    opening = stream.opening()
    first = await records.record(opening)
    assert (first.seq, first.hash) == (stream.head.seq, stream.head.hash)
    assert await records.record(opening) == first
    assert await count(pool, "journal.events") == len(opening.events)
    assert await count(pool, "office.tasks") == 2
    assert await count(pool, "office.notices") == len(opening.notices)
    async with pool.transaction() as connection:
        row = (await connection.execute(select(tables.relationships))).one()
        stored = await connection.execute(select(tables.events).order_by(tables.events.c.seq))
        entries = [(e.seq, e.hash, bytes(e.bytes)) for e in stored]
    assert (row.stage, row.applied_seq) == ("matching", first.seq)
    assert check_chain(entries)[1] is None


async def test_other_bytes_at_a_number_are_a_fork_and_after_a_gap_the_journal_is_behind(
    database: tuple[Settings, Database],
) -> None:
    _, pool = database
    records, stream, other = SqlRecords(pool), Stream(), Stream()
    await records.record(stream.opening())
    other.case.now += timedelta(seconds=1)
    with pytest.raises(JournalFork):
        await records.record(other.opening())
    with pytest.raises(JournalBehind):
        await records.record(after_a_gap())
    assert await count(pool, "journal.events") == 2


def after_a_gap() -> JournalRecord:
    """Return a record whose first event is numbered two after the stored head."""
    again = Stream()
    again.opening()
    again.proposal()
    again.head = Head(seq=again.head.seq + 1, hash="c" * 64)
    return again.record(ConfirmMatch(id=derive("confirm"), actor=COORDINATOR))


async def test_a_slot_is_taken_once(database: tuple[Settings, Database]) -> None:
    _, pool = database
    records, one, two = SqlRecords(pool), Stream("one"), Stream("two")
    for stream in (one, two):
        await records.record(stream.opening())
    await records.record(one.proposal())
    before = await count(pool, "journal.events")
    refused = await records.record(two.proposal())
    assert refused.refused == "slot_taken"
    assert await count(pool, "journal.events") == before


@pytest.mark.parametrize("role", ["migrator", "worker", "gateway", "payments"])
@pytest.mark.parametrize(
    "statement",
    [
        "update journal.events set type = 'Other'",
        "delete from journal.events",
        "truncate journal.events",
        "set session_replication_role = replica",
    ],
)
async def test_nobody_changes_the_journal(
    database: tuple[Settings, Database], role: str, statement: str
) -> None:
    settings, pool = database
    await SqlRecords(pool).record(Stream().opening())
    engine = create_async_engine(settings.database_url(role))
    try:
        with pytest.raises(DBAPIError):
            async with engine.begin() as connection:
                await connection.execute(text(statement))
    finally:
        await engine.dispose()


async def test_a_projection_row_without_its_event_is_refused(database: tuple[Settings, Database]) -> None:
    settings, pool = database
    await SqlRecords(pool).record(Stream().opening())
    engine = create_async_engine(settings.database_url("migrator"))
    try:
        for statement in ("update office.relationships set stage = 'survey'", "delete from office.tasks"):
            with pytest.raises(DBAPIError, match=r"names no event|never deleted"):
                async with engine.begin() as connection:
                    await connection.execute(text(statement))
    finally:
        await engine.dispose()


async def test_side_streams_chain_and_repeat_nothing(database: tuple[Settings, Database]) -> None:
    _, pool = database
    one = derive("relationship", "x")
    for number in (1, 2, 2):
        async with pool.transaction() as connection:
            await append_side(
                connection,
                "CommandRefused",
                {"code": "other_region"},
                command=derive("refusal", str(number)),
                actor=COORDINATOR,
                relationship=one,
            )
    await SqlParkedRuns(pool).append_parked(
        ParkedReport(workflow=f"relationship/{one}", stream=one, seq=3, code="record_refused")
    )
    async with pool.transaction() as connection:
        stored = await connection.execute(
            select(tables.events).where(tables.events.c.stream == x_stream(one)).order_by(tables.events.c.seq)
        )
        entries = [(e.seq, e.hash, bytes(e.bytes)) for e in stored]
    assert [entry[0] for entry in entries] == [1, 2, 3]
    assert check_chain(entries)[1] is None


@pytest.mark.parametrize(
    "hands",
    [
        {"decided_by": "a", "seconded_by": "a"},
        {"against": "a", "taken_by": "a"},
        {"against": "a", "decided_by": "b", "seconded_by": "a"},
    ],
)
async def test_the_database_also_refuses_a_complaint_decided_by_the_wrong_person(
    database: tuple[Settings, Database], hands: dict[str, str]
) -> None:
    _, pool = database
    words = ("relationship", "about", "against", "opened_by", "document", "status", "taken_by", "decision")
    row = dict.fromkeys((*words, "reason", "decided_by", "seconded_by"), "")
    row |= {"id": derive("case"), "stream": derive("one"), "applied_seq": 1, **hands}
    at = Case().now
    with pytest.raises(IntegrityError, match="complaint_hands"):
        async with pool.transaction() as connection:
            await connection.execute(insert(tables.complaints).values(**row, opened_at=at, due_at=at))


async def test_migrations_from_empty_equal_the_tables(database: tuple[Settings, Database]) -> None:
    settings, _ = database
    engine = create_async_engine(settings.database_url("migrator"))

    def differences(connection: Connection) -> list[object]:
        options = {"include_schemas": True, "version_table_schema": "office", "compare_type": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), tables.metadata))

    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(differences) == []
    finally:
        await engine.dispose()
