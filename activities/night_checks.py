"""The nightly check: do journal, tables and runs still agree? It has many short parts, so a kill costs one of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from temporalio import activity

from activities.ports.night_checks import CheckedPart, JournalChecks, NightCheckRecords

BEAT: Final = 3.0
"""Seconds between two heartbeats; a part without any is given to another worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInput:
    """Which check."""

    check: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPartInput:
    """Where the part begins."""

    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCheckInput:
    """Which check has ended, and what all its parts together have found."""

    check: str
    done: CheckedPart


class NightCheckActivities:
    """The parts of the nightly check."""

    def __init__(self, checks: JournalChecks, records: NightCheckRecords) -> None:
        self._checks = checks
        self._records = records

    @activity.defn
    async def begin_check(self, begun: CheckInput) -> None:
        """Record that a check has begun."""
        await self._records.begin(begun.check)

    @activity.defn
    async def check_part(self, part: CheckPartInput) -> CheckedPart:
        """Check the part that begins at a place, with heartbeats."""
        async with _beating():
            return await self._checks.part(part.place)

    @activity.defn
    async def end_check(self, ended: EndCheckInput) -> None:
        """Record what a check has found, and open or close the tasks about it."""
        await self._records.end(ended.check, ended.done)


@asynccontextmanager
async def _beating() -> AsyncIterator[None]:
    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(BEAT)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
