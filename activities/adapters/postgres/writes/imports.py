"""Imports: the files as sealed blobs, the proposal, the answers, what columns mean, and the operation that takes over.

A take-over is a command row like any other: whoever holds its claim lands it, and one that nobody answers is landed
again, under the same id.
"""

import base64
import json
import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.keyring import Keyring
from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.taken_over import taken_over
from activities.adapters.postgres.writes.base import Writes
from activities.adapters.postgres.writes.commands import CLAIM
from activities.adapters.postgres.writes.kept_answers import merged
from activities.adapters.postgres.writes.person_entries import WRITERS_OF_PEOPLE
from domain.actors import Actor
from domain.codec import from_plain, to_plain
from domain.ids import derive

KEPT: Final = timedelta(hours=24)
"""How long the files of an import are kept if nobody takes it over."""
LAND: Final = "LandImport"
"""The kind of the command row of a take-over; no workflow accepts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredImport:
    """An import as it is kept. ``content`` holds its files by name, ``proposal`` what was shown last."""

    id: str
    association: str
    program: str
    term: str
    actor: Actor
    content: Mapping[str, bytes]
    settings: Mapping[str, Any]
    proposal: Mapping[str, Any]
    digest: str
    answers: Mapping[str, Any]
    state: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver:
    """A take-over to carry out: its command, whose it is, and what it names."""

    command: str
    operation: str
    import_id: str
    digest: str
    actor: Actor


class ImportRows(Writes):
    """The rows of imports and operations."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        super().__init__(database)
        self._keyring = keyring

    async def add(self, new: StoredImport) -> bool:
        """Store a new import; the same again changes nothing, and returns False."""
        table = tables.imports
        row = {
            "id": new.id,
            "association": new.association,
            "program": new.program or None,
            "term": new.term or None,
            "actor": to_plain(new.actor),
            "files": self._sealed_files(new),
            "proposal": self._sealed_proposal(new.id, new.proposal),
            "digest": new.digest,
            "answers": dict(new.answers),
        }
        async with self._database.transaction() as connection:
            expires = await office_now(connection) + KEPT
            added = upsert(table).values(**row, expires_at=expires).on_conflict_do_nothing()
            return (await connection.execute(added.returning(table.c.id))).first() is not None

    async def one(self, id: str) -> StoredImport | None:
        """Return an import; None for an unknown one."""
        async with self._database.transaction() as connection:
            return await self.one_in(connection, id)

    async def proposed(self, association: str, limit: int) -> tuple[StoredImport, ...]:
        """Return the newest imports of an association that nobody has taken over yet."""
        row = tables.imports.c
        wanted = (
            select(tables.imports)
            .where(row.state == "proposed", row.association == association)
            .order_by(row.created_at.desc(), row.id)
        )
        async with self._database.transaction() as connection:
            return tuple(self._stored(found) for found in await connection.execute(wanted.limit(limit)))

    async def answered_before(
        self, association: str, maker: str
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
        """Return the proposal and the answers of somebody's newest import that has answers and was not taken over."""
        row = tables.imports.c
        wanted = (
            select(row.id, row.proposal, row.answers)
            .where(row.association == association, row.actor["id"].astext == maker)
            .where(row.state == "proposed", row.answers != {})
            .order_by(row.created_at.desc(), row.id)
            .limit(1)
        )
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted)).first()
        if found is None:
            return None
        return json.loads(self._open(found.id, "proposal", found.proposal)), found.answers

    async def one_in(
        self, connection: AsyncConnection, id: str, *, lock: bool = False
    ) -> StoredImport | None:
        """Return an import, and with ``lock`` keep others from changing it until the transaction ends."""
        wanted = select(tables.imports).where(tables.imports.c.id == id)
        row = (await connection.execute(wanted.with_for_update() if lock else wanted)).first()
        return None if row is None else self._stored(row)

    async def owner(self, id: str) -> tuple[str, Actor] | None:
        """Return the association of an import and who sends it; None for an unknown one. Nothing is unsealed."""
        row = tables.imports.c
        async with self._database.one_statement() as connection:
            found = (await connection.execute(select(row.association, row.actor).where(row.id == id))).first()
        return None if found is None else (found.association, from_plain(Actor, found.actor))

    async def add_answers(self, id: str, given: Mapping[str, Any]) -> StoredImport | None:
        """Add answers to those that are there, and return the import then; None if it is no longer a proposal."""
        row = tables.imports.c
        added = (
            update(tables.imports)
            .where(row.id == id, row.state == "proposed")
            .values(answers=row.answers.concat(dict(given)))
            .returning(tables.imports)
        )
        async with self._database.transaction() as connection:
            found = (await connection.execute(added)).first()
        return None if found is None else self._stored(found)

    async def show(
        self, id: str, proposal: Mapping[str, Any], digest: str, answers: Mapping[str, Any]
    ) -> bool:
        """Store the proposal that these answers make; return False if the import has other answers by now."""
        async with self._database.transaction() as connection:
            return await self.show_in(connection, id, proposal, digest, answers)

    async def show_in(
        self,
        connection: AsyncConnection,
        id: str,
        proposal: Mapping[str, Any],
        digest: str,
        answers: Mapping[str, Any],
    ) -> bool:
        """Store a proposal as ``show`` does, in the caller's transaction."""
        row = tables.imports.c
        shown = await connection.execute(
            update(tables.imports)
            .where(row.id == id, row.state == "proposed", row.answers == dict(answers))
            .values(proposal=self._sealed_proposal(id, proposal), digest=digest)
            .returning(row.id)
        )
        return shown.first() is not None

    async def begun(self, command: str) -> str | None:
        """Return the operation that a command has begun; None if it has begun none."""
        row = tables.operations.c
        async with self._database.one_statement() as connection:
            found: str | None = await connection.scalar(
                select(row.id).where(row.id == derive("operation", command))
            )
        return found

    async def begin(self, import_id: str, digest: str, *, actor: Actor, command: str) -> str | None:
        """Store that an import is taken over, and the command row that does it; return the operation.

        None: the proposal is another one, or somebody else takes it over.
        """
        operation = derive("operation", command)
        row, work = tables.imports.c, derive("land", operation)
        payload = {"import": import_id, "operation": operation, "digest": digest}
        command_row = {
            "id": work,
            "kind": LAND,
            "subject": operation,
            "payload": payload,
            "fingerprint": digest,
            "actor": to_plain(actor),
            "claimed_until": datetime.now(UTC),
        }
        async with self._database.transaction() as connection:
            begun = await connection.execute(
                update(tables.imports)
                .where(row.id == import_id, row.state == "proposed", row.digest == digest)
                .values(state="taking_over")
                .returning(row.id)
            )
            if begun.first() is None:
                return None
            made = {"id": operation, "kind": "import", "import": import_id}
            await connection.execute(upsert(tables.operations).values(made))
            await connection.execute(upsert(tables.commands).values(command_row))
        return operation

    async def next_take_over(self) -> TakeOver | None:
        """Claim the take-over that has waited longest; None if there is none.

        One that was released waits behind all that nobody has tried since.
        """
        row = tables.commands.c
        wanted = (
            select(row.id)
            .where(row.kind == LAND, row.answered_at.is_(None), row.claimed_until <= datetime.now(UTC))
            .order_by(row.claimed_until, row.created_at, row.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        claimed = (
            update(tables.commands)
            .where(row.id == wanted)
            .values(claimed_until=datetime.now(UTC) + CLAIM)
            .returning(row.id, row.payload, row.actor)
        )
        async with self._database.transaction() as connection:
            found = (await connection.execute(claimed)).first()
        if found is None:
            return None
        return TakeOver(
            command=found.id,
            operation=found.payload["operation"],
            import_id=found.payload["import"],
            digest=found.payload["digest"],
            actor=from_plain(Actor, found.actor),
        )

    @asynccontextmanager
    async def landing(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection whose transaction is the only one that writes about people."""
        async with self._database.transaction() as connection:
            await connection.execute(select(func.pg_advisory_xact_lock(WRITERS_OF_PEOPLE)))
            yield connection

    async def landed_in(
        self,
        connection: AsyncConnection,
        take_over: TakeOver,
        result: Mapping[str, Any],
        applications: Sequence[str],
    ) -> None:
        """Store that an import has landed: its files go, and its operation starts relationships if there are any."""
        row = tables.imports.c
        await connection.execute(
            update(tables.imports)
            .where(row.id == take_over.import_id)
            .values(state="landed", files={}, proposal={}, answers={})
        )
        ended = {} if applications else {"state": "done", "ended_at": func.now()}
        await connection.execute(
            update(tables.operations)
            .where(tables.operations.c.id == take_over.operation)
            .values(total=len(applications), result={**result, "applications": list(applications)}, **ended)
        )
        counts = {name: count for name, count in result.items() if isinstance(count, int)}
        body = {"import": take_over.import_id, "applications": len(applications), **counts}
        await self._note(connection, "RosterImported", body, take_over.actor, take_over.command)

    async def overtaken_in(
        self, connection: AsyncConnection, take_over: TakeOver, changed: Sequence[Mapping[str, Any]]
    ) -> None:
        """Store that nothing landed because the office changed meanwhile; the import is a proposal again.

        ``changed`` names rows and holds no personal data, because an operation stays.
        """
        await _end_without_landing(connection, take_over, "overtaken", {"overtaken_by": list(changed)})

    async def failed(self, take_over: TakeOver, code: str) -> None:
        """Store that nothing landed and that another try would end the same; the import is a proposal again."""
        async with self._database.transaction() as connection:
            await _end_without_landing(connection, take_over, "failed", {"failed_because": code})

    async def operation(self, id: str) -> Mapping[str, Any] | None:
        """Return an operation with the import that it takes over; None for an unknown one."""
        async with self._database.transaction() as connection:
            found = await connection.execute(select(tables.operations).where(tables.operations.c.id == id))
            row = found.mappings().first()
        return None if row is None else dict(row)

    async def taken_over(self, association: str, within: timedelta, most: int) -> list[Mapping[str, Any]]:
        """Return the newest operations of an association's imports, each with the actor of its import."""
        async with self._database.transaction() as connection:
            return await taken_over(connection, association, within, most)

    async def expire(self) -> int:
        """Remove the files, proposals and answers of imports that nobody took over in time; return how many."""
        row = tables.imports.c
        async with self._database.transaction() as connection:
            now = await office_now(connection)
            gone = await connection.execute(
                update(tables.imports)
                .where(row.state == "proposed", row.expires_at <= now)
                .values(state="expired", files={}, proposal={}, answers={})
                .returning(row.id)
            )
            return len(gone.all())

    async def column_maps(self, association: str) -> Sequence[Mapping[str, Any]]:
        """Return what people confirmed about the columns and codes of an association's lists."""
        row = tables.column_maps.c
        ours = select(tables.column_maps).where(row.association == association)
        wanted = ours.order_by(row.confirmed_at, row.file, row.headings_digest)
        async with self._database.transaction() as connection:
            return [dict(found) for found in (await connection.execute(wanted)).mappings()]

    async def numbers(self, association: str) -> Mapping[str, str]:
        """Return all member numbers of an association, each with the entry that stands for its human."""
        key, person = tables.person_keys.c, tables.people.c
        wanted = (
            select(key.key, func.coalesce(person.alias_of, person.id).label("human"))
            .join_from(tables.person_keys, tables.people, person.id == key.person)
            .where(key.association == association)
        )
        async with self._database.one_statement() as connection:
            return {key: human for key, human in await connection.execute(wanted)}  # noqa: C416 - rows are no pairs to a type checker

    async def regions(self, association: str) -> Mapping[str, str]:
        """Return the regions of an association with their names."""
        region = tables.regions.c
        wanted = select(region.code, region.name).where(region.association == association)
        async with self._database.one_statement() as connection:
            return {row.code: row.name for row in await connection.execute(wanted)}

    async def keep_column_maps_in(
        self,
        connection: AsyncConnection,
        rows: Sequence[Mapping[str, Any]],
        actor: Actor,
        command: str,
    ) -> None:
        """Store what somebody confirmed about columns and codes, by association, kind of list and its headings.

        Answers are added to those that are there, so that of two imports neither loses what the other has kept. One
        that replaces another has that one under ``before``, with who gave it and when, and an event says that it
        happened. Nobody else writes here meanwhile: it is done while an import lands.
        """
        if not rows:
            return
        made = upsert(tables.column_maps)
        keys, names = (
            ("association", "file", "headings_digest"),
            ("map", "answers", "confirmed_by", "confirmed_at"),
        )
        now = await office_now(connection)
        kept = tables.column_maps.c
        there = await connection.execute(
            select(tables.column_maps).where(kept.association.in_({row["association"] for row in rows}))
        )
        known = {tuple(row[key] for key in keys): dict(row) for row in there.mappings()}
        rows_now = [
            {**row, "answers": merged(known.get(tuple(row[key] for key in keys)), row["answers"], now)}
            for row in rows
        ]
        await connection.execute(
            made.on_conflict_do_update(
                index_elements=list(keys), set_={name: made.excluded[name] for name in names}
            ),
            [{**row, "confirmed_by": actor.id, "confirmed_at": now} for row in rows_now],
        )
        replaced = sum(
            "before" in row["answers"][id] and row["answers"][id]["at"] == now.isoformat()
            for row, new in zip(rows_now, rows, strict=True)
            for id in new["answers"]
        )
        if replaced:
            body = {"association": rows[0]["association"], "replaced": replaced}
            await self._note(connection, "KeptAnswersReplaced", body, actor, derive("kept", command))

    def _sealed_files(self, new: StoredImport) -> dict[str, Any]:
        sealed = [
            {
                "file": file,
                "key": self._keyring.current,
                "sealed": self._seal(new.id, f"files/{file}", content),
            }
            for file, content in new.content.items()
        ]
        return {"settings": dict(new.settings), "sealed": sealed}

    def _sealed_proposal(self, id: str, proposal: Mapping[str, Any]) -> dict[str, str]:
        sealed = self._seal(id, "proposal", json.dumps(proposal).encode())
        return {"key": self._keyring.current, "sealed": sealed}

    def _stored(self, row: Row[Any]) -> StoredImport:
        sealed = row.files.get("sealed", ())
        return StoredImport(
            id=row.id,
            association=row.association,
            program=row.program or "",
            term=row.term or "",
            actor=from_plain(Actor, row.actor),
            content={kept["file"]: self._open(row.id, f"files/{kept['file']}", kept) for kept in sealed},
            settings=row.files.get("settings", {}),
            proposal=json.loads(self._open(row.id, "proposal", row.proposal)) if row.proposal else {},
            digest=row.digest,
            answers=row.answers,
            state=row.state,
            expires_at=row.expires_at,
        )

    def _seal(self, id: str, record: str, content: bytes) -> str:
        packed = zlib.compress(content, 1)
        return base64.b64encode(self._keyring.seal(packed, scope=id, privacy="c2s", record=record)).decode()

    def _open(self, id: str, record: str, kept: Mapping[str, str]) -> bytes:
        sealed = base64.b64decode(kept["sealed"])
        packed = self._keyring.open(sealed, key_name=kept["key"], scope=id, privacy="c2s", record=record)
        return zlib.decompress(packed)


async def _end_without_landing(
    connection: AsyncConnection, take_over: TakeOver, state: str, result: Mapping[str, Any]
) -> None:
    row, operation = tables.imports.c, tables.operations.c
    await connection.execute(
        update(tables.imports)
        .where(row.id == take_over.import_id, row.state == "taking_over")
        .values(state="proposed")
    )
    await connection.execute(
        update(tables.operations)
        .where(operation.id == take_over.operation, operation.state == "running")
        .values(state=state, result=dict(result), ended_at=func.now())
    )
