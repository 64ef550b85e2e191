"""A worker of the nightly check in its own process, which kills itself once in the middle, as a power cut would."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from temporalio import activity
from temporalio.worker import Worker

from activities.night_checks import NightCheckActivities
from activities.ports.night_checks import CheckedPart
from domain.night_checks import JournalFault
from tests.workflows.pairs import connected
from workers.assembly import activities_of
from workflows.night_check import NightCheckWorkflow

PARTS = 5


class Parts:
    """Five parts of ten streams; the third kills the process once. Each writes a line when it has ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def part(self, place: str) -> CheckedPart:
        """Check one part."""
        number = int(place or 0)
        if number == 2 and not (self._folder / "cut").exists():
            (self._folder / "cut").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        with (self._folder / "parts").open("a") as parts:
            parts.write(f"{number}\n")
        fault = JournalFault(stream=f"{number}", check="join", code="x")
        faults = (fault, JournalFault(stream="seen in each part", check="answer", code="y"))
        return CheckedPart(
            next="" if number + 1 == PARTS else str(number + 1), counts={"terms": 10}, faults=faults
        )


class Records:
    """The record, as lines of a file."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "records"

    async def begin(self, check: str) -> None:
        """Note the beginning."""
        with self._file.open("a") as lines:
            lines.write(f"begun {check}\n")

    async def end(self, check: str, done: CheckedPart) -> None:
        """Note the end."""
        with self._file.open("a") as lines:
            found = " ".join(each.stream for each in done.faults if each.check == "join")
            lines.write(f"ended {check} {done.counts['terms']} {len(done.faults)} {found}\n")


class Outbox:
    """The outbox, which notes that it was called."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "records"

    @activity.defn
    async def call_outbox(self) -> None:
        """Note the call."""
        with self._file.open("a") as lines:
            lines.write("outbox called\n")


async def main(address: str, queue: str, folder: Path) -> None:
    """Serve until the parent process or the power cut kills this one."""
    client = await connected(address)
    checks = activities_of(NightCheckActivities(Parts(folder), Records(folder)))
    await asyncio.gather(
        Worker(client, task_queue=queue, workflows=[NightCheckWorkflow]).run(),
        Worker(client, task_queue="checks", activities=checks).run(),
        Worker(client, task_queue="notices", activities=[Outbox(folder).call_outbox]).run(),
    )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
