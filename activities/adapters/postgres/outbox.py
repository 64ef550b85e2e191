"""The emails that wait: which, until when, in which order, and which refusals a stream has not heard of."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import DateTime, and_, bindparam, case, cast, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import append_side
from activities.adapters.postgres.office_tasks import open_office_task
from activities.adapters.postgres.open_work import KINDS
from activities.adapters.postgres.overtaken import standing_of
from activities.ports.outbox import PlannedNotice, Refusal, Unplanned
from domain.actors import SYSTEM, Role
from domain.failed_notices import GONE, LAST_WORDS
from domain.ids import derive
from domain.journal import Kind
from domain.notices import NoticeKind, Outcome
from domain.overtaken import NoticeStanding
from domain.staff_on_emails import FOR_A_PERSON, WAITING
from domain.tasks import TaskKind
from domain.workflow_contracts import workflow_id

_NOT_SENT: Final = (Outcome.REFUSED.value, Outcome.OVERTAKEN.value)


class SqlOutbox:
    """The ``Outbox`` port on the rows of notices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unplanned(self) -> tuple[Unplanned, ...]:
        """Return the notices whose hour is not known yet, in the order in which they were recorded."""
        row = tables.notices.c
        wanted = (
            select(
                row.id,
                row.kind,
                row.data,
                row.subject,
                row.created_at,
                func.coalesce(func.nullif(row.person, ""), row.region).label("reader"),
                _program().label("program"),
                _own_act().label("own_act"),
                (row.person == "").label("to_region"),
                _decided_at().label("decided_at"),
            )
            .where(row.status.in_(WAITING), row.not_before.is_(None))
            .order_by(row.created_at, row.subject, row.seq, row.number)
        )
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted)).all()
        return tuple(
            Unplanned(
                id=each.id,
                kind=NoticeKind(each.kind),
                data=each.data,
                program=each.program or "",
                record=f"{each.subject} {each.created_at.isoformat()}",
                reader=each.reader,
                own_act=each.own_act,
                to_region=each.to_region,
                decided_at=each.decided_at,
            )
            for each in found
        )

    async def plan(self, plans: tuple[PlannedNotice, ...]) -> None:
        """Record when notices may leave."""
        if not plans:
            return
        row = tables.notices.c
        planned = (
            update(tables.notices)
            .where(row.id == bindparam("notice"))
            .values(not_before=bindparam("instant"), rank=bindparam("class"))
        )
        values = [{"notice": each.id, "instant": each.not_before, "class": int(each.rank)} for each in plans]
        async with self._database.transaction() as connection:
            await connection.execute(planned, values)

    async def leave_to_digests(self, notices: tuple[str, ...], at: datetime) -> None:
        """End notices of which a digest tells the same; ``not_before`` says since when."""
        row = tables.notices.c
        ended = update(tables.notices).where(row.id.in_(notices), row.status.in_(WAITING))
        if notices:
            async with self._database.transaction() as connection:
                await connection.execute(ended.values(status="in_digest", code="", not_before=at))

    async def postpone(self, notice: str, until: datetime) -> frozenset[str]:
        """Let a notice wait, and with it what the same decision says to its reader after it; return their ids."""
        row, first = tables.notices.c, tables.notices.alias("first")
        of_one = and_(*(row[name] == first.c[name] for name in ("subject", "created_at", "person", "region")))
        later = tuple_(row.seq, row.number) > tuple_(first.c.seq, first.c.number)
        held = (
            update(tables.notices)
            .where(first.c.id == notice, row.status.in_(WAITING))
            .where(or_(row.id == notice, and_(of_one, later)))
            .values(not_before=func.greatest(row.not_before, until))
            .returning(row.id)
        )
        async with self._database.transaction() as connection:
            return frozenset((await connection.scalars(held)).all())

    async def park_due(self, now: datetime, notice: str) -> None:
        """Mark what is due as parked, with the code of a notice that was not taken, because no mail server answers."""
        row, first = tables.notices.c, tables.notices.alias("first").c
        code = select(first.code).where(first.id == notice).scalar_subquery()
        parked = update(tables.notices).where(row.status == "pending", row.not_before <= now)
        async with self._database.transaction() as connection:
            await connection.execute(parked.values(status="parked", code=code))

    async def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Return the ids of notices that may leave: by class, then in the order in which they were recorded.

        What one stream says to one reader never swaps: one that leaves at once takes earlier ones along.
        """
        row = tables.notices.c
        own = (row.subject, row.person, row.region)
        rank = func.min(row.rank).over(partition_by=own, order_by=(row.seq.desc(), row.number.desc()))
        wanted = (
            select(row.id)
            .where(row.status.in_(WAITING), row.not_before <= now, row.code.not_in(FOR_A_PERSON))
            .order_by(rank, row.created_at, row.subject, row.seq, row.number)
            .limit(limit)
        )
        async with self._database.one_statement() as connection:
            return tuple((await connection.scalars(wanted)).all())

    async def standing(self, notice: str, now: datetime) -> NoticeStanding:
        """Return whether a notice still holds, by what was recorded after it."""
        async with self._database.selects() as connection:
            return await standing_of(connection, notice, now)

    async def has_task(self, notice: str, kinds: Collection[TaskKind]) -> bool:
        """Return whether a task of one of these kinds is open about the subject of a notice."""
        row, task = tables.notices.c, tables.tasks.c
        wanted = (
            select(task.id)
            .join_from(tables.notices, tables.tasks, task.subject == row.subject)
            .where(row.id == notice, task.closed_at.is_(None))
            .where(task.kind.in_([each.value for each in kinds]))
        )
        async with self._database.one_statement() as connection:
            return await connection.scalar(wanted.limit(1)) is not None

    async def caught_up_at(self, notice: str) -> datetime | None:
        """Return when the reader of a reminder about a monthly record last handed one in; None if never."""
        row, kept, record = tables.notices.c, tables.term_regions.c, tables.monthly_records.c
        last = (
            select(func.max(func.coalesce(record.amended_at, record.submitted_at)))
            .join_from(tables.notices, tables.term_regions, kept.id == row.subject)
            .join(
                tables.monthly_records,
                and_(record.term == kept.term, record.region == kept.region, record.mentor == row.person),
            )
            .where(row.id == notice)
        )
        async with self._database.one_statement() as connection:
            found: datetime | None = await connection.scalar(last)
        return found

    async def next_at(self, now: datetime) -> datetime | None:
        """Return the first instant after ``now`` at which a notice may leave; None if none waits."""
        row = tables.notices.c
        first = select(func.min(row.not_before)).where(
            row.status.in_(WAITING), row.not_before > now, row.code.not_in(FOR_A_PERSON)
        )
        async with self._database.one_statement() as connection:
            found: datetime | None = await connection.scalar(first)
        return found

    async def untold(self, limit: int) -> tuple[Refusal, ...]:
        """Return refused and overtaken emails that their streams have not heard of."""
        row, head = tables.notices.c, tables.heads.c
        wanted = (
            select(
                row.id,
                row.kind,
                row.person,
                row.status,
                row.code,
                row.attempt,
                row.subject,
                head.kind.label("stream"),
            )
            .join_from(tables.notices, tables.heads, head.stream == row.subject)
            .where(row.told.is_(False), row.status.in_(_NOT_SENT))
            .order_by(row.created_at, row.id)
            .limit(limit)
        )
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted)).all()
        return tuple(
            Refusal(
                notice=each.id,
                kind=NoticeKind(each.kind),
                person=each.person,
                code=each.code,
                attempt=each.attempt,
                outcome=Outcome(each.status),
                workflow=workflow_id(KINDS[Kind(each.stream)], each.subject),
                relationship=each.subject if Kind(each.stream) is Kind.RELATIONSHIP else "",
            )
            for each in found
        )

    async def told(self, refusal: Refusal, *, ended: bool) -> None:
        """Record that a stream has heard of a refusal; if it has ended, its side stream gets the event."""
        row = tables.notices.c
        async with self._database.transaction() as connection:
            await connection.execute(update(tables.notices).where(row.id == refusal.notice).values(told=True))
            if ended and refusal.relationship:
                overtaken = refusal.outcome is Outcome.OVERTAKEN
                await append_side(
                    connection,
                    "NoticeOvertaken" if overtaken else "NoticeFailed",
                    {
                        "notice": refusal.notice,
                        "kind": refusal.kind.value,
                        "why" if overtaken else "code": refusal.code,
                    },
                    command=derive("hear", refusal.notice, str(refusal.attempt)),
                    actor=SYSTEM,
                    relationship=refusal.relationship,
                )
                if not overtaken:
                    await _ask_for_an_address(connection, refusal)


async def _ask_for_an_address(connection: AsyncConnection, refusal: Refusal) -> None:
    """Open a task for the region of a relationship that has ended, if the email still matters: no run opens one."""
    if refusal.kind not in LAST_WORDS or not refusal.person or refusal.code == GONE:
        return
    pair = tables.relationships.c
    region = await connection.scalar(select(pair.region).where(pair.id == refusal.relationship))
    why = f"{refusal.kind.value},{refusal.code}"
    await open_office_task(
        connection, TaskKind.FIX_ADDRESS, refusal.person, Role.COORDINATOR, region=region or "", why=why
    )


def _program() -> ColumnElement[str]:
    """Return the program of the stream that a notice is about."""
    subject = tables.notices.c.subject
    return func.coalesce(
        *(
            select(table.c.program).where(table.c.id == subject).scalar_subquery()
            for table in (tables.relationships, tables.obligations, tables.term_regions)
        )
    )


def _decided_at() -> Any:
    """Return the instant at which the event was decided that caused a notice."""
    row, event = tables.notices.c, tables.events.c
    said = cast(func.convert_from(event.bytes, "UTF8"), JSONB)["decided_at"].astext
    wanted = select(cast(said, DateTime(timezone=True)))
    return wanted.where(event.stream == row.subject, event.seq == row.seq).scalar_subquery()


def _own_act() -> ColumnElement[Any]:
    """Return whether the event that caused a notice was its reader's own act."""
    row, event = tables.notices.c, tables.events.c
    actor = cast(func.convert_from(event.bytes, "UTF8"), JSONB)["actor"]
    by_person = select(
        and_(actor["id"].astext == row.person, actor["role"].astext != Role.SYSTEM.value)
    ).where(event.stream == row.subject, event.seq == row.seq)
    return case((row.person == "", False), else_=func.coalesce(by_person.scalar_subquery(), False))
