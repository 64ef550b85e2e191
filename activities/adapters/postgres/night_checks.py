"""The record of nightly checks, and the tasks about what they find."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import append_side
from activities.adapters.postgres.office_tasks import close_office_task, open_office_task
from activities.ports.night_checks import CheckedPart
from domain.actors import SYSTEM, Role
from domain.ids import derive
from domain.night_checks import CHECKS, MANY, FaultTask, JournalFault, fault_tasks
from domain.tasks import TaskKind

MENDED: Final = "mended"
"""The outcome of a task whose fault a later check no longer finds."""


class SqlNightChecks:
    """The ``NightCheckRecords`` port in PostgreSQL."""

    def __init__(self, database: Database, code: str = "") -> None:
        """Keep the records with the version of the ``code`` that checks."""
        self._database = database
        self._code = code

    async def begin(self, check: str) -> None:
        """Record that a check has begun."""
        async with self._database.transaction() as connection:
            now = await office_now(connection)
            row = {"id": check, "begun_at": now, "checks": ",".join(CHECKS), "code": self._code}
            await connection.execute(insert(tables.night_checks).values(row).on_conflict_do_nothing())

    async def end(self, check: str, done: CheckedPart) -> None:
        """Record what a check has found; open a task for each new fault, and close those of faults that are gone."""
        row = tables.night_checks.c
        async with self._database.transaction() as connection:
            now = await office_now(connection)
            faults = [{"stream": each.stream, "check": each.check, "code": each.code} for each in done.faults]
            found = {"counts": dict(done.counts), "faults": faults, "unnamed": done.unnamed}
            body = {"check": check, "counts": dict(done.counts), "faults": len(faults) + done.unnamed}
            event = await append_side(
                connection,
                "JournalChecked",
                body,
                command=derive("journal checked", check),
                actor=SYSTEM,
                decided_at=now,
            )
            if event is None:
                return
            before = await _faults_before(connection, check)
            ended = update(tables.night_checks).where(row.id == check)
            await connection.execute(ended.values(ended_at=now, **found))
            changes = fault_tasks(done.faults, done.unnamed, await _known(connection), before)
            for id in changes.close:
                await close_office_task(connection, id, MENDED)
            for fault in changes.open:
                await _ask(connection, fault.about, f"check_{fault.check},{fault.code}")
            if changes.others:
                await _ask(connection, MANY, f"check_{MANY},{changes.others}")


async def _ask(connection: AsyncConnection, about: str, why: str) -> None:
    await open_office_task(connection, TaskKind.LOOK_INTO_FAULT, about, Role.ADMIN, why=why)


async def _faults_before(connection: AsyncConnection, check: str) -> tuple[JournalFault, ...]:
    """Return the faults that the last check before this one named."""
    row = tables.night_checks.c
    last = select(row.faults).where(row.id != check, row.ended_at.is_not(None)).order_by(row.ended_at.desc())
    return tuple(JournalFault(**each) for each in await connection.scalar(last.limit(1)) or ())


async def _known(connection: AsyncConnection) -> Mapping[str, FaultTask]:
    """Return the newest task about each fault, by what it is about."""
    row = tables.tasks.c
    wanted = select(row.id, row.about, row.why, row.closed_at, row.closed_by)
    found: Any = await connection.execute(
        wanted.where(row.kind == TaskKind.LOOK_INTO_FAULT.value).order_by(row.opened_at, row.applied_seq)
    )
    return {
        each.about: FaultTask(
            id=each.id,
            code=each.why.rpartition(",")[2],
            open=each.closed_at is None,
            looked_into=each.closed_at is not None and each.closed_by != SYSTEM.id,
        )
        for each in found
    }
