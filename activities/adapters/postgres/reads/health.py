"""What waits in the office and since when: for administrators, who see that something is stuck before people ask."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, func, literal, select, union_all

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads.rows import Reads
from domain.visibility import Data, Sight

_COMMAND: Final = tables.commands.c
_NOTICE: Final = tables.notices.c
_OPERATION: Final = tables.operations.c
_APPLICATION: Final = tables.applications.c
_DIGEST: Final = tables.digests.c
QUEUES: Final = ("commands", "applications", "emails", "digests", "imports", "parked")
"""What waits, in the order in which a page shows it."""


class HealthReads(Reads):
    """The reads about what waits."""

    async def waiting(self, sight: Sight, now: datetime) -> tuple[Mapping[str, Any], ...]:
        """Return how much waits of each kind and since when: counts of the whole installation, about nobody.

        Nothing for a reader who is no administrator.
        """
        if not sight.sees(Data.TOKENS):
            return ()
        parts = (
            _count("commands", tables.commands, _COMMAND.created_at, _COMMAND.answered_at.is_(None)),
            _count(
                "applications",
                tables.applications,
                _APPLICATION.created_at,
                _APPLICATION.started_at.is_(None),
            ),
            _count(
                "emails",
                tables.notices,
                func.coalesce(_NOTICE.not_before, _NOTICE.created_at),
                _NOTICE.status == "pending",
                func.coalesce(_NOTICE.not_before, now) <= now,
            ),
            _count("digests", tables.digests, _DIGEST.planned_at, _DIGEST.status == "pending"),
            _count("parked", tables.notices, _NOTICE.created_at, _NOTICE.status == "parked"),
            _count("imports", tables.operations, _OPERATION.created_at, _OPERATION.state == "running"),
        )
        found = {row["queue"]: row for row in await self._all(select(union_all(*parts).subquery()))}
        return tuple(found[queue] for queue in QUEUES)


def _count(queue: str, table: FromClause, since: ColumnElement[Any], *conditions: ColumnElement[bool]) -> Any:
    """Return the number of rows that wait, and since when the first does."""
    return (
        select(literal(queue).label("queue"), func.count().label("count"), func.min(since).label("since"))
        .select_from(table)
        .where(*conditions)
    )
