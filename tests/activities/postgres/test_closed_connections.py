"""Connections that the server has closed: what is sent again on a new one, and what is not."""

import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
import pytest_asyncio
from asyncpg.exceptions import ConnectionDoesNotExistError
from sqlalchemy import Executable, event, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.errors import Unavailable
from domain.ids import derive
from tests.conftest import FreshDatabase
from tests.domain.builders import START

DELIVERY = insert(tables.deliveries).values(claim=derive("c"), act="deliver", delivered_at=START)
DELIVERIES = select(func.count()).select_from(tables.deliveries)
SESSION = select(func.pg_backend_pid())


@pytest_asyncio.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    async with fresh_database() as settings:
        pool = Database(settings.database_url("worker"), size=1)
        async with pool.one_statement() as connection:  # the first connection has questions of its own
            await connection.scalar(DELIVERIES)
        yield pool
        await pool.close()


async def ended_session(database: Database) -> int:
    """End the session of the pool's connection. The event loop does not run meanwhile, so the driver cannot notice."""
    async with database.one_statement() as connection:
        session = int(await connection.scalar(SESSION))
    os.kill(session, signal.SIGTERM)
    time.sleep(0.3)
    return session


async def deliver(opened: AbstractAsyncContextManager[AsyncConnection], *more: Executable) -> None:
    """Write a delivery on a connection, then execute more."""
    async with opened as connection:
        for statement in (DELIVERY, *more):
            await connection.execute(statement)


async def test_a_transaction_begins_again_on_a_new_connection(database: Database) -> None:
    ended = await ended_session(database)
    async with database.transaction() as connection:
        await connection.execute(DELIVERY)
        assert await connection.scalar(SESSION) != ended
    async with database.transaction() as connection:
        assert await connection.scalar(DELIVERIES) == 1


async def test_a_select_alone_is_sent_again_and_still_has_no_transaction(database: Database) -> None:
    ended = await ended_session(database)
    async with database.one_statement() as connection:
        assert await connection.scalar(SESSION) != ended
        raw = await connection.get_raw_connection()
        assert not raw.driver_connection.is_in_transaction()


async def test_a_write_alone_is_not_sent_again_because_it_may_have_been_committed(database: Database) -> None:
    sent = []

    def lose_the_answer(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
        sent.append(statement)
        cursor.execute(statement, parameters)
        connection = cursor._adapt_connection
        connection.driver_connection.terminate()
        return bool(connection._handle_exception(ConnectionDoesNotExistError("lost")))

    event.listen(database.engine.sync_engine, "do_execute", lose_the_answer)
    with pytest.raises(Unavailable):
        await deliver(database.one_statement())
    event.remove(database.engine.sync_engine, "do_execute", lose_the_answer)
    assert len(sent) == 1
    async with database.one_statement() as connection:
        assert await connection.scalar(DELIVERIES) == 1


async def test_a_later_statement_of_a_transaction_is_not_sent_again(database: Database) -> None:
    ending = select(func.pg_terminate_backend(func.pg_backend_pid()))
    with pytest.raises(Unavailable):
        await deliver(database.transaction(), ending)
    async with database.transaction() as connection:
        assert await connection.scalar(DELIVERIES) == 0


async def test_a_pool_without_a_free_connection_does_not_answer_now(database: Database) -> None:
    async with database.transaction():
        with pytest.raises(Unavailable):
            async with database.transaction():
                pass
        with pytest.raises(Unavailable):
            async with database.selects():
                pass
    async with database.selects() as connection:
        assert await connection.scalar(DELIVERIES) == 0
