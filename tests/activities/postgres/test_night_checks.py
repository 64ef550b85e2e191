"""The record of nightly checks, and the tasks about their faults; runs that have stopped, and theirs (C66)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.night_checks import SqlNightChecks
from activities.adapters.postgres.parked_runs import SqlParkedRuns
from activities.adapters.postgres.reads.night_checks import NightCheckReads
from activities.adapters.postgres.writes.office_tasks import OfficeTaskWrites
from activities.ports.journal import ParkedReport
from activities.ports.night_checks import CheckedPart
from domain.actors import Actor, Role
from domain.associations import Association
from domain.ids import derive, x_stream
from domain.journal import decode
from domain.night_checks import Inquiry, JournalFault
from domain.tasks import TaskKind
from domain.visibility import AUDIT, sight_of
from tests.conftest import FreshDatabase
from workers.settings import Settings

PAIR = derive("pair")
FAULT = JournalFault(stream=PAIR, check="projection", code="relationships_stage")
ADMIN = Actor(id=derive("admin"), role=Role.ADMIN)


@pytest_asyncio.fixture
async def settings(fresh_database: FreshDatabase) -> AsyncIterator[Settings]:
    async with fresh_database() as settings:
        yield settings


@pytest_asyncio.fixture
async def worker(settings: Settings) -> AsyncIterator[Database]:
    pool = Database(settings.database_url("worker"), size=2)
    yield pool
    await pool.close()


@pytest_asyncio.fixture
async def gateway(settings: Settings) -> AsyncIterator[OfficeTaskWrites]:
    pool = Database(settings.database_url("gateway"), size=2)
    yield OfficeTaskWrites(pool)
    await pool.close()


async def check(worker: Database, night: str, *faults: JournalFault, unnamed: int = 0) -> None:
    """Let a night pass whose check finds these faults."""
    records = SqlNightChecks(worker)
    await records.begin(derive(night))
    done = CheckedPart(next="", counts={"relationships": 7, "people": 3}, faults=faults, unnamed=unnamed)
    await records.end(derive(night), done)


async def todo(worker: Database, kind: TaskKind = TaskKind.LOOK_INTO_FAULT) -> list[tuple[Any, ...]]:
    """Return the tasks of a kind: what each is about, why, and how it ended."""
    row = tables.tasks.c
    wanted = select(row.about, row.why, row.outcome).where(row.kind == kind.value).order_by(row.applied_seq)
    async with worker.transaction() as connection:
        return [tuple(each) for each in await connection.execute(wanted)]


async def ids(worker: Database) -> list[str]:
    row = tables.tasks.c
    async with worker.transaction() as connection:
        return list(await connection.scalars(select(row.id).where(row.closed_at.is_(None))))


async def said(worker: Database, *types: str) -> list[tuple[str, Any]]:
    """Return the events of these types, with who acted."""
    row = tables.events.c
    async with worker.transaction() as connection:
        found = await connection.scalars(select(row.bytes).where(row.type.in_(types)).order_by(row.seq))
        return [(each.type, each.actor.id) for each in map(decode, found)]


async def test_what_a_check_found_is_recorded_once_with_all_that_it_looked_at(worker: Database) -> None:
    for _ in range(2):
        await check(worker, "one", FAULT, unnamed=2)
    await check(worker, "two")
    newest, first = await NightCheckReads(worker).last(AUDIT)
    assert first["counts"] == {"relationships": 7, "people": 3}
    assert first["faults"] == [{"stream": PAIR, "check": "projection", "code": "relationships_stage"}]
    assert (first["unnamed"], newest["unnamed"], newest["faults"]) == (2, 0, [])
    assert first["checks"] == ["chain", "projection", "entry", "answer", "grant", "sign_in", "replay", "join"]
    assert first["begun_at"] <= first["ended_at"]
    assert [each for each, _ in await said(worker, "JournalChecked")] == ["JournalChecked"] * 2
    assert await NightCheckReads(worker).last(sight_of("p", (Role.COORDINATOR,), Association())) == ()


async def test_a_fault_opens_one_task_until_a_check_no_longer_finds_it(worker: Database) -> None:
    why = "check_projection,relationships_stage"
    await check(worker, "one", FAULT)
    await check(worker, "two", FAULT)
    assert await todo(worker) == [(f"{PAIR}/projection", why, "")]
    await check(worker, "three")
    assert await todo(worker) == [(f"{PAIR}/projection", why, "mended")]
    await check(worker, "four", FAULT)
    assert [outcome for _, _, outcome in await todo(worker)] == ["mended", ""]


async def test_a_fault_that_somebody_looked_into_is_told_again_only_once_it_was_gone(
    worker: Database, gateway: OfficeTaskWrites
) -> None:
    await check(worker, "one", FAULT)
    [task] = await ids(worker)
    for _ in range(2):
        assert await gateway.looked_into(task, Inquiry.EXPLAINED, actor=ADMIN, command=derive("look"))
    assert await said(worker, "FaultLookedInto") == [("FaultLookedInto", ADMIN.id)]
    await check(worker, "two", FAULT)
    assert [outcome for _, _, outcome in await todo(worker)] == ["explained"]
    assert not await gateway.looked_into(task, Inquiry.PUT_RIGHT, actor=ADMIN, command=derive("again"))
    await check(worker, "three")
    await check(worker, "four", FAULT)
    assert [outcome for _, _, outcome in await todo(worker)] == ["explained", ""]


async def test_many_faults_open_ten_tasks_and_one_more(worker: Database) -> None:
    many = [JournalFault(stream=derive(str(number)), check="join", code="x") for number in range(14)]
    await check(worker, "one", *many, unnamed=6)
    found = await todo(worker)
    assert len(found) == 11
    assert found[-1] == ("many", "check_many,10", "")
    await check(worker, "two")
    assert {outcome for _, _, outcome in await todo(worker)} == {"mended"}


@pytest.mark.parametrize("role", ["worker", "payments"])
async def test_a_run_that_stops_is_an_event_and_a_task_once_each_time(settings: Settings, role: str) -> None:
    pool = Database(settings.database_url(role), size=2)
    runs = SqlParkedRuns(pool)
    report = ParkedReport(workflow=f"relationship/{PAIR}", stream=PAIR, seq=4, code="record_refused")
    for _ in range(2):
        await runs.append_parked(report)
    kind = TaskKind.START_RUN_AGAIN
    assert await todo(pool, kind) == [(f"{PAIR}/relationship", "record_refused", "")]
    [open] = await runs.open(9)
    assert open.workflow == f"relationship/{PAIR}"
    await runs.goes_on(open.task)
    assert await runs.open(9) == ()
    await runs.append_parked(report)
    assert [outcome for _, _, outcome in await todo(pool, kind)] == ["goes_on", ""]
    row = tables.events.c
    async with pool.transaction() as connection:
        side = await connection.scalars(select(row.type).where(row.stream == x_stream(PAIR)))
        assert list(side) == ["Parked", "Parked"]
    await pool.close()


async def test_a_run_of_money_that_stops_is_told_in_the_stream_of_the_office(worker: Database) -> None:
    owed = derive("owed")
    report = ParkedReport(workflow=f"obligation/{owed}", stream=owed, seq=2, code="deadline_refused")
    await SqlParkedRuns(worker).append_parked(report)
    assert await said(worker, "Parked", "OfficeTaskOpened") == [
        ("Parked", "0" * 32),
        ("OfficeTaskOpened", "0" * 32),
    ]
    [open] = await SqlParkedRuns(worker).open(9)
    assert open.workflow == f"obligation/{owed}"


@pytest.mark.parametrize("change", [{"outcome": "put_right"}, {"kind": "correct_mail"}, {"role": "auditor"}])
async def test_the_gateway_ends_a_task_only_with_an_event_of_its_stream_and_changes_nothing_else(
    worker: Database, settings: Settings, change: dict[str, str]
) -> None:
    await check(worker, "one", FAULT)
    gateway = Database(settings.database_url("gateway"), size=1)
    with pytest.raises(DBAPIError):
        async with gateway.transaction() as connection:
            await connection.execute(update(tables.tasks).values(change))
    await gateway.close()
    assert [outcome for _, _, outcome in await todo(worker)] == [""]
