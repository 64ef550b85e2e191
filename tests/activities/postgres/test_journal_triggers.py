"""What the database refuses although a login role may insert, and a retry that meets its own first attempt."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords, entry_of
from activities.ports.journal import Recorded
from domain.ids import derive
from domain.journal import FIRST_PREV, seal
from tests.activities.postgres.test_journal import Stream, database
from workers.settings import Settings

__all__ = ["database"]
WHOLE = {"stream": derive("any"), "seq": 1, "prev": FIRST_PREV, "type": "Any", "kind": "R"}


async def put(
    settings: Settings, role: str, written: dict[str, Any], after: str = "", **columns: Any
) -> None:
    """Insert an event as a login role, with columns from ``WHOLE``; then run one more statement with it."""
    encoded = json.dumps(written).encode()
    values = WHOLE | {"command": "c", "step": 0, "bytes": encoded, "hash": seal(encoded)} | columns
    engine = create_async_engine(settings.database_url(role))
    try:
        async with engine.begin() as connection:
            await connection.execute(insert(tables.events).values(**values))
            if after:
                await connection.execute(text(after), {"stream": values["stream"]})
    finally:
        await engine.dispose()


async def test_a_retry_that_overtakes_its_first_attempt_gets_the_same_answer(
    database: tuple[Settings, Database],
) -> None:
    _, pool = database
    records, stream = SqlRecords(pool), Stream()
    opening = stream.opening()
    async with pool.transaction() as slow:
        await slow.execute(*records.statement(opening, [entry_of(text) for text in opening.events]))
        retry = asyncio.ensure_future(records.record(opening))
        await asyncio.sleep(0.3)
        assert not retry.done()
    assert await retry == Recorded(seq=stream.head.seq, hash=stream.head.hash)


async def test_an_event_whose_bytes_and_columns_agree_is_accepted(
    database: tuple[Settings, Database],
) -> None:
    await put(database[0], "worker", WHOLE)


@pytest.mark.parametrize("key", list(WHOLE))
async def test_bytes_that_lack_a_field_are_refused(database: tuple[Settings, Database], key: str) -> None:
    lacking = {name: value for name, value in WHOLE.items() if name != key}
    with pytest.raises(DBAPIError, match="event_columns"):
        await put(database[0], "worker", lacking)


@pytest.mark.parametrize(("key", "value"), [("kind", "X"), ("type", "Other"), ("rel", derive("other"))])
async def test_a_column_that_differs_from_the_bytes_is_refused(
    database: tuple[Settings, Database], key: str, value: str
) -> None:
    with pytest.raises(DBAPIError, match="event_columns"):
        await put(database[0], "worker", WHOLE, **{key: value})


@pytest.mark.parametrize(
    ("role", "kind"), [("gateway", "R"), ("gateway", "P"), ("payments", "R"), ("worker", "P")]
)
async def test_a_role_writes_only_its_own_kinds_of_stream(
    database: tuple[Settings, Database], role: str, kind: str
) -> None:
    with pytest.raises(DBAPIError, match="writes no stream of kind"):
        await put(database[0], role, WHOLE | {"kind": kind}, kind=kind)


async def test_payments_cannot_take_over_a_task_of_a_relationship(
    database: tuple[Settings, Database],
) -> None:
    settings, pool = database
    await SqlRecords(pool).record(Stream().opening())
    theft = "update office.tasks set stream = :stream, applied_seq = 1, closed_at = '2026-10-01'"
    with pytest.raises(DBAPIError, match="belongs to another stream"):
        await put(settings, "payments", WHOLE | {"kind": "P"}, theft, kind="P")
