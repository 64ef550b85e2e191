"""Runs that have stopped deciding, because the journal refused their record: the event, and the task about each."""

from functools import cache
from typing import Any

from sqlalchemy import Select, func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import append_side
from activities.adapters.postgres.office_tasks import close_office_task, open_office_task
from activities.ports.journal import ParkedReport
from activities.ports.parked_runs import ParkedRun
from domain.actors import SYSTEM, Role
from domain.ids import derive
from domain.tasks import TaskKind
from domain.workflow_contracts import workflow_id

_KIND = TaskKind.START_RUN_AGAIN


class SqlParkedRuns:
    """The ``ParkedRuns`` port in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append_parked(self, report: ParkedReport) -> None:
        """Record in the side stream that a run stopped deciding, and open a task; the same report changes nothing.

        A run that was started again and stops again is reported once more.
        """
        kind, _, subject = report.workflow.partition("/")
        about = f"{subject}/{kind}"
        task = tables.tasks.c
        ended = select(func.count()).where(
            task.kind == _KIND.value, task.about == about, task.closed_at.is_not(None)
        )
        async with self._database.transaction() as connection:
            times = await connection.scalar(ended)
            again = (str(times),) if times else ()
            await append_side(
                connection,
                "Parked",
                {"code": report.code, "stream": report.stream, "seq": report.seq},
                command=derive("parked", report.stream, str(report.seq), report.code, *again),
                actor=SYSTEM,
                relationship=subject if kind == "relationship" else "",
            )
            await open_office_task(connection, _KIND, about, Role.ADMIN, why=report.code)

    async def open(self, limit: int) -> tuple[ParkedRun, ...]:
        """Return the runs that have stopped, as the open tasks know them, the longest ago first."""
        task = tables.tasks.c
        wanted = stopped().order_by(task.opened_at, task.id).limit(limit)
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted)).all()
        return tuple(ParkedRun(task=row.id, workflow=run_about(row.about)) for row in found)

    async def goes_on(self, task: str) -> None:
        """Close the task about a run that decides again, or has ended."""
        async with self._database.transaction() as connection:
            await close_office_task(connection, task, "goes_on")


@cache
def stopped() -> Select[Any]:
    """Return a select for the open tasks about runs that have stopped, and what each is about."""
    task = tables.tasks.c
    return select(task.id, task.about).where(task.kind == _KIND.value, task.closed_at.is_(None))


def run_about(about: str) -> str:
    """Return the id of the workflow that a task is about."""
    subject, _, kind = about.partition("/")
    return workflow_id(kind, subject)
