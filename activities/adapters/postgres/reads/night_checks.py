"""The nightly checks of the journal: when, what they looked at, and what they found."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads.rows import Reads
from domain.visibility import Data, Sight

LAST: Final = 31
"""How many checks a list shows."""


class NightCheckReads(Reads):
    """The reads of nightly checks. Who may see the chain may see whether it is whole."""

    async def last(self, sight: Sight, limit: int = LAST) -> tuple[Mapping[str, Any], ...]:
        """Return the last checks, the newest first."""
        if not sight.sees(Data.CHAIN):
            return ()
        row = tables.night_checks.c
        found = await self._all(
            select(tables.night_checks).order_by(row.begun_at.desc(), row.id).limit(limit)
        )
        return tuple({**each, "checks": each["checks"].split(",")} for each in found)
