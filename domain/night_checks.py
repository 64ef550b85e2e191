"""The nightly check of the journal: its faults, and which of them become tasks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

CHECKS: Final = ("chain", "projection", "entry", "answer", "grant", "sign_in", "replay", "join")
"""What is checked; a fault names one of these."""
OPENED_AT_MOST: Final = 10
"""How many tasks one night opens; one more stands for all other faults."""
MANY: Final = "many"
"""What the task is about that stands for all other faults."""


class Inquiry(StrEnum):
    """What came out when somebody looked into a fault."""

    PUT_RIGHT = "put_right"
    EXPLAINED = "explained"
    """Nothing is to be put right: who looked knows what happened, for example a restore."""
    ERROR_OF_SOFTWARE = "error_of_software"
    REPORTED = "reported"
    """Somebody changed the records, and whoever must know it was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFault:
    """A failed check: the stream, the check (one of ``CHECKS``), a code.

    For the check ``entry``, ``stream`` is the id of the person, or of a stream that belongs to nobody; for ``answer``
    it has the ids of two people, for ``grant`` that of the grant, for ``sign_in`` that of the tied account.
    """

    stream: str
    check: str
    code: str

    @property
    def about(self) -> str:
        """What its task is about."""
        return f"{self.stream}/{self.check}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultTask:
    """The newest task about a fault; ``looked_into`` says that a person ended it."""

    id: str
    code: str
    open: bool
    looked_into: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultTasks:
    """What a check changes: the faults that become tasks, how many others there are, and the tasks that are done."""

    open: tuple[JournalFault, ...] = ()
    others: int = 0
    close: tuple[str, ...] = ()


def fault_tasks(
    faults: Collection[JournalFault],
    unnamed: int,
    known: Mapping[str, FaultTask],
    before: Collection[JournalFault],
) -> FaultTasks:
    """Return what a check changes about the tasks.

    A fault that somebody has looked into is told again only if a check in between did not find it.

    Args:
        faults: The faults of this check that are named.
        unnamed: How many more it found.
        known: The newest task about each fault, by what it is about.
        before: The faults that the check before this one named.
    """
    new = [fault for fault in faults if not _is_told(fault, known.get(fault.about), before)]
    others = max(0, len(new) - OPENED_AT_MOST) + unnamed
    found = {fault.about for fault in faults} | ({MANY} if others else set())
    close = (task.id for about, task in known.items() if task.open and about not in found and not unnamed)
    return FaultTasks(open=tuple(new[:OPENED_AT_MOST]), others=others, close=tuple(close))


def _is_told(fault: JournalFault, task: FaultTask | None, before: Collection[JournalFault]) -> bool:
    """Return whether somebody is to look into a fault, or has done so since it appeared."""
    if task is None:
        return False
    return task.open or (task.looked_into and task.code == fault.code and fault in before)
