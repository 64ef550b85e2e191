"""Tasks for staff: all of them, and those with a date."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import OFFSET, now_with_offset
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import LIMIT, Page, Reads
from domain.tasks import ABOUT_STREAMS, RESTS_IN_PAUSE, TaskKind
from domain.visibility import Sight

_TASK: Final = tables.tasks.c
_DAY: Final = func.coalesce(_TASK.due_at, _TASK.opened_at).label("day")
"""When a task is due; one without a day is due since it was opened. An index has this order."""
_OWED: Final = tables.obligations.c.due_at
DUE: Final = func.coalesce(_TASK.due_at, case((_OWED.is_not(None), func.greatest(_OWED, _TASK.opened_at))))
"""When a task is due, as ``due_of`` of the domain says it, where a statement joins the money that a task is about."""
THEN: Final = (_TASK.kind, _TASK.subject, _TASK.about)
"""What orders tasks of one day, so that their ids, which follow from the journal, do not (C58)."""
_STREAM: Final = case(
    (_TASK.kind.in_(ABOUT_STREAMS), func.split_part(_TASK.about, "/", 1)), else_=_TASK.subject
)
"""The stream that a task is about."""
_PAIR: Final = case((_TASK.kind == TaskKind.FOLLOW_UP_LOGS, _TASK.about), else_=_STREAM)
"""The relationship that a task is about, if it is about one."""


def late_subjects(sight: Sight, at: datetime) -> Select[tuple[str]]:
    """Return the subjects of open tasks that were due before a moment, of those tasks that the reader sees."""
    table = tables.tasks
    return select(table.c.subject).where(sql.task(sight), table.c.closed_at.is_(None), table.c.due_at < at)


class TaskReads(Reads):
    """The reads of tasks."""

    async def page(
        self, sight: Sight, *, after: str = "", limit: int = 50, open: bool = True, own: bool = True
    ) -> Page:
        """Return the tasks that the reader sees by office, with names, the latest first.

        ``own`` keeps the reader's own work, ``open`` what is still to be done; ``now`` is the office's time.
        """
        statement = _listed(sight, open=open, own=own)
        page = await self._page(statement, _DAY, _TASK.id, after, limit, shown=True, then=THEN)
        return replace(page, rows=tuple({**row, "now": now_with_offset(row["now"])} for row in page.rows))

    async def seen(self, sight: Sight, task: str) -> str | None:
        """Return the office's own id of a task that is work which the reader sees by office; else None."""
        row = await self._one(select(_TASK.id).where(_TASK.id == self._names.inner(task), sql.work(sight)))
        return None if row is None else str(row["id"])

    async def one(self, sight: Sight, task: str) -> Mapping[str, Any] | None:
        """Return a task that the reader sees by office, open or closed, with names and who closed it; else None.

        ``own`` says whether it is the reader's own work.
        """
        closer = tables.people.alias("closer")
        more = (_DAY, OFFSET.label("now"), sql.name(sight, closer).label("closed_name"))
        statement = named_tasks(sight, select(tables.tasks, *more, sql.own_work(sight).label("own")))
        statement = statement.join(closer, closer.c.id == _TASK.closed_by, isouter=True)
        row = await self._one(statement.where(_TASK.id == self._names.inner(task), sql.work(sight)))
        return None if row is None else {**self._shown(row), "now": now_with_offset(row["now"])}

    async def of_subject(self, sight: Sight, subject: str) -> tuple[Mapping[str, Any], ...]:
        """Return the open tasks of a relationship or of money that the reader sees, with names, the latest first.

        ``own`` says whether a task is the reader's own work.
        """
        async with self._database.one_statement() as connection:
            rows = await connection.execute(_of_subject(sight), {"of": subject})
            found = [row._mapping for row in rows]
        return tuple({**self._shown(row), "now": now_with_offset(row["now"])} for row in found)

    async def of_kinds(self, sight: Sight, kinds: Collection[TaskKind]) -> tuple[Mapping[str, Any], ...]:
        """Return the open tasks of some kinds that the reader sees by office, with names, the latest first.

        ``own`` says whether a task is the reader's own work.
        """
        statement = named_tasks(
            sight, select(tables.tasks, _DAY, OFFSET.label("now"), sql.own_work(sight).label("own"))
        )
        statement = statement.where(_TASK.kind.in_(kinds), _TASK.closed_at.is_(None), sql.work(sight))
        async with self._database.one_statement() as connection:
            rows = await connection.execute(statement.order_by(_DAY, *THEN, _TASK.id).limit(LIMIT))
            found = [row._mapping for row in rows]
        return tuple({**self._shown(row), "now": now_with_offset(row["now"])} for row in found)

    async def dated(self, sight: Sight) -> tuple[Mapping[str, Any], ...]:
        """Return the open tasks with a date of the reader's own work; only the most urgent ones."""
        query = (
            select(tables.tasks)
            .join(tables.relationships, tables.relationships.c.id == _PAIR, isouter=True)
            .where(sql.work(sight), sql.own_work(sight))
            .where(_TASK.closed_at.is_(None), _TASK.due_at.is_not(None))
            .order_by(_TASK.due_at, *THEN, _TASK.id)
            .limit(5 * LIMIT)
        )
        return tuple(self._shown(row) for row in await self._all(query))

    async def for_digest(self, sight: Sight) -> tuple[Mapping[str, Any], ...]:
        """Return the open tasks of the reader's own work with names, the latest first; only the most urgent ones.

        Of a pair that is paused, those that rest are left out.
        """
        found = await self._all(_in_digest(sight))
        return tuple({**self._shown(row), "now": now_with_offset(row["now"])} for row in found)


