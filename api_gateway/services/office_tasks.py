"""What administrators do about tasks of the office itself, for the API and for pages."""

from activities.adapters.postgres.reads.tasks import TaskReads
from activities.adapters.postgres.writes.office_tasks import OfficeTaskWrites
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from api_gateway.services.stopped_runs import StoppedRuns
from domain.actors import Role
from domain.night_checks import Inquiry


async def look_into(
    reads: TaskReads, writes: OfficeTaskWrites, caller: Caller, task: str, found: Inquiry, command: str
) -> None:
    """Close a task about a fault that the nightly check found, with what came out; 404 for any other task."""
    inner = await _demanded(reads, caller, task)
    if not await writes.looked_into(inner, found, actor=caller.acting((Role.ADMIN,)), command=command):
        raise Problem(404, "no_such_task")


async def start_run_again(
    reads: TaskReads, runs: StoppedRuns, caller: Caller, task: str, command: str
) -> None:
    """Let a run decide again that has stopped, and close the task about it; 404 for any other task."""
    inner = await _demanded(reads, caller, task)
    await runs.start_again(inner, actor=caller.acting((Role.ADMIN,)), command=command)


async def _demanded(reads: TaskReads, caller: Caller, task: str) -> str:
    """Return the office's own id of a task; 404 for one that the caller does not see."""
    inner = await reads.seen(caller.sight, task)
    if inner is None:
        raise Problem(404, "no_such_task")
    return inner
