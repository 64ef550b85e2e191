"""Tasks that are about the office itself and no relationship: each changes with an event of the installation."""

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.journal import append_side
from domain.actors import SYSTEM, Actor, Role
from domain.ids import derive
from domain.journal import Kind
from domain.tasks import TaskKind


async def open_office_task(
    connection: AsyncConnection, kind: TaskKind, about: str, role: Role, *, region: str = "", why: str = ""
) -> None:
    """Open a task about ``about``, such as a program, unless one of that kind is open already.

    With ``region`` it is for those who work for that region; ``why`` holds codes.
    """
    # Two writers of one task wait for each other here, so that the second one finds the row of the first.
    lock = func.pg_advisory_xact_lock(int(derive("office task", kind.value, about)[:15], 16))
    await connection.execute(select(lock))
    row = tables.tasks.c
    known = select(func.count(), func.count().filter(row.closed_at.is_(None))).where(
        row.kind == kind.value, row.about == about
    )
    before, still_open = (await connection.execute(known)).one()
    if still_open:
        return
    now = await office_now(connection)
    task = derive("office task", kind.value, about, str(before))
    body = {"task": task, "kind": kind.value, "about": about} | ({"region": region} if region else {})
    event = await append_side(
        connection, "OfficeTaskOpened", body, command=task, actor=SYSTEM, decided_at=now
    )
    if event is not None:
        values = {
            "id": task,
            "stream": event.stream,
            "applied_seq": event.seq,
            "subject": event.stream,
            "subject_kind": Kind.INSTALLATION.value,
            "kind": kind.value,
            "role": role.value,
            "region": region,
            "why": why,
            "about": about,
            "opened_at": now,
            "closed_by": "",
            "outcome": "",
        }
        await connection.execute(insert(tables.tasks).values(values))


async def close_office_task(
    connection: AsyncConnection, task: str, outcome: str, actor: Actor = SYSTEM
) -> None:
    """Close an open task, as the person who did it, or because the office itself found that it is done."""
    now = await office_now(connection)
    event = await append_side(
        connection,
        "OfficeTaskClosed",
        {"task": task, "outcome": outcome},
        command=derive("office task closed", task),
        actor=actor,
        decided_at=now,
    )
    if event is not None:
        closed = {"applied_seq": event.seq, "closed_at": now, "closed_by": actor.id, "outcome": outcome}
        await connection.execute(update(tables.tasks).where(tables.tasks.c.id == task).values(closed))
