"""What waits for others and what is new, for a reader's day, and how much own work there is."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, DateTime, Select, and_, bindparam, case, func, not_, or_, select, true

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import OFFSET, now_with_offset
from activities.adapters.postgres.held import held_until
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.relationships import named_pairs
from activities.adapters.postgres.reads.rows import Page, Reads, plain
from activities.adapters.postgres.reads.tasks import THEN, named_tasks
from domain.journal import Envelope, decode
from domain.visibility import CONFIDENTIAL_EVENTS, Data, Sight

_LOOKED_AT: Final = 300
"""How many of the newest events are read to find those of a day."""
_TASK: Final = tables.tasks.c


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCounts:
    """How many of the reader's own open tasks are late, for this week (also what has no day), and due later."""

    late: int
    week: int
    later: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PairNews:
    """An event of a relationship, and the relationship with the names that the reader may see."""

    event: Envelope
    pair: Mapping[str, Any]


class TodayReads(Reads):
    """The reads of a reader's day."""

    async def counts(self, sight: Sight, day_began: datetime, week_ends: datetime) -> WorkCounts:
        """Return how much own work was due before the day began, is for the week or for no day, and is due later."""
        days = {"day_began": day_began, "week_ends": week_ends}
        async with self._database.one_statement() as connection:
            row = (await connection.execute(_counted(sight), days)).one()
        return WorkCounts(late=row[0], week=row[1], later=row[2])

    async def of_others(self, sight: Sight, limit: int) -> Page:
        """Return the open tasks that the reader sees and only others can do, the longest open first."""
        page = await self._page(
            _of_others(sight), _TASK.opened_at, _TASK.id, "", limit, shown=True, then=THEN
        )
        return replace(page, rows=tuple({**row, "now": now_with_offset(row["now"])} for row in page.rows))

    async def waiting_pairs(
        self, sight: Sight, subjects: Collection[str], confirming: Collection[str], limit: int
    ) -> Page:
        """Return the open pairs that have one of these things to do, or a meeting to confirm; the oldest first.

        ``unconfirmed_at`` is the hour of the first meeting that the other side has not confirmed, ``logged_by`` the
        side that logged it; only in ``confirming``, the programs in which a meeting counts only once it is confirmed.
        ``held_until`` is until when one of the two can object, where both have signed or answered and only that is
        waited for. A pair about which staff have a task is left out: it waits for them; so is one whose history the
        reader does not see.
        """
        pair = tables.relationships.c
        statement = _waiting_pairs(sight, tuple(subjects), tuple(confirming))
        return await self._page(statement, pair.stage_since, pair.id, "", limit)

    async def news(
        self, sight: Sight, types: Collection[str], since: datetime, limit: int
    ) -> tuple[PairNews, ...]:
        """Return the newest events of these types since an instant, in pairs whose history the reader sees.

        Confidential events are told to nobody in this way.
        """
        told = tuple(each for each in types if each not in CONFIDENTIAL_EVENTS)
        async with self._database.one_statement() as connection:
            found = await connection.execute(_news(sight, told), {"since": since})
            rows = [row._mapping for row in found]
        # Decoding an event takes most of the time, so only those that are told are decoded.
        decided = [
            (datetime.fromisoformat(json.loads(bytes(row["bytes"]))["decided_at"]), row) for row in rows
        ]
        newest = sorted(
            (each for each in decided if each[0] >= since), key=lambda each: each[0], reverse=True
        )
        return tuple(
            PairNews(
                event=decode(bytes(row["bytes"])), pair=plain({k: v for k, v in row.items() if k != "bytes"})
            )
            for _, row in newest[:limit]
        )


# Each statement is built once for a reader: that takes longer than to run it.


@lru_cache(maxsize=256)
def _counted(sight: Sight) -> Select[Any]:
    day_began, week_ends = (
        bindparam(name, type_=DateTime(timezone=True)) for name in ("day_began", "week_ends")
    )
    # Work on money is due when the money is, but not before somebody could do it, as `due_of` of the page says.
    owed = tables.obligations.c.due_at
    since_open = case((owed.is_not(None), func.greatest(owed, _TASK.opened_at)))
    due = func.coalesce(_TASK.due_at, since_open)
    late = due <= day_began
    soon = or_(due.is_(None), and_(due > day_began, due <= week_ends))
    later = due > week_ends
    counts: list[ColumnElement[Any]] = [func.count().filter(each) for each in (late, soon, later)]
    return (
        select(*counts)
        .select_from(tables.tasks)
        .join(tables.relationships, tables.relationships.c.id == _TASK.subject, isouter=True)
        .join(tables.obligations, tables.obligations.c.id == _TASK.subject, isouter=True)
        .where(sql.work(sight), sql.own_work(sight), _TASK.closed_at.is_(None))
    )


@lru_cache(maxsize=256)
def _of_others(sight: Sight) -> Select[Any]:
    statement = named_tasks(sight, select(tables.tasks, OFFSET.label("now")))
    return statement.where(sql.work(sight), not_(sql.own_work(sight)), _TASK.closed_at.is_(None))


@lru_cache(maxsize=256)
def _waiting_pairs(sight: Sight, subjects: tuple[str, ...], confirming: tuple[str, ...]) -> Select[Any]:
    pair, met = tables.relationships.c, tables.meetings
    first = (
        select(met.c.began_at, met.c.logged_by)
        .where(met.c.relationship == pair.id, met.c.status == "logged", pair.program.in_(confirming))
        .order_by(met.c.began_at)
        .limit(1)
        .lateral("unconfirmed")
    )
    busy = select(_TASK.id).where(_TASK.subject == pair.id, _TASK.closed_at.is_(None), sql.task(sight))
    held = held_until().lateral("held")
    return (
        named_pairs(
            sight,
            first.c.began_at.label("unconfirmed_at"),
            first.c.logged_by,
            held.c.until.label("held_until"),
        )
        .join(first, true(), isouter=True)
        .join(held, true(), isouter=True)
        .where(sql.relationship(sight, Data.HISTORY), pair.status == "open", not_(busy.exists()))
        .where(or_(pair.next_subject.in_(subjects), first.c.began_at.is_not(None), held.c.until.is_not(None)))
    )


@lru_cache(maxsize=256)
def _news(sight: Sight, types: tuple[str, ...]) -> Select[Any]:
    event, pair = tables.events.c, tables.relationships.c
    ahead = func.make_interval(0, 0, 0, 0, 0, 0, func.coalesce(OFFSET, 0))
    return (
        named_pairs(sight, event.bytes)
        .join(tables.events, and_(event.stream == pair.id, event.type.in_(types)))
        # The office's clock only ever gains on the database's, so nothing that was decided since is left out.
        .where(event.recorded_at >= bindparam("since", type_=DateTime(timezone=True)) - ahead)
        .where(sql.relationship(sight, Data.HISTORY))
        .order_by(event.recorded_at.desc(), event.stream, event.seq.desc())
        .limit(_LOOKED_AT)
    )
