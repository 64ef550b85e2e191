"""Operations: the relationships that an import opens, and how many of them are recorded."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import FromClause, Select, bindparam, func, not_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.starts import relationship_starts
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
        values: dict[str, Any] = {"operation": operation, "count": limit}
        values |= {"without": sorted(without), "unreadable": sorted(self._unreadable)}
        async with self._database.transaction() as connection:
            ids = (await connection.scalars(_LEFT, values)).all()
            found = await relationship_starts(connection, ids)
        self._unreadable |= {*ids} - found.keys()
        return tuple(found[id] for id in ids if id in found)

    async def started(self, relationships: Collection[str]) -> None:
        """Record that relationships were started."""
        row = tables.applications.c
        noted = update(tables.applications).where(row.relationship.in_(relationships))
        now = await self._clock.now()
        async with self._database.one_statement() as connection:
            await connection.execute(noted.values(started_at=now))

    async def progress(self, operation: str) -> tuple[int, int]:
        """Store how many relationships of an operation are recorded; return that number and how many there are."""
        async with self._database.one_statement() as connection:
            found = (await connection.execute(_PROGRESS, {"operation": operation})).one()
        return found.done, found.total

    async def unrecorded(self, operation: str) -> tuple[Unrecorded, ...]:
        """Return the relationships of an operation that are not recorded."""
        row = tables.applications.c
        recorded = select(tables.relationships.c.id).where(tables.relationships.c.id == row.relationship)
        own = _of_operation()
        wanted = select(row.id, row.relationship).join(own, own.c.id == row.id).where(not_(recorded.exists()))
        async with self._database.transaction() as connection:
            found = (await connection.execute(wanted.order_by(row.id), {"operation": operation})).all()
            readable = await relationship_starts(connection, [id for id, _ in found])
        return tuple(
            Unrecorded(application=id, relationship=relationship, readable=id in readable)
            for id, relationship in found
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
    """Return the row of a list whose relationship cannot be opened; an older import has kept no rows."""
    rows = dict(zip(result.get("applications", ()), result.get("rows", ()), strict=False))
    file, number = rows.get(lost.application, ("", 0))
    return {"file": file, "row": number, "relationship": lost.relationship, "code": lost.code}


def _of_operation() -> FromClause:
    """Return the ids of the applications of an operation, one in a row."""
    row = tables.operations.c
    ids = func.jsonb_array_elements_text(row.result["applications"]).label("id")
    return select(ids).where(row.id == bindparam("operation")).subquery("own")


def _left() -> Select[str]:
    """Return the select for applications of an operation that were not started."""
    row, own = tables.applications.c, _of_operation()
    wanted = select(row.id).join(own, own.c.id == row.id).where(row.started_at.is_(None))
    wanted = wanted.where(row.id.not_in(bindparam("unreadable", expanding=True)))
    wanted = wanted.where(row.relationship.not_in(bindparam("without", expanding=True)))
    return wanted.order_by(row.id).limit(bindparam("count"))


def _progress() -> ReturningUpdate[int, int]:
    """Return the statement that counts what is recorded of an operation, and stores that."""
    row, application, own = tables.operations.c, tables.applications.c, _of_operation()
    recorded = (
        select(func.count())
        .select_from(own)
        .join(tables.applications, application.id == own.c.id)
        .join(tables.relationships, tables.relationships.c.id == application.relationship)
    )
    total = func.coalesce(func.jsonb_array_length(row.result["applications"]), 0)
    stored = update(tables.operations).where(row.id == bindparam("operation"))
    return stored.values(done=recorded.scalar_subquery()).returning(row.done, total.label("total"))


# Built once: building them takes longer than PostgreSQL takes to answer.
_LEFT: Final = _left()
_PROGRESS: Final = _progress()
