"""The demo's clock: it moves every open workflow, then the row that all other parts of the office read.

It keeps that order so that nobody sees a day on which a deadline has passed and its reminder is missing. The outbox
comes last: it reads the row, and its own timer is not moved.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from temporalio.client import Client

from activities.adapters.files.program_files import calendars_of_associations, read_programs
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.digests import SqlDigests
from activities.adapters.postgres.open_work import SqlOpenWork
from activities.digests import DigestPlanning
from workers.schedules import check_journal, keep_house
from workers.settings import ProcessRole, Settings
from workers.temporal import TemporalOutbox, connect
from workers.time_skipping import BEYOND, Skipper

AT_ONCE: Final = 32
"""How many runs are moved at the same time."""
_MOMENT: Final = timedelta(microseconds=1)
_WEEKS_WITH_A_DIGEST: Final = timedelta(weeks=4)
"""How far a clock without another stop looks ahead for a digest."""
_NAMED: Final = 10
"""The most open items that a message names."""


class ClockRow(Protocol):
    """The one row that says how far the demo's now is ahead."""

    async def offset(self) -> timedelta:
        """Return how far ahead; zero if there is no row."""

    async def set_offset(self, offset: timedelta) -> None:
        """Write the row."""


class OpenWork(Protocol):
    """The work that the database knows to be open. Temporal's lists are not used, because they lag behind."""

    async def open_work(self) -> int:
        """Count commands without an answer, notices about to be sent, relationships that do not exist yet."""

    async def housekeeping_needed(self) -> bool:
        """Return whether a round of housekeeping may find anything to do."""

    async def unopened_terms(self) -> int:
        """Count the terms in regions that housekeeping will start and that have no row yet."""

    async def next_email(self, now: datetime) -> datetime | None:
        """Return the first instant after ``now`` at which an email that waits may leave."""

    async def next_deadline(self, now: datetime) -> datetime | None:
        """Return the first deadline of a run after ``now``."""

    async def next_deadline_of(self, relationship: str, now: datetime) -> datetime | None:
        """Return the next deadline of one relationship after ``now``."""

    async def email_of(self, relationship: str) -> datetime | None:
        """Return the first instant at which an email about one relationship may leave that waits for no person."""

    async def open_runs(self) -> tuple[str, ...]:
        """Return the ids of all relationships, obligations and terms that are running."""

    async def kept_back(self) -> int:
        """Count the emails that may leave and wait for the mail server."""

    async def undelivered(self) -> tuple[str, ...]:
        """Return the ids of the runs that housekeeping tells to deliver their claims again."""

    async def recorded(self) -> dict[str, int]:
        """Return how many events each workflow has recorded, by its id, including ended ones."""

    async def open_items(self) -> tuple[str, ...]:
        """Return what ``open_work`` counts, each with what it is, its id, since when, and its last fault."""


class Mornings(Protocol):
    """When digests leave."""

    async def next_at(self, now: datetime, before: datetime) -> datetime | None:
        """Return the first instant from ``now`` to ``before`` at which a digest leaves if nothing changes."""

    async def unplanned(self, now: datetime) -> frozenset[str]:
        """Return the ids of this morning's digests that the outbox has not planned yet."""

    async def planned(self, digests: frozenset[str]) -> bool:
        """Return whether the outbox has planned all of some digests."""


class NotAtRest(RuntimeError):
    """The office did not become idle in time after the clock was moved."""


