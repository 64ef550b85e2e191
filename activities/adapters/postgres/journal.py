"""Writes of decisions: journal, projections and notices in one transaction; and the side streams."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Insert, Table, TableValuedAlias, bindparam, cast, func, insert, null, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import UserDefinedType

from activities.adapters.postgres import tables
from activities.adapters.postgres.copying import copy_rows
from activities.adapters.postgres.database import Database
from activities.errors import JournalBehind, JournalFork
from activities.ports.journal import JournalRecord, Recorded
from domain.actors import Actor
from domain.ids import s_stream, x_stream
from domain.journal import FIRST_PREV, Cause, Document, Envelope, Kind, encode, seal

_TAKEN: Final = {
    "slot_taken_once": "slot_taken",
    "order_approver_is_another_human": "approves_own_order",
    "order_approver_is_not_paid": "on_the_pair",
    "order_sender_is_another_human": "approver_sends",
    "order_sender_has_not_made_it": "maker_sends",
    "order_confirmer_is_another_human": "settles_own_order",
}
"""What the database checks over several streams and people, each with the code of the refusal."""

_EVENTS: Final = "events"


class _RowType(UserDefinedType[Any]):
    """The row type of a table."""

    cache_ok = True

    def __init__(self, table: str) -> None:
        self.table = table

    def get_col_spec(self, **_: Any) -> str:
        """Return the name of the type in PostgreSQL."""
        return self.table


class _HeadMoved(Exception):
    """The stream did not end where these events begin."""


class SqlRecords:
    """The journal in PostgreSQL, written by one login role."""

    def __init__(self, database: Database, projections: Mapping[str, Table] = tables.PROJECTIONS) -> None:
        self._database = database
        self._projections = projections

    async def record(self, record: JournalRecord) -> Recorded:
        """Write a decision once; see ``Records.record``.

        The statement is sent at once; the stored events are read only if the stream does not end before these. A
        retry can meet its own first attempt before that has committed: it waits at the head, finds it moved, and reads
        what is stored now. Only a difference then is a fork.
        """
        entries = [entry_of(text) for text in record.events]
        for _ in range(2):
            try:
                return await self._write(record, entries)
            except _HeadMoved as moved:
                recorded = await self._already_recorded(record.stream, entries)
                if recorded is not None:
                    return recorded
                cause = moved
        raise JournalFork("the head is another one") from cause

    async def _write(self, record: JournalRecord, entries: list[dict[str, Any]]) -> Recorded:
        last = entries[-1]
        try:
            async with self._database.one_statement() as connection:
                await connection.execute(*self.statement(record, entries))
        except IntegrityError as error:
            for index, code in _TAKEN.items():
                if index in str(error.orig):
                    return Recorded(seq=0, hash="", refused=code)
            raise JournalFork("a unique key of the journal") from error
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") == "MF001":
                raise _HeadMoved from error
            raise
        return Recorded(seq=last["seq"], hash=last["hash"])

    def statement(
        self, record: JournalRecord, entries: list[dict[str, Any]]
    ) -> tuple[Insert, dict[str, Any]]:
        """Return the statement that writes a record with these event columns, and its values."""
        projected = self._rows(record, entries[-1]["seq"])
        columns = (dict.fromkeys(name for row in rows for name in row) for rows in projected.values())
        statement = _statement(
            tuple((table, *names) for table, names in zip(projected, columns, strict=True))
        )
        values = {table.name: rows for table, rows in projected.items()}
        return statement, {**values, _EVENTS: [*map(_as_json, entries)]}

    def _rows(self, record: JournalRecord, seq: int) -> dict[Table, list[dict[str, Any]]]:
        """Return the rows to write by table; notices are rows, too."""
        found: dict[Table, list[dict[str, Any]]] = {}
        for row in record.rows:
            own = {"id": row.key, "stream": record.stream, "applied_seq": seq}
            found.setdefault(self._projections[row.table], []).append({**row.values, **own})
        if record.notices:
            found[tables.notices] = [
                {
                    "id": notice.id,
                    "kind": notice.kind.value,
                    "subject": notice.subject,
                    "seq": notice.seq,
                    "person": notice.person,
                    "region": notice.region,
                    "data": dict(notice.data),
                    "number": number,
                }
                for number, notice in enumerate(record.notices)
            ]
        return found

    async def _already_recorded(self, stream: str, entries: list[dict[str, Any]]) -> Recorded | None:
        """Return the answer to a record that is stored already; None if nothing is stored and the stream may go on."""
        first, last = entries[0], entries[-1]
        async with self._database.transaction() as connection:
            stored = await connection.execute(
                select(tables.events.c.seq, tables.events.c.bytes)
                .where(tables.events.c.stream == stream, tables.events.c.seq >= first["seq"])
                .where(tables.events.c.seq <= last["seq"])
            )
            known = {row.seq: bytes(row.bytes) for row in stored}
            head = await connection.scalar(select(tables.heads.c.seq).where(tables.heads.c.stream == stream))
        if known:
            if any(known.get(entry["seq"]) != entry["bytes"] for entry in entries):
                raise JournalFork("other bytes stand there")
            return Recorded(seq=last["seq"], hash=last["hash"])
        if (head or 0) < first["seq"] - 1:
            raise JournalBehind("the stream ends earlier")
        return None


@lru_cache(maxsize=1000)
def _statement(projected: tuple[tuple[Table, *tuple[str, ...]], ...]) -> Insert:
    """Return the one statement that writes events and the rows of some tables, each table's rows as one JSON value.

    It is a transaction by itself. The triggers check the rest: that the events follow the head, one after another, and
    at the end that each projection row names an event of this transaction.
    """
    columns = ("stream", "seq", "kind", "rel", "type", "hash", "prev", "bytes", "command", "step")
    events = _values(tables.events, _EVENTS, columns)
    statement = upsert(tables.events).from_select(columns, select(*events.c).order_by(events.c.seq))
    for table, *names in projected:
        rows = upsert(table).from_select(names, select(*_values(table, table.name, names).c))
        if table is tables.notices:
            rows = rows.on_conflict_do_nothing()
        else:
            changed = {name: rows.excluded[name] for name in names if name != "id"}
            rows = rows.on_conflict_do_update(index_elements=["id"], set_=changed)
        statement = statement.add_cte(rows.cte(f"written_{table.name}"))
    return statement


def _values(table: Table, name: str, columns: Sequence[str]) -> TableValuedAlias:
    """Return the rows in a JSON value, with the types of a table."""
    like = cast(null(), _RowType(table.fullname))
    rows = func.jsonb_populate_recordset(like, bindparam(name, type_=JSONB))
    return rows.table_valued(*columns, name=f"new_{table.name}")


def _as_json(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an event's columns as a JSON value; PostgreSQL reads bytes as hexadecimal digits."""
    return {**entry, "bytes": "\\x" + entry["bytes"].hex()}


