"""What is in progress in an office; the demo's clock checks this before it reports that the office is idle.

The database knows all of it for certain; Temporal's lists are late about what has started and ended.
"""

from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    DateTime,
    Select,
    and_,
    bindparam,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog.claims import undelivered
from activities.adapters.postgres.backlog.what_is_left import anything_left, left_values
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.terms import unstarted_terms
from activities.adapters.postgres.writes.group_meetings import GROUP
from activities.adapters.postgres.writes.imports import LAND
from activities.adapters.postgres.writes.left_commands import OWN_KINDS
from activities.ports.journal import Clock
from domain.failed_notices import NOT_WORDED, PROGRAM_ASIDE
from domain.journal import Kind
from domain.workflow_contracts import workflow_id

KINDS: Final = {Kind.RELATIONSHIP: "relationship", Kind.OBLIGATION: "obligation", Kind.TERM: "term"}
"""The kinds of stream that a workflow writes, each with the first part of the workflow's id."""


class SqlOpenWork:
    """Open work in PostgreSQL."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def open_work(self) -> int:
        """Count commands, notices and relationships that are still waiting.

        These are commands that somebody is still answering, notices and digests that may leave now, refused notices
        that their stream has not heard of, and applications and successors whose relationship does not exist yet.
        """
        now = await self._clock.now()
        async with self._database.one_statement() as connection:
            return sum((await connection.execute(_waiting(), {"now": now})).one())

    async def housekeeping_needed(self) -> bool:
        """Return whether a round of housekeeping may find anything to do."""
        values = left_values(await self._clock.now())
        async with self._database.one_statement() as connection:
            return bool(await connection.scalar(anything_left(), values))

    async def next_email(self, now: datetime) -> datetime | None:
        """Return the first instant after ``now`` at which an email may leave that waits for no person."""
        row = tables.notices.c
        first = select(func.min(row.not_before)).where(
            row.status.in_(("pending", "parked")),
            row.not_before > now,
            row.code.not_in((PROGRAM_ASIDE, NOT_WORDED)),
        )
        async with self._database.one_statement() as connection:
            found: datetime | None = await connection.scalar(first)
        return found

    async def kept_back(self) -> int:
        """Count the emails that may leave and wait for the mail server: it did not answer when they were tried."""
        row, digest = tables.notices.c, tables.digests.c
        parked = select(func.count()).where(
            row.status == "parked",
            row.not_before <= await self._clock.now(),
            row.code.not_in((PROGRAM_ASIDE, NOT_WORDED)),
            row.deferred_since.is_(None),
        )
        digests = select(func.count()).where(digest.status == "parked")
        counts = select(parked.scalar_subquery(), digests.scalar_subquery())
        async with self._database.one_statement() as connection:
            return sum((await connection.execute(counts)).one())

    async def waiting_emails(self) -> tuple[int, datetime | None, datetime | None]:
        """Count the emails that wait; return with it the first and the last instant at which one may leave."""
        row = tables.notices.c
        waiting = select(func.count(), func.min(row.not_before), func.max(row.not_before)).where(
            row.status.in_(("pending", "parked"))
        )
        async with self._database.one_statement() as connection:
            count, first, last = (await connection.execute(waiting)).one()
        return count, first, last

    async def next_deadline(self, now: datetime) -> datetime | None:
        """Return the first deadline of a relationship or of a term in a region that lies after ``now``."""
        pair, term = tables.relationships.c.next_due, tables.term_regions.c.next_due
        first = func.least(
            select(func.min(pair)).where(pair > now).scalar_subquery(),
            select(func.min(term)).where(term > now).scalar_subquery(),
        )
        async with self._database.one_statement() as connection:
            found: datetime | None = await connection.scalar(select(first))
        return found

    async def next_deadline_of(self, relationship: str, now: datetime) -> datetime | None:
        """Return the next deadline of one relationship after ``now``."""
        pair = tables.relationships.c
        wanted = select(pair.next_due).where(pair.id == relationship, pair.next_due > now)
        async with self._database.one_statement() as connection:
            found: datetime | None = await connection.scalar(wanted)
        return found

    async def email_of(self, relationship: str) -> datetime | None:
        """Return the first instant at which an email about one relationship may leave that waits for no person."""
        row = tables.notices.c
        first = select(func.min(row.not_before)).where(
            row.subject == relationship,
            row.status.in_(("pending", "parked")),
            row.code.not_in((PROGRAM_ASIDE, NOT_WORDED)),
        )
        async with self._database.one_statement() as connection:
            found: datetime | None = await connection.scalar(first)
        return found

    async def waiting_commands(self) -> int:
        """Count the commands to workflows that nobody has answered yet."""
        row = tables.commands.c
        count = select(func.count()).where(row.answered_at.is_(None), row.subject != "")
        async with self._database.one_statement() as connection:
            return int(await connection.scalar(count) or 0)

    async def decided_between(self, begins: datetime, ended: datetime) -> tuple[str, ...]:
        """Return the streams of workflows in which something was decided between two instants. It reads them all."""
        event = tables.events.c
        body = cast(func.convert_from(event.bytes, "UTF8"), JSONB)
        at = cast(body["decided_at"].astext, DateTime(timezone=True))
        wanted = select(event.stream).distinct().where(event.kind.in_(KINDS), at.between(begins, ended))
        async with self._database.one_statement() as connection:
            return tuple(sorted((await connection.scalars(wanted)).all()))

    async def unopened_terms(self) -> int:
        """Count the terms in regions that housekeeping will start and that have no row yet; at most 100."""
        now = await self._clock.now()
        async with self._database.transaction() as connection:
            return len(await unstarted_terms(connection, now, 100))

    async def open_runs(self) -> tuple[str, ...]:
        """Return the ids of all workflows that run: relationships, obligations and terms that have not ended.

        A relationship that has ended still runs while it has a deadline, because its last forms may still arrive.
        """
        pair, money, term = tables.relationships.c, tables.obligations.c, tables.term_regions.c
        wanted = {
            "relationship": select(pair.id).where(or_(pair.ended_at.is_(None), pair.next_due.is_not(None))),
            "obligation": select(money.id).where(money.ended_at.is_(None)),
            "term": select(term.id).where(term.ended_at.is_(None)),
        }
        async with self._database.transaction() as connection:
            found = {kind: await connection.scalars(statement) for kind, statement in wanted.items()}
        return tuple(workflow_id(kind, id) for kind, ids in found.items() for id in sorted(ids))

    async def undelivered(self) -> tuple[str, ...]:
        """Return the ids of the workflows that housekeeping tells to deliver their claims again."""
        async with self._database.one_statement() as connection:
            found = (await connection.scalars(undelivered())).all()
        return tuple(workflow_id("relationship", id) for id in found)

    async def recorded(self) -> dict[str, int]:
        """Return how many events each workflow has recorded, by its id; this includes workflows that have ended."""
        head = tables.heads.c
        wanted = select(head.kind, head.stream, head.seq).where(head.kind.in_([kind.value for kind in KINDS]))
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted.order_by(head.kind, head.stream))).all()
        return {workflow_id(KINDS[Kind(kind)], stream): seq for kind, stream, seq in found}

    async def open_items(self) -> tuple[str, ...]:
        """Return what ``open_work`` counts, one by one: what it is, its id, since when, and its last fault."""
        command, mail, applied = tables.commands.c, tables.notices.c, tables.applications.c
        pair = tables.relationships.c
        wanted = {
            "command": select(command.kind, command.id, command.created_at, literal("")).where(_unanswered()),
            "email": select(mail.kind, mail.id, mail.created_at, mail.code).where(
                or_(_due(await self._clock.now()), mail.told.is_(False))
            ),
            "application": select(literal(""), applied.id, applied.created_at, literal("")).where(
                not_(select(pair.id).where(pair.id == applied.relationship).exists())
            ),
        }
        async with self._database.transaction() as connection:
            found = {name: (await connection.execute(each)).all() for name, each in wanted.items()}
        return tuple(
            " ".join(part for part in (name, kind, id, f"since {since:%Y-%m-%d %H:%M} UTC", code) if part)
            for name, rows in found.items()
            for kind, id, since, code in rows
        )


@cache
def _waiting() -> Select[Any]:
    """Return the statement that counts what waits, built once: the clock asks it many times in a second."""
    pair, known = tables.relationships, tables.relationships.alias("known").c
    applied, notice = tables.applications, tables.notices
    due = _due(bindparam("now", type_=DateTime(timezone=True)))
    waited = (
        select(func.count()).where(tables.digests.c.status == "pending"),
        select(func.count()).select_from(tables.commands).where(_unanswered()),
        select(func.count()).select_from(notice).where(or_(due, notice.c.told.is_(False))),
        select(func.count())
        .select_from(applied)
        .where(not_(select(known.id).where(known.id == applied.c.relationship).exists())),
        select(func.count())
        .select_from(pair)
        .where(pair.c.successor != "", not_(select(known.id).where(known.id == pair.c.successor).exists())),
    )
    return select(*(each.scalar_subquery() for each in waited))


def _due(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Return whether an email may leave now."""
    row = tables.notices.c
    return and_(row.status == "pending", or_(row.not_before.is_(None), row.not_before <= now))


def _unanswered() -> ColumnElement[bool]:
    """Return whether a command has no answer and gets one without its sender.

    Somebody holds its claim, or housekeeping sends it again. Any other row waits for its sender alone, perhaps for
    ever: the request was interrupted or refused without a stored answer, and nothing is in progress.
    """
    row = tables.commands.c
    sent_again = or_(row.subject != "", row.kind.in_((GROUP, LAND, *OWN_KINDS)))
    return and_(row.answered_at.is_(None), or_(row.claimed_until > func.now(), sent_again))
