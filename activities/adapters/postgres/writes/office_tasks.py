"""What administrators do about tasks of the office itself: a fault that the nightly check found, a run that stopped."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.office_tasks import close_office_task
from activities.adapters.postgres.parked_runs import run_about
from activities.adapters.postgres.writes.base import Writes
from domain.actors import Actor
from domain.night_checks import Inquiry
from domain.tasks import TaskKind


class OfficeTaskWrites(Writes):
    """The writes of tasks of the office itself."""

    async def looked_into(self, task: str, found: Inquiry, *, actor: Actor, command: str) -> bool:
        """Close a task about a fault with what came out; return whether there was such an open task."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return True
            about = await _open(connection, task, TaskKind.LOOK_INTO_FAULT)
            if about is None:
                return False
            body = {"task": task, "about": about, "found": found.value}
            await self._note(connection, "FaultLookedInto", body, actor, command)
            await close_office_task(connection, task, found.value, actor)
        return True

    async def stopped_run(self, task: str) -> str | None:
        """Return the id of the workflow that a task is about, whose run has stopped; None without such a task."""
        async with self._database.transaction() as connection:
            about = await _open(connection, task, TaskKind.START_RUN_AGAIN)
        return None if about is None else run_about(about)

    async def started_again(self, task: str, *, actor: Actor, command: str) -> None:
        """Close a task about a run that somebody has started again, unless it is closed already."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            about = await _open(connection, task, TaskKind.START_RUN_AGAIN)
            if about is not None:
                await self._note(
                    connection, "RunStartedAgain", {"task": task, "about": about}, actor, command
                )
                await close_office_task(connection, task, "started_again", actor)


async def _open(connection: AsyncConnection, task: str, kind: TaskKind) -> str | None:
    """Return what an open task of a kind is about; None without one."""
    row = tables.tasks.c
    wanted = select(row.about).where(row.id == task, row.kind == kind.value, row.closed_at.is_(None))
    found: str | None = await connection.scalar(wanted)
    return found
