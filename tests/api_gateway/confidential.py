"""What confidential matters leave in the database, and a text and a disclosure to look for."""

import json
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import create_async_engine

from activities.adapters.postgres import tables
from domain.ids import x_stream
from tests.api_gateway.conftest import Client
from tests.api_gateway.recorded import RecordedPair

SECRET = "qx7-Hundeleine-unter-uns"
DISCLOSURE = {"kind": "abuse", "disclosed_on": "2026-08-04", "office": "police", "by": "mentor"}


async def side_events(client: Client, pair: RecordedPair) -> list[dict[str, Any]]:
    async with client.office.database.transaction() as connection:
        found = await connection.scalars(
            select(tables.events.c.bytes)
            .where(tables.events.c.stream == x_stream(pair.case.id))
            .order_by(tables.events.c.seq)
        )
        return [json.loads(bytes(encoded)) for encoded in found]


async def whole_database(client: Client, without: str = "alembic_version") -> str:
    """Return every row of all tables but one as text, read by the owner of the schemas."""
    engine = create_async_engine(client.office.settings.database_url("migrator"))
    async with engine.connect() as connection:
        names = await connection.execute(
            text(
                "select schemaname, tablename from pg_tables"
                " where schemaname in ('office','journal','documents','money','private','keys','archive')"
            )
        )
        parts = [
            str(
                await connection.scalar(
                    text(f"select coalesce(json_agg(t)::text, '') from {schema}.{name} t")  # noqa: S608 - our own names
                )
            )
            for schema, name in names
            if name != without
        ]
    await engine.dispose()
    return "\n".join(parts)
