"""The list of relationships that staff work with: searched, filtered, in an order, page by page, with its size."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.sql.selectable import LateralFromClause

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.relationships import MENTEE, MENTOR, named_pairs
from activities.adapters.postgres.reads.rows import Reads, plain
from activities.adapters.postgres.reads.search import matches, person_matches
from activities.adapters.postgres.reads.tasks import THEN, late_subjects
from domain.relationship.state import STAGES
from domain.visibility import Sight


class PairOrder(StrEnum):
    """What a list is ordered by; the same with ``-`` is the other way round."""

    NEXT = "next"
    NAME = "name"
    MENTOR = "mentor"
    REGION = "region"
    STAGE = "stage"
    SINCE = "since"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFilter:
    """Which relationships a list shows; what is empty filters nothing.

    ``late_at`` keeps those with a late task, ``unmatched`` those without a mentor, confirmed or proposed.
    ``task`` is the one kind of task of which a row tells; empty for the most urgent one.
    """

    q: str = ""
    status: str = ""
    stage: str = ""
    region: str = ""
    program: str = ""
    outcome: str = ""
    unmatched: bool = False
    task: str = ""
    late_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairList:
    """Some rows of a list, and how many it has."""

    rows: tuple[Mapping[str, Any], ...]
    total: int


class RelationshipListReads(Reads):
    """The reads of the list of relationships."""

    async def listed(
        self,
        sight: Sight,
        wanted: PairFilter,
        order: PairOrder = PairOrder.NEXT,
        *,
        backwards: bool = False,
        offset: int = 0,
        limit: int = 50,
    ) -> PairList:
        """Return some relationships, each with its first open task that the reader sees: kind, role and day."""
        # What somebody searches for is asked once; other lists are built once for a reader.
        listed = _listed.__wrapped__ if wanted.q else _listed
        statement = listed(sight, wanted, order, backwards)
        async with self._database.one_statement() as connection:
            found = [row._mapping for row in await connection.execute(statement.offset(offset).limit(limit))]
        total = found[0]["total"] if found else 0
        if not found and offset:
            total = (await self.listed(sight, wanted, order, limit=1)).total
        return PairList(rows=tuple(plain(row) for row in found), total=total)


@lru_cache(maxsize=256)
def _listed(sight: Sight, wanted: PairFilter, order: PairOrder, backwards: bool) -> Select[Any]:
    """Return the statement of a list, without its place in it."""
    task = _first_task(sight, wanted.task)
    first, then = _order(sight, order, task)
    by = (first.desc() if backwards else first.asc()).nulls_last()
    return _filtered(sight, wanted, task).order_by(by, *then, tables.relationships.c.id)


def _first_task(sight: Sight, kind: str) -> LateralFromClause:
    """Return the most urgent open task about a relationship that the reader sees, of a kind or of any."""
    task = tables.tasks.c
    return (
        select(task.kind, task.role, task.due_at)
        .where(task.subject == tables.relationships.c.id, task.closed_at.is_(None), sql.task(sight))
        .where(*((task.kind == kind,) if kind else ()))
        .order_by(func.coalesce(task.due_at, task.opened_at), *THEN, task.id)
        .limit(1)
        .lateral("first_task")
    )


def _filtered(sight: Sight, wanted: PairFilter, first: LateralFromClause) -> Select[Any]:
    more = [first.c[name].label(f"task_{name.removesuffix('_at')}") for name in ("kind", "role", "due_at")]
    statement = named_pairs(sight, func.count().over().label("total"), *more).join(
        first, true(), isouter=True
    )
    return statement.where(sql.relationship(sight), *_conditions(sight, wanted))


def _conditions(sight: Sight, wanted: PairFilter) -> list[ColumnElement[bool]]:
    pair = tables.relationships.c
    named = {name: getattr(wanted, name) for name in ("status", "stage", "region", "program", "outcome")}
    found = [pair[name] == value for name, value in named.items() if value]
    if wanted.q:
        sides = (MENTEE, MENTOR)
        by_name = and_(sql.by_pair(sight), or_(*(matches(wanted.q, side.c.name) for side in sides)))
        found.append(or_(by_name, *(person_matches(sight, wanted.q, side) for side in sides)))
    if wanted.unmatched:
        found += [pair.mentor == "", pair.proposed_mentor == ""]
    if wanted.late_at is not None:
        found.append(pair.id.in_(late_subjects(sight, wanted.late_at)))
    return found


def _order(
    sight: Sight, order: PairOrder, task: LateralFromClause
) -> tuple[ColumnElement[Any], tuple[ColumnElement[Any], ...]]:
    """Return the column of an order, and those that decide between equals: names only where the reader sees them."""
    pair = tables.relationships.c
    name, mentor = (sql.name_in_pair(sight, side) for side in (MENTEE, MENTOR))
    stage = case({each: number for number, each in enumerate(STAGES)}, value=pair.stage)
    due: ColumnElement[Any] = func.coalesce(task.c.due_at, pair.next_due)
    match order:
        case PairOrder.NAME:
            return func.lower(func.coalesce(name, "")), ()
        case PairOrder.MENTOR:
            return func.lower(func.nullif(mentor, "")), (name,)
        case PairOrder.REGION:
            return pair.region, (name,)
        case PairOrder.STAGE:
            return stage, (pair.stage_since,)
        case PairOrder.SINCE:
            return pair.stage_since, (name,)
        case PairOrder.NEXT:
            return due, (pair.stage_since,)
