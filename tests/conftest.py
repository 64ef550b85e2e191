"""Shared fixtures: one temporary PostgreSQL and Temporal server for each test process, and fresh databases on it.

The servers start at the first test that needs one. If they cannot start, these tests are skipped with the reason;
`./deploy/test` sets `MENTORFLOW_TESTS_REQUIRE_SERVERS=1`, and then they fail.

A test that needs the database uses `postgres`: the settings of a migrated, empty database for this test module only.
A test that needs Temporal uses `temporal`: the address of the server; use your own task queues and workflow ids,
because the namespace is shared. `office_stack` is the stack itself, without workers and gateway.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NoReturn

import pytest
import pytest_asyncio

from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from domain.ids import derive
from workers.embedded.first_hour import FirstHour, on_a_working_day
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.settings import Settings

FreshDatabase = Callable[[], AbstractAsyncContextManager[Settings]]


PROGRAM = "masa"
"""The program for tests that need any program."""
LET_IN: dict[str, Any] = {"confirmer": derive("second administrator"), "first": date(2000, 1, 1)}
"""Who confirms the grants of invented people, and since when they have them: before any day of a test."""

TEN: FirstHour = on_a_working_day(time(10), PROGRAM)
"""When the office of a test begins, so that no test depends on the hour or the day on which it runs."""


def _monday_at_ten(after: datetime) -> datetime:
    """Return ten on the next Monday that is a working day, so that what is late on a page is so on every day."""
    found = TEN(after)
    while found.weekday():
        found = TEN(found + timedelta(hours=1))
    return found


NOW: datetime = _monday_at_ten(datetime.now(UTC))  # the machine's clock: an office cannot begin before it
"""The time of an office that lives in the test's own process: ten on a Monday that is a working day."""


async def set_clock(settings: Settings, now: datetime = NOW) -> None:
    """Set the clock of the office on a database."""
    database = Database(settings.database_url("migrator"), size=1)
    offset = now - datetime.now(UTC)  # the machine's clock: the office's is kept as the difference to it
    await SqlClock(database).set_offset(offset)
    await database.close()


def office_at_ten(**options: Any) -> AbstractAsyncContextManager[OfficeProcesses]:
    """Run a stack for a test, whose office begins on a working day at ten; it takes what `StackOptions` takes."""
    return OfficeProcesses.temporary(**{"first_hour": TEN} | options)


def unavailable(obstacle: StartFailed) -> NoReturn:
    """Skip the test because there is no server, or fail it where servers are required."""
    no_program("server", obstacle)


def no_program(what: str, obstacle: Exception) -> NoReturn:
    """Skip the test because what it runs on is missing, or fail it where that is required."""
    if os.environ.get("MENTORFLOW_TESTS_REQUIRE_SERVERS") == "1":
        pytest.fail(f"no {what}: {obstacle}", pytrace=False)
    pytest.skip(f"no {what}: {obstacle}")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database_server() -> AsyncIterator[OfficeProcesses]:
    """Yield a stack with only PostgreSQL, whose migrated database is the template of all fresh ones."""
    try:
        async with OfficeProcesses.temporary(
            workers=False, gateway=False, mail=False, temporal=False
        ) as office:
            await office.postgres.keep_as_template()
            yield office
    except StartFailed as obstacle:
        unavailable(obstacle)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def office_stack(database_server: OfficeProcesses) -> OfficeProcesses:
    """Return the same stack with its Temporal server running. Workers and gateway run in the test's own process."""
    try:
        await database_server.temporal.start()
    except StartFailed as obstacle:
        unavailable(obstacle)
    return database_server


@pytest.fixture(scope="session")
def temporal(office_stack: OfficeProcesses) -> str:
    """Return host and port of the Temporal server; its namespace is `mentorflow`."""
    return office_stack.settings.temporal_address


@pytest.fixture(scope="session")
def fresh_database(database_server: OfficeProcesses) -> FreshDatabase:
    """Return a maker of migrated, empty databases: `async with fresh_database() as settings`."""

    @asynccontextmanager
    async def fresh() -> AsyncIterator[Settings]:
        name = f"test_{secrets.token_hex(6)}"
        await database_server.postgres.fresh_database(name)
        try:
            yield database_server.settings.model_copy(update={"database_name": name})
        finally:
            await database_server.postgres.drop_database(name)

    return fresh


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def postgres(fresh_database: FreshDatabase) -> AsyncIterator[Settings]:
    """Yield the settings of a migrated, empty database that only this test module uses."""
    async with fresh_database() as settings:
        yield settings
