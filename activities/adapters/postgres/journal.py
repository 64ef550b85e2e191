"""Writes of decisions: journal, projections and notices in one transaction; and the side streams."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Date, DateTime, Table, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.errors import JournalBehind, JournalFork
from activities.ports.journal import ParkedReport, Record, Recorded
from domain.actors import SYSTEM, Actor
from domain.ids import derive, s_stream, x_stream
from domain.journal import FIRST_PREV, Cause, Document, Envelope, Kind, encode, seal
from domain.projection_rows import Row

_TAKEN: Final = {"slot_taken_once": "slot_taken"}
"""Unique indexes over several streams, and the code that says what another stream took first."""


class _HeadMoved(Exception):
    """The stream did not end where these events begin."""


class SqlRecords:
    """The journal in PostgreSQL, written by one login role."""

    def __init__(self, database: Database, projections: Mapping[str, Table] = tables.PROJECTIONS) -> None:
        self._database = database
        self._projections = projections

    async def record(self, record: Record) -> Recorded:
        """See ``Records.record``.

        A retry can meet its own first attempt before that has committed: it waits at the head, finds it moved, and
        looks again at what stands there now. Only what differs then is a fork.
        """
        try:
            return await self._attempt(record)
        except _HeadMoved:
            pass
        try:
            return await self._attempt(record)
        except _HeadMoved as moved:
            raise JournalFork("the head is another one") from moved

    async def _attempt(self, record: Record) -> Recorded:
        try:
            async with self._database.transaction() as connection:
                return await self._record(connection, record)
        except IntegrityError as error:
            for index, code in _TAKEN.items():
                if index in str(error.orig):
                    return Recorded(seq=0, hash="", refused=code)
            raise JournalFork("a unique key of the journal") from error
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") == "MF001":
                raise _HeadMoved from error
            raise

    async def _record(self, connection: AsyncConnection, record: Record) -> Recorded:
        entries = [_entry(text) for text in record.events]
        first, last = entries[0], entries[-1]
        stored = await connection.execute(
            select(tables.events.c.seq, tables.events.c.bytes)
            .where(tables.events.c.stream == record.stream, tables.events.c.seq >= first["seq"])
            .where(tables.events.c.seq <= last["seq"])
        )
        standing = {row.seq: bytes(row.bytes) for row in stored}
        if standing:
            if any(standing.get(entry["seq"]) != entry["bytes"] for entry in entries):
                raise JournalFork("other bytes stand there")
            return Recorded(seq=last["seq"], hash=last["hash"])
        head = await connection.scalar(
            select(tables.heads.c.seq).where(tables.heads.c.stream == record.stream)
        )
        if (head or 0) < first["seq"] - 1:
            raise JournalBehind("the stream ends earlier")
        await connection.execute(insert(tables.events), entries)
        for row in record.rows:
            await self._put(connection, row, record.stream, last["seq"])
        if record.notices:
            await connection.execute(
                upsert(tables.notices).on_conflict_do_nothing(),
                [
                    {
                        "id": notice.id,
                        "kind": notice.kind.value,
                        "subject": notice.subject,
                        "seq": notice.seq,
                        "person": notice.person,
                        "region": notice.region,
                        "data": dict(notice.data),
                    }
                    for notice in record.notices
                ],
            )
        return Recorded(seq=last["seq"], hash=last["hash"])

    async def _put(self, connection: AsyncConnection, row: Row, stream: str, seq: int) -> None:
        table = self._projections[row.table]
        values = {name: column_value(table, name, value) for name, value in row.values.items()}
        values |= {"stream": stream, "applied_seq": seq}
        statement = upsert(table).values(id=row.key, **values)
        await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))

    async def append_parked(self, report: ParkedReport) -> None:
        """Note in the side stream that a workflow stopped deciding; the same report again changes nothing."""
        subject = report.workflow.partition("/")[2]
        async with self._database.transaction() as connection:
            await append_side(
                connection,
                "Parked",
                {"code": report.code, "stream": report.stream, "seq": report.seq},
                command=derive("parked", report.stream, str(report.seq), report.code),
                actor=SYSTEM,
                relationship=subject if report.workflow.startswith("relationship/") else "",
            )


def _entry(text: str) -> dict[str, Any]:
    """The columns of one event, from its own bytes."""
    encoded = text.encode("ascii")
    plain = json.loads(text)
    return {
        "stream": plain["stream"],
        "seq": plain["seq"],
        "kind": plain["kind"],
        "rel": plain.get("rel"),
        "type": plain["type"],
        "hash": seal(encoded),
        "prev": plain["prev"],
        "bytes": encoded,
        "command": plain["cause"]["command"],
        "step": plain["cause"]["step"],
    }


def column_value(table: Table, name: str, value: Any) -> Any:
    """A row's plain value as the column wants it."""
    if value is not None and isinstance(table.c[name].type, DateTime):
        return datetime.fromisoformat(value)
    if value is not None and isinstance(table.c[name].type, Date):
        return date.fromisoformat(value)
    return value


async def append_side(
    connection: AsyncConnection,
    type: str,
    body: Mapping[str, Any],
    *,
    command: str,
    actor: Actor,
    relationship: str = "",
    decided_at: datetime | None = None,
    docs: tuple[Document, ...] = (),
) -> None:
    """Append an event to a relationship's X stream, or without a relationship to the installation's S stream.

    The same command again changes nothing. ``decided_at`` is the database's clock unless the caller knows the
    office's time.
    """
    origin = (await connection.scalars(select(tables.installation.c.origin))).one()
    stream = x_stream(relationship) if relationship else s_stream(origin)
    # Two writers of one side stream wait for each other here, since both need the head.
    lock = select(func.pg_advisory_xact_lock(int(stream[:15], 16)))
    await connection.execute(lock)
    known = await connection.scalar(
        select(tables.events.c.seq).where(
            tables.events.c.stream == stream, tables.events.c.command == command
        )
    )
    if known is not None:
        return
    head = (
        await connection.execute(
            select(tables.heads.c.seq, tables.heads.c.hash).where(tables.heads.c.stream == stream)
        )
    ).first()
    now = decided_at or (await connection.scalars(select(func.now()))).one()
    envelope = Envelope(
        type=type,
        origin=origin,
        stream=stream,
        kind=Kind.SIDE if relationship else Kind.INSTALLATION,
        rel=relationship or None,
        seq=(head.seq if head else 0) + 1,
        prev=head.hash if head else FIRST_PREV,
        actor=actor,
        decided_at=now,
        cause=Cause(command=command),
        body=dict(body),
        docs=docs,
    )
    await connection.execute(insert(tables.events), [_entry(encode(envelope).decode("ascii"))])
