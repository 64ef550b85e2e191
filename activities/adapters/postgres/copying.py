"""COPY: many rows into one table in the caller's transaction, triggers and checks as with any other insert."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.errors import Unavailable

_BROKEN_RULE = "23"
_GONE = ("08", "57")
"""The classes of PostgreSQL's errors of a connection that ended, and of a server that ends."""


async def copy_rows(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows that all have the same columns; the transaction has begun with an earlier statement.

    Errors are those that ``execute`` raises.
    """
    if not rows:
        return
    columns = tuple(rows[0])
    if any(row.keys() != rows[0].keys() for row in rows):
        raise ValueError("the rows have different columns")
    driver: Any = (await connection.get_raw_connection()).driver_connection
    try:
        await driver.copy_records_to_table(
            table.name,
            schema_name=table.schema,
            columns=columns,
            records=[tuple([row[name] for name in columns]) for row in rows],
        )
    except asyncpg.PostgresError as error:
        state = error.sqlstate or ""
        if state[:2] in _GONE:
            raise Unavailable("database") from error
        kind = IntegrityError if state[:2] == _BROKEN_RULE else DBAPIError
        raise kind(f"COPY {table.fullname}", None, error) from error
    except asyncpg.InterfaceError as error:
        raise Unavailable("database") from error
