"""Emails in PostgreSQL for tests: the two roles that touch them, rows past the triggers, and a pair's events."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest_asyncio
from sqlalchemy import Table, insert, text

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import append_events
from domain.actors import SYSTEM, Actor
from domain.ids import derive
from domain.journal import FIRST_PREV, Cause, Envelope, Kind, encode, seal
from workers.settings import Settings


@dataclass(frozen=True)
class StoppedClock:
    """A clock that always shows the same instant."""

    instant: datetime

    async def now(self) -> datetime:
        return self.instant


@pytest_asyncio.fixture(loop_scope="session")
async def owner(postgres: Settings) -> AsyncIterator[Database]:
    """Yield the database as its owner signs in, without any email."""
    database = Database(postgres.database_url("migrator"), size=2)
    async with database.transaction() as connection:
        await connection.execute(text("truncate office.notices"))
    yield database
    await database.close()


@pytest_asyncio.fixture(loop_scope="session")
async def worker(postgres: Settings) -> AsyncIterator[Database]:
    """Yield the database as the worker signs in."""
    database = Database(postgres.database_url("worker"), size=2)
    yield database
    await database.close()


async def put(owner: Database, table: Table, *rows: dict[str, Any]) -> None:
    """Insert rows without the events that the triggers require."""
    async with owner.transaction() as connection:
        await connection.execute(text(f"alter table {table.fullname} disable trigger user"))
        await connection.execute(insert(table), list(rows))
        await connection.execute(text(f"alter table {table.fullname} enable trigger user"))


async def record(
    postgres: Settings,
    stream: str,
    at: datetime,
    *events: tuple[str, dict[str, Any]],
    by: tuple[Actor, ...] = (),
    kind: Kind = Kind.RELATIONSHIP,
) -> None:
    """Append the events of a stream as the worker does, each by its actor, or by the office itself."""
    prev, database = FIRST_PREV, Database(postgres.database_url("worker"), size=1)
    actors = by or (SYSTEM,) * len(events)
    async with database.transaction() as connection:
        for seq, ((type_, body), actor) in enumerate(zip(events, actors, strict=True), start=1):
            envelope = Envelope(
                type=type_,
                origin="test",
                stream=stream,
                kind=kind,
                rel=stream,
                seq=seq,
                prev=prev,
                actor=actor,
                decided_at=at,
                cause=Cause(command=derive("command", stream, str(seq))),
                body=body,
            )
            await append_events(connection, [envelope])
            prev = seal(encode(envelope))
    await database.close()
