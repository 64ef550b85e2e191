"""What waits for others and what is new, for a reader's day, and how much own work there is."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import OFFSET, now_with_offset
from activities.adapters.postgres.facts.json_array import json_array
from activities.adapters.postgres.facts.region_contacts import serves_on
from activities.adapters.postgres.held import held_until
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.relationships import named_pairs
from activities.adapters.postgres.reads.rows import Page, Reads, plain
from activities.adapters.postgres.reads.tasks import DUE, THEN, named_tasks
from domain.actors import Role
from domain.journal import Envelope, decode
from domain.term.duties import SurveyAudience
from domain.visibility import CONFIDENTIAL_EVENTS, Data, Sight

_LOOKED_AT: Final = 300
"""How many of the newest events are read to find those of a day."""
_TASK: Final = tables.tasks.c


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSurvey:
    """An open survey that a region is asked for in a term; ``own`` if the reader may answer it for the region."""

    term: str
    region: str
    region_name: str
    audience: str
    opens_at: str
    due_at: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCounts:
    """How many of the reader's own open tasks are late, for this week (also what has no day), and due later.

    ``surveys`` are what the reader's regions are asked for beside tasks.
    """

    late: int
    week: int
    later: int
    surveys: tuple[AskedSurvey, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PairNews:
    """An event of a relationship, and the relationship with the names that the reader may see."""

    event: Envelope
    pair: Mapping[str, Any]


class TodayReads(Reads):
    """The reads of a reader's day."""

    async def counts(self, sight: Sight, day_began: datetime, week_ends: datetime) -> WorkCounts:
        """Return how much own work was due before the day began, is for the week or for no day, and is due later.

        With it comes what the reader's regions are asked for, so that both take one statement.
        """
        days = {"day_began": day_began, "week_ends": week_ends, "today": day_began.date()}
        async with self._database.one_statement() as connection:
            row = (await connection.execute(_counted(sight), days)).one()
        surveys = tuple(AskedSurvey(**each) for each in row[3])
        return WorkCounts(late=row[0], week=row[1], later=row[2], surveys=surveys)

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
    late = day_began >= DUE
    soon = or_(DUE.is_(None), and_(day_began < DUE, week_ends >= DUE))
    later = week_ends < DUE
    counts: list[ColumnElement[Any]] = [func.count().filter(each) for each in (late, soon, later)]
    return (
        select(*counts, json_array(_surveys(sight)))
        .select_from(tables.tasks)
        .join(tables.relationships, tables.relationships.c.id == _TASK.subject, isouter=True)
        .join(tables.obligations, tables.obligations.c.id == _TASK.subject, isouter=True)
        .where(sql.work(sight), sql.own_work(sight), _TASK.closed_at.is_(None))
    )


def _surveys(sight: Sight) -> Select[Any]:
    """Return the open surveys of regions that the reader hears of, each as one value, the first due first.

    A coordinator of regions hears of theirs, a coordinator of the whole association of those of regions in which nobody
    is a contact. A contact may answer for the region, and a coordinator may send its district's report.
    """
    survey, region = tables.term_surveys.c, tables.regions.c
    seat, today = tables.region_contacts, bindparam("today", type_=Date())
    of_district = survey.audience == SurveyAudience.DISTRICT.value
    contacts = select(seat.c.person).where(seat.c.region == survey.region, serves_on(today))
    contact = contacts.where(sql.in_seat(sight)).exists()
    coordinates = sql.coordinates(sight, survey.region, not_(contacts.exists()))
    sends = true() if Role.COORDINATOR in sight.roles else false()
    parts = {
        "term": survey.term,
        "region": survey.region,
        "region_name": func.coalesce(region.name, survey.region),
        "audience": survey.audience,
        "opens_at": survey.opens_at,
        "due_at": survey.due_at,
        "own": or_(contact, and_(of_district, coordinates)),
    }
    asked = func.jsonb_build_object(
        *(part for name, value in parts.items() for part in (literal(name), value))
    )
    return (
        select(asked)
        .join_from(tables.term_surveys, tables.regions, region.code == survey.region, isouter=True)
        .where(survey.status == "open", survey.owner == survey.region, sends, or_(contact, coordinates))
        .where(sql.of_term(sight, tables.term_surveys))
        .order_by(survey.due_at, survey.term, survey.region, survey.audience)
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
