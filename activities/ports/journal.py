"""What activities need from the outside world, as Protocols. Adapters implement them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.notices import Notice
from domain.projection_rows import Row
from domain.relationship.facts import Facts, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRecord:
    """One decision to record: canonical event texts, the rows that changed, the notices that follow."""

    workflow: str
    run: str
    stream: str
    command: str
    events: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The end of the stream after a record; ``refused`` is a code if another stream has taken what this one needs."""

    seq: int
    hash: str
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedReport:
    """A workflow whose record was refused: which stream, at which number, with which code."""

    workflow: str
    stream: str
    seq: int
    code: str


class Records(Protocol):
    """The journal and its projections. Each call is one transaction."""

    async def record(self, record: JournalRecord) -> Recorded:
        """Write a decision once; for the same bytes again, return the answer without writing.

        Raises:
            JournalFork: The journal has other bytes at these numbers, or another hash before them.
            JournalBehind: The stream ends before these numbers.
        """


class FactsReader(Protocol):
    """Look-ups for decisions."""

    async def facts(self, question: Question) -> Facts:
        """Return what the database says as of the question's instant."""


class Clock(Protocol):
    """The time that everything outside workflows uses."""

    async def now(self) -> datetime:
        """Return the present instant, with its time zone."""
