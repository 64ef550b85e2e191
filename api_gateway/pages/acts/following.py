"""The task to which an act leads on: the same one if the act only began it, else the next one of the same pair."""

from collections.abc import Mapping
from typing import Any

from api_gateway.office import Office
from domain.messages import Command
from domain.task_acts import ACTS
from domain.tasks import TaskKind
from domain.visibility import Sight


async def next_task(office: Office, sight: Sight, task: str, sent: type[Command]) -> str:
    """Return the reader's next task after an act on one; nothing where there is none.

    Tasks of the same pair or money come first: whoever goes on there does not take one person for another.
    """
    before = await office.reads.tasks.one(sight, task)
    if before is not None and _only_begun(before, sent):
        return task
    same = await office.reads.tasks.of_subject(sight, before["subject"]) if before is not None else ()
    todo = await office.reads.tasks.page(sight, limit=2, open=True, own=True)
    rows = (*(row for row in same if row["own"]), *todo.rows)
    return next((row["id"] for row in rows if row["id"] != task), "")


def _only_begun(task: Mapping[str, Any], sent: type[Command]) -> bool:
    """Return whether an act only began a task, so that its next step is still to be done."""
    acts = ACTS[TaskKind(task["kind"])]
    begins = any(act.first and act.command == sent.__name__ for act in acts)
    return begins and task["closed_at"] is None and bool(task["own"])
