"""The nightly checks of the journal: when, what they looked at, and what they found."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, Text, func, not_, select
from sqlalchemy.dialects.postgresql import array

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.places import stream_elsewhere
from activities.adapters.postgres.reads.rows import Reads
from domain.journal import Kind
from domain.visibility import Data, Sight

_OF_RUNS: Final = (Kind.RELATIONSHIP, Kind.OBLIGATION, Kind.TERM)
LAST: Final = 31
"""How many checks a list shows."""


class NightCheckReads(Reads):
    """The reads of nightly checks. Who may see the chain may see whether it is whole."""

    async def last(self, sight: Sight, limit: int = LAST) -> tuple[Mapping[str, Any], ...]:
        """Return the last checks, the newest first, with the faults of streams that are of no other association.

        What was counted is of the whole office, so only a reader who sees all of it gets the counts.
        """
        if not sight.sees(Data.CHAIN):
            return ()
        row = tables.night_checks.c
        found = await self._all(
            select(tables.night_checks).order_by(row.begun_at.desc(), row.id).limit(limit)
        )
        hidden = await self._elsewhere(sight, {fault["stream"] for each in found for fault in each["faults"]})
        whole = await self._sees_whole_office(sight)
        return tuple(
            {
                **each,
                "checks": each["checks"].split(","),
                "faults": [fault for fault in each["faults"] if fault["stream"] not in hidden],
                "counts": each["counts"] if whole else {},
                "unnamed": each["unnamed"] if whole else 0,
            }
            for each in found
        )

    async def running(self, sight: Sight) -> Mapping[str, Any] | None:
        """Return the newest check if it has not ended; None if none is running."""
        if not sight.sees(Data.CHAIN):
            return None
        row = tables.night_checks.c
        newest = await self._one(
            select(row.id, row.begun_at, row.ended_at).order_by(row.begun_at.desc()).limit(1)
        )
        return newest if newest is not None and newest["ended_at"] is None else None

    async def events_since(self, sight: Sight, moment: str) -> int:
        """Return how many events of runs were recorded after a moment; those of other associations are not counted."""
        event = tables.events.c
        here = not_(stream_elsewhere(sight, event.stream))
        counted = select(func.count().label("count")).where(
            event.recorded_at > datetime.fromisoformat(moment), event.kind.in_(_OF_RUNS), here
        )
        return await self._counted(sight, counted)

    async def since(self, sight: Sight, stream: str, moment: str) -> int:
        """Return how many events of a stream were recorded after a moment."""
        event = tables.events.c
        here = not_(stream_elsewhere(sight, event.stream))
        counted = select(func.count().label("count")).where(
            event.stream == stream, event.recorded_at > datetime.fromisoformat(moment), here
        )
        return await self._counted(sight, counted)

    async def head_at(self, sight: Sight, stream: str, moment: str) -> Mapping[str, Any] | None:
        """Return number and hash of the last event of a stream at a moment; None before the first."""
        if not sight.sees(Data.CHAIN):
            return None
        event = tables.events.c
        here = not_(stream_elsewhere(sight, event.stream))
        wanted = select(event.seq.label("number"), event.hash, event.recorded_at)
        wanted = wanted.where(
            event.stream == stream, event.recorded_at <= datetime.fromisoformat(moment), here
        )
        return await self._one(wanted.order_by(event.seq.desc()).limit(1))

    async def kinds(self, sight: Sight, streams: Collection[str]) -> Mapping[str, str]:
        """Return the kind of each stream that has events of its own; people and grants are named by other ids."""
        if not sight.sees(Data.CHAIN):
            return {}
        head = tables.heads.c
        wanted = select(head.stream, head.kind).where(
            head.stream.in_(streams), not_(stream_elsewhere(sight, head.stream))
        )
        return {row["stream"]: row["kind"] for row in await self._all(wanted)}

    async def _counted(self, sight: Sight, counted: Select[Any]) -> int:
        if not sight.sees(Data.CHAIN):
            return 0
        found = await self._one(counted)
        return 0 if found is None else int(found["count"])

    async def _elsewhere(self, sight: Sight, streams: Collection[str]) -> set[str]:
        """Return those of the streams that are of another association."""
        named = select(func.unnest(array(sorted(streams), type_=Text)).label("stream")).subquery()
        wanted = select(named.c.stream).where(stream_elsewhere(sight, named.c.stream))
        return {row["stream"] for row in await self._all(wanted)}

    async def _sees_whole_office(self, sight: Sight) -> bool:
        """Return whether the office has no association but the reader's."""
        if sight.association is None:
            return True
        others = select(tables.regions.c.code).where(not_(sql.region(sight))).limit(1)
        return await self._one(others) is None