class DemoClock:
    """The clock: demo now = real now + offset. It only moves forward."""

    def __init__(
        self,
        client: Client,
        row: ClockRow,
        work: OpenWork,
        digests: Mornings,
        *,
        seconds: float = 60.0,
    ) -> None:
        """Set the parts.

        Args:
            client: The office's client.
            row: Where the offset is kept.
            work: What the database knows to be open.
            digests: When the next digest leaves.
            seconds: How long the move of one run may take, and how long the office may take to become idle.
        """
        self._client = client
        self._row = row
        self._work = work
        self._digests = digests
        self._skipper = Skipper(client, seconds=seconds)
        self._outbox = TemporalOutbox(client)
        self._seconds = seconds
        self._idle: dict[str, int] = {}
        """How many events each workflow had recorded when it was last seen idle."""

    async def now(self) -> datetime:
        """Return the demo's now."""
        return datetime.now(UTC) + await self._row.offset()

    async def move_to(self, instant: datetime) -> datetime:
        """Move the office to an instant, from stop to stop, and wait until it is idle there.

        A stop is a deadline, an instant at which an email that waits may leave, or a morning on which a digest has a
        line. At each, the runs come first, then the clock's row, then the outbox. An earlier instant than now changes
        nothing.

        Returns:
            The demo's now afterward.

        Raises:
            NotSkipped: A run did not get there.
            NotAtRest: Something is still open.
        """
        if instant <= await self.now():
            await self.rest()
            return await self.now()
        while True:
            now = await self.now()
            email, deadline = await self._work.next_email(now), await self._work.next_deadline(now)
            stop = min(deadline or instant, instant)
            digest = await self._digests.next_at(now, max(min(email or stop, stop), now + _MOMENT))
            if digest is not None:
                await self._digests_at(max(digest, now))
            elif now >= instant:
                return now
            elif email is not None and email < stop:
                await self._send_at(email)
            else:
                await self._stop_at(stop)

    async def next_stop(self) -> datetime | None:
        """Return the next instant at which something is due: a deadline, an email that waits, or a digest."""
        now = await self.now()
        email, deadline = await self._work.next_email(now), await self._work.next_deadline(now)
        first = min((stop for stop in (email, deadline) if stop is not None), default=None)
        digest = await self._digests.next_at(now, max(first or now + _WEEKS_WITH_A_DIGEST, now + _MOMENT))
        return first if digest is None else digest

    async def next_deadline(self, pair: str) -> datetime | None:
        """Return the next deadline of a pair; if it has none, the next of any run."""
        now = await self.now()
        return await self._work.next_deadline_of(pair, now) or await self._work.next_deadline(now)

    async def next_due(self) -> datetime | None:
        """Return the next deadline of any run; None if none is ahead."""
        return await self._work.next_deadline(await self.now())

    async def email_of(self, pair: str) -> datetime | None:
        """Return when the first email about a pair that waits may leave."""
        return await self._work.email_of(pair)

    async def skips(self) -> bool:
        """Return whether the server has moved an open run as far as the office's clock; a plain server never does."""
        runs = await self._work.open_runs()
        if not runs or await self._row.offset() <= timedelta():
            return True
        return await self._skipper.skips(runs[0])

    async def _digests_at(self, instant: datetime) -> None:
        """Let digests leave on a morning on which one has a line."""
        awaited = await self._digests.unplanned(instant)
        await self._send_at(instant)
        try:
            async with asyncio.timeout(self._seconds):
                while not await self._digests.planned(awaited):  # noqa: ASYNC110 - the outbox plans them
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise NotAtRest(f"after {self._seconds:.0f} s the outbox has planned no digest") from None
        await self._wait()

    async def _send_at(self, instant: datetime) -> None:
        """Let emails leave at an instant at which no run has a deadline."""
        await self._show(instant)
        await self._outbox.call()
        await self._wait()

    async def _show(self, instant: datetime) -> None:
        """Write the row. The office's time never goes back, also if it took a while to find the instant."""
        await self._row.set_offset(max(instant - datetime.now(UTC), await self._row.offset()))

    async def _stop_at(self, instant: datetime) -> None:
        """Move all runs to an instant, then the row, then let the outbox and housekeeping do what is due."""
        moved: set[str] = set()
        await self._move_runs(instant, moved)
        await self._show(instant + BEYOND)  # where the runs are
        # What started in the meantime, such as an obligation from a claim, started at the old now.
        await self._move_runs(instant, moved)
        await self._keep_house()
        await self._wait(terms=True)
        while await self._move_runs(instant, moved):
            await self._wait(terms=True)

    async def _keep_house(self) -> None:
        """Do a round of housekeeping if it may find anything to do; of the others only the outbox is called."""
        if await self._work.housekeeping_needed():
            await keep_house(self._client)
        else:
            await self._outbox.call()

    async def check_journal(self) -> None:
        """Run the nightly check now, and let the emails about what it finds leave."""
        await check_journal(self._client)
        await self.rest()

    async def rest(self) -> None:
        """Wait until no command is unanswered, no email that may leave waits, and no run is busy."""
        await self._wait()

    async def mail_is_back(self) -> None:
        """Let everything leave that waited for the mail server, and wait until nothing does."""
        await self._outbox.call()
        try:
            async with asyncio.timeout(self._seconds):
                while await self._work.kept_back() > 0:  # noqa: ASYNC110 - the outbox sends them
                    await asyncio.sleep(0.01)
        except TimeoutError:
            count = await self._work.kept_back()
            raise NotAtRest(f"the mail server is back, and {count} emails still wait for it") from None
        await self._wait()

    async def _wait(self, *, terms: bool = False) -> None:
        """Check repeatedly until nothing is open; ``terms`` means that all terms must have started, too."""
        try:
            async with asyncio.timeout(self._seconds):
                while await self._under_way(terms=terms):  # noqa: ASYNC110 - other processes do the work
                    await asyncio.sleep(0.01)
        except TimeoutError:
            items = [*await self._work.open_items(), *(f"busy run {id}" for id in await self._busy())]
            if count := await self._work.unopened_terms():
                items.append(f"{count} terms in regions that have not started")
            more = f", and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
            raise NotAtRest(
                f"the clock has come to {await self.now():%Y-%m-%d %H:%M} UTC, and after {self._seconds:.0f} s this is "
                f"still open: {', '.join(items[:_NAMED]) or 'nothing any more'}{more}"
            ) from None

    async def _under_way(self, *, terms: bool) -> bool:
        """Return whether anything is in progress.

        A run that was seen idle and has recorded nothing since is idle: anything that reaches it leaves an event there,
        or is itself a command without an answer or the effect of another run, which is busy with it. The one exception
        is the signal to deliver claims again, so each check looks again at the runs that may get it.
        """
        if await self._work.open_work() > 0:
            return True
        signaled = await self._work.undelivered()
        under_way = (
            bool(await self._busy())  # they may have recorded since: the next check says whether all are idle
            or await self._work.open_work() > 0
            or (terms and await self._work.unopened_terms() > 0)
            or any(self._idle.get(id) != count for id, count in (await self._work.recorded()).items())
        )
        for id in signaled:
            self._idle.pop(id, None)
        return under_way

    async def _busy(self) -> list[str]:
        """Return the busy runs among those that have recorded something since they were last seen idle."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def look(id: str, count: int) -> str:
            async with gate:
                if await self._skipper.busy(id):
                    return id
            self._idle[id] = count
            return ""

        recorded = await self._work.recorded()
        looks = (look(id, count) for id, count in recorded.items() if self._idle.get(id) != count)
        return [id for id in await asyncio.gather(*looks) if id]

    async def _move_runs(self, instant: datetime, moved: set[str]) -> bool:
        """Move every open run that is not yet in ``moved``, and add it; return whether there was any."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def move(id: str) -> None:
            async with gate:
                await self._skipper.move(id, instant)
            self._idle.pop(id, None)  # its timers may have fired

        before = len(moved)
        while late := [id for id in await self._work.open_runs() if id not in moved]:
            await asyncio.gather(*(move(id) for id in late))
            moved.update(late)
        return len(moved) > before


@asynccontextmanager
async def demo_clock(settings: Settings, *, seconds: float = 60.0) -> AsyncIterator[DemoClock]:
    """Open the clock of an embedded stack, from its settings.

    Args:
        settings: Those of the stack; they contain the password of the role that owns the clock's row.
        seconds: How long the move of one run may take, and how long the office may take to become idle.
    """
    database = Database(settings.database_url(ProcessRole.MIGRATOR), size=2)
    try:
        row = SqlClock(database)
        client = await connect(settings, offset=row.offset, identity="mentorflow-clock")
        digests = DigestPlanning(SqlDigests(database), calendars_of_associations(read_programs().usable))
        yield DemoClock(client, row, SqlOpenWork(database, row), digests, seconds=seconds)
    finally:
        await database.close()
