"""Operations: the relationships that an import opens, and how many of them are recorded."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, not_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.starts import relationship_start
from activities.adapters.postgres.writes.group_meetings import UNREADABLE, log_unreadable
from activities.ports.journal import Clock
from activities.ports.operations import NotOpened, Unrecorded
from domain.workflow_contracts import RelationshipStart


class SqlOperations:
    """The ``Operations`` port in PostgreSQL."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._unreadable: set[str] = set()

    async def to_start(
        self, operation: str, limit: int, without: Collection[str] = ()
    ) -> tuple[RelationshipStart, ...]:
        """Return relationships of an operation that were not started, but for some; a person reads unreadable ones."""
        row = tables.applications.c
        starts = []
        async with self._database.transaction() as connection:
            wanted = select(row.id).where(
                row.id.in_(await _applications(connection, operation)),
                row.id.not_in(sorted(self._unreadable)),
                row.relationship.not_in(sorted(without)),
                row.started_at.is_(None),
            )
            for id in (await connection.scalars(wanted.order_by(row.id).limit(limit))).all():
                start = await _start(connection, id)
                if start is None:
                    log_unreadable("application", id)
                    self._unreadable.add(id)
                else:
                    starts.append(start)
        return tuple(starts)

    async def started(self, relationship: str) -> None:
        """Record that a relationship was started."""
        row = tables.applications.c
        noted = update(tables.applications).where(row.relationship == relationship)
        now = await self._clock.now()
        async with self._database.one_statement() as connection:
            await connection.execute(noted.values(started_at=now))

    async def progress(self, operation: str) -> tuple[int, int]:
        """Store how many relationships of an operation are recorded; return that number and how many there are."""
        row, application = tables.operations.c, tables.applications.c
        async with self._database.transaction() as connection:
            ids = await _applications(connection, operation)
            own = select(application.relationship).where(application.id.in_(ids))
            recorded = (
                await connection.scalar(select(func.count()).where(tables.relationships.c.id.in_(own))) or 0
            )
            await connection.execute(
                update(tables.operations).where(row.id == operation).values(done=recorded)
            )
        return recorded, len(ids)

    async def unrecorded(self, operation: str) -> tuple[Unrecorded, ...]:
        """Return the relationships of an operation that are not recorded."""
        row = tables.applications.c
        recorded = select(tables.relationships.c.id).where(tables.relationships.c.id == row.relationship)
        async with self._database.transaction() as connection:
            wanted = select(row.id, row.relationship).where(
                row.id.in_(await _applications(connection, operation)), not_(recorded.exists())
            )
            found = (await connection.execute(wanted.order_by(row.id))).all()
            return tuple(
                [
                    Unrecorded(
                        application=id,
                        relationship=relationship,
                        readable=await _start(connection, id) is not None,
                    )
                    for id, relationship in found
                ]
            )

    async def end(self, operation: str, not_opened: Sequence[NotOpened] = ()) -> None:
        """Store that an operation is done, or that some of its relationships can never be opened, with their rows."""
        row = tables.operations.c
        async with self._database.transaction() as connection:
            running = select(row.result).where(row.id == operation, row.state == "running").with_for_update()
            result: dict[str, Any] = await connection.scalar(running) or {}
            values: dict[str, Any] = {"state": "done", "ended_at": func.now()}
            if not_opened:
                named = [_named(result, each) for each in not_opened]
                values |= {"state": "incomplete", "result": {**result, "not_opened": named}}
            ended = update(tables.operations).where(row.id == operation, row.state == "running")
            await connection.execute(ended.values(values))


def _named(result: dict[str, Any], lost: NotOpened) -> dict[str, Any]:
    """Return the row of a list whose relationship cannot be opened; an import of before has kept no rows."""
    rows = dict(zip(result.get("applications", ()), result.get("rows", ()), strict=False))
    file, number = rows.get(lost.application, ("", 0))
    return {"file": file, "row": number, "relationship": lost.relationship, "code": lost.code}


async def _start(connection: AsyncConnection, application: str) -> RelationshipStart | None:
    try:
        return await relationship_start(connection, application)
    except UNREADABLE:
        return None


async def _applications(connection: AsyncConnection, operation: str) -> list[str]:
    row = tables.operations.c
    result = await connection.scalar(select(row.result).where(row.id == operation))
    return list((result or {}).get("applications", ()))
