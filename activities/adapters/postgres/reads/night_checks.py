"""The nightly checks of the journal: when, what they looked at, and what they found."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import Text, func, not_, select
from sqlalchemy.dialects.postgresql import array

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads
from domain.visibility import Data, Sight

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

    async def _elsewhere(self, sight: Sight, streams: Collection[str]) -> set[str]:
        """Return those of the streams that are of another association."""
        named = select(func.unnest(array(sorted(streams), type_=Text)).label("stream")).subquery()
        wanted = select(named.c.stream).where(sql.stream_elsewhere(sight, named.c.stream))
        return {row["stream"] for row in await self._all(wanted)}

    async def _sees_whole_office(self, sight: Sight) -> bool:
        """Return whether the office has no association but the reader's."""
        if sight.association is None:
            return True
        others = select(tables.regions.c.code).where(not_(sql.region(sight))).limit(1)
        return await self._one(others) is None
