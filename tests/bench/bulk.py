"""Pairs that are folded once and written many times in bulk, each with ids of its own, without the events' triggers."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

import asyncpg
from sqlalchemy import Table

from activities.adapters.postgres import tables
from domain.ids import derive
from domain.projection_rows import Row
from tests.bench.rosters import associations

_ID: Final = re.compile(r"\b[0-9a-f]{32}\b")
_TABLES: Final = tables.PROJECTIONS | tables.PROJECTIONS_MONEY
Rows = dict[Table, list[dict[str, Any]]]
"""The rows of each table."""


def own(text: str, number: int, kept: Collection[str] = ()) -> str:
    """Return a text with ids of its own in place of those of the folded pair; some are ``kept``."""
    return _ID.sub(lambda found: found[0] if found[0] in kept else derive(found[0], str(number)), text)


def copies(
    number: int, shown: tuple[Row, ...], region: str, kept: Collection[str] = ()
) -> Iterator[tuple[Table, dict[str, Any]]]:
    """Yield the rows of one pair with ids of its own, in a region, and the two people; some ids are ``kept``."""
    for row in shown:
        table = _TABLES[row.table]
        values = {
            name: own(value, number, kept) if isinstance(value, str) else value
            for name, value in row.values.items()
        }
        if "region" in values:
            values["region"] = region
        if row.table == "relationships":
            for side in ("mentee", "mentor"):
                if id := values[side]:
                    yield tables.people, person(id, f"{side.title()} {number}", region)
        key = own(row.key, number)
        yield table, {"id": key, "stream": key, "applied_seq": 1, **_typed(table, values)}


def person(id: str, name: str, region: str, **more: Any) -> dict[str, Any]:
    """Return the row of an invented person."""
    of = next(iter(associations()))
    given = {
        "id": id,
        "name": name,
        "region": region,
        "association": of,
        "language": "en",
        "salt": id,
        **more,
    }
    blank = {each.name: "" for each in tables.people.c if not each.nullable and each.server_default is None}
    return {**blank, **given, "created_at": datetime.now(UTC)}  # the machine's clock: any instant will do


def _typed(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a row as its columns have them."""

    def value(name: str, given: Any) -> Any:
        kind = table.c[name].type.python_type
        if kind in (datetime, date) and isinstance(given, str):
            return kind.fromisoformat(given)
        return given

    return {name: value(name, given) for name, given in values.items()}


async def write(url: str, rows: Rows) -> None:
    """Write rows in bulk as the owner of the tables."""
    connection = await asyncpg.connect(driver_url(url))
    for table, records in rows.items():
        columns = list(dict.fromkeys(column for record in records for column in record))
        await connection.execute(f"alter table {table.fullname} disable trigger user")
        await connection.copy_records_to_table(
            table.name,
            schema_name=table.schema,
            columns=columns,
            records=[tuple(record.get(column) for column in columns) for record in records],
        )
        await connection.execute(f"alter table {table.fullname} enable trigger user")
        await connection.execute(f"analyze {table.fullname}")
    await connection.close()


def driver_url(url: str) -> str:
    """Return the address of a database as the driver itself takes it."""
    return url.replace("+asyncpg", "")