@lru_cache(maxsize=256)
def _listed(sight: Sight, *, open: bool, own: bool) -> Select[Any]:
    """Return the statement of a list, built once for a reader: that takes longer than to run it."""
    statement = named_tasks(sight, select(tables.tasks, _DAY, OFFSET.label("now"))).where(sql.work(sight))
    if own:
        statement = statement.where(sql.own_work(sight))
    return statement.where(_TASK.closed_at.is_(None)) if open else statement


@lru_cache(maxsize=256)
def _in_digest(sight: Sight) -> Select[Any]:
    """Return the statement of the tasks of a reader's digest, built once for a reader."""
    rests = and_(_TASK.kind.in_(RESTS_IN_PAUSE), tables.relationships.c.status == "paused")
    told = _listed(sight, open=True, own=True).where(rests.is_not(True))
    return told.order_by(_DAY, *THEN, _TASK.id).limit(5 * LIMIT)


@lru_cache(maxsize=256)
def _of_subject(sight: Sight) -> Select[Any]:
    """Return the statement of the open tasks about something, built once for a reader."""
    columns = select(tables.tasks, _DAY, OFFSET.label("now"), sql.own_work(sight).label("own"))
    about = (_TASK.subject == bindparam("of"), _TASK.closed_at.is_(None), sql.task(sight))
    return named_tasks(sight, columns).where(*about).order_by(_DAY, *THEN, _TASK.id)


def named_tasks(sight: Sight, statement: Select[Any]) -> Select[Any]:
    """Return tasks with whom they are about: the pair, the payee, the term, and a person or a writer of a note.

    ``met_at`` is the hour of the meeting that a task is about, ``owed_due`` when the money is due that it is about.
    """
    pair, owed, term, note, met = (
        tables.relationships.c,
        tables.obligations.c,
        tables.term_regions.c,
        tables.notes.c,
        tables.meetings.c,
    )
    mentee, mentor, other = (tables.people.alias(name) for name in ("mentee", "mentor", "other"))
    paid: ColumnElement[Any] = owed.id.is_not(None)
    return (
        statement.add_columns(
            func.coalesce(pair.program, owed.program, term.program, "").label("program"),
            func.coalesce(term.term, "").label("term"),
            sql.name_in_pair(sight, mentee).label("mentee_name"),
            case((paid, mentor.c.name), else_=sql.name_in_pair(sight, mentor)).label("mentor_name"),
            case((paid, tables.regions.c.name)).label("payee_name"),
            tables.regions.c.name.label("region_name"),
            owed.amount_minor,
            owed.currency,
            owed.due_at.label("owed_due"),
            mentor.c.id.is_not(None).label("has_mentor"),
            sql.name(sight, other).label("person_name"),
            met.began_at.label("met_at"),
        )
        .join(tables.relationships, pair.id == _PAIR, isouter=True)
        .join(tables.obligations, owed.id == _STREAM, isouter=True)
        .join(tables.term_regions, term.id == _STREAM, isouter=True)
        .join(tables.notes, note.id == _TASK.about, isouter=True)
        .join(tables.meetings, met.id == _TASK.about, isouter=True)
        .join(mentee, mentee.c.id == pair.mentee, isouter=True)
        .join(
            mentor,
            mentor.c.id == func.coalesce(owed.mentor, func.nullif(pair.mentor, ""), pair.proposed_mentor),
            isouter=True,
        )
        .join(
            other,
            other.c.id == func.coalesce(note.person, func.split_part(_TASK.about, "/", 1)),
            isouter=True,
        )
        .join(tables.regions, tables.regions.c.code == func.coalesce(owed.region, _TASK.region), isouter=True)
    )