def entry_of(text: str) -> dict[str, Any]:
    """Return the columns of one event, read from its bytes."""
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


async def append_events(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
    """Append events to the ends of their streams, thousands at once; the triggers check each of them.

    The transaction has begun with an earlier statement.
    """
    await copy_rows(connection, tables.events, [_entry(envelope) for envelope in envelopes])


def _entry(envelope: Envelope) -> dict[str, Any]:
    """Return the columns of one event."""
    encoded = encode(envelope)
    return {
        "stream": envelope.stream,
        "seq": envelope.seq,
        "kind": envelope.kind.value,
        "rel": envelope.rel,
        "type": envelope.type,
        "hash": seal(encoded),
        "prev": envelope.prev,
        "bytes": encoded,
        "command": envelope.cause.command,
        "step": envelope.cause.step,
    }


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
) -> Envelope | None:
    """Append an event to a relationship's X stream or, without a relationship, to the installation's S stream.

    It returns the event, or None if the same command has appended one before. ``decided_at`` is the database's clock
    unless the caller knows the office's time.
    """
    origin = (await connection.scalars(select(tables.installation.c.origin))).one()
    stream = x_stream(relationship) if relationship else s_stream(origin)
    # Two writers of one side stream wait for each other here, because both need the head.
    lock = select(func.pg_advisory_xact_lock(int(stream[:15], 16)))
    await connection.execute(lock)
    if await _has_recorded(connection, stream, command):
        return None
    seq, prev = await _side_head(connection, stream)
    now = decided_at or (await connection.scalars(select(func.now()))).one()
    envelope = Envelope(
        type=type,
        origin=origin,
        stream=stream,
        kind=Kind.SIDE if relationship else Kind.INSTALLATION,
        rel=relationship or None,
        seq=seq + 1,
        prev=prev,
        actor=actor,
        decided_at=now,
        cause=Cause(command=command),
        body=dict(body),
        docs=docs,
    )
    await connection.execute(insert(tables.events), [entry_of(encode(envelope).decode("ascii"))])
    return envelope


async def _has_recorded(connection: AsyncConnection, stream: str, command: str) -> bool:
    events = tables.events.c
    known = select(events.seq).where(events.stream == stream, events.command == command)
    return await connection.scalar(known) is not None


async def _side_head(connection: AsyncConnection, stream: str) -> tuple[int, str]:
    """Return the number and the hash of the last event of a side stream, or what comes before the first."""
    heads = tables.heads.c
    head = (await connection.execute(select(heads.seq, heads.hash).where(heads.stream == stream))).first()
    return (head.seq, head.hash) if head else (0, FIRST_PREV)
