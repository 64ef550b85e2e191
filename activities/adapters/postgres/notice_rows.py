"""The rows of notices: read for an email, then marked with how sending ended."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import CompoundSelect, func, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.office_tasks import close_office_task, open_office_task
from activities.adapters.postgres.reads import notices as reads
from activities.adapters.postgres.tables import claims, notices, relationships, tasks, term_regions
from activities.ports.journal import Clock
from activities.ports.notices import NoticeToSend
from domain.actors import Role
from domain.failed_notices import CORRECTED, NOT_WORDED, PROGRAM_ASIDE
from domain.notices import NoticeKind
from domain.tasks import TaskKind
from domain.visibility import MAILER

_SENT = "sent"
_REFUSED = "refused"
_PARKED = "parked"
_OVERTAKEN = "overtaken"
WAITS_AGAIN: Final[dict[Any, Any]] = {
    notices.c.status: "pending",
    notices.c.code: "",
    notices.c.not_before: None,
    notices.c.attempt: notices.c.attempt + 1,
    notices.c.told: True,
    notices.c.deferred_since: None,
}
"""What is in the row of a refused notice that is sent again."""


class NoticeRecords:
    """Notices in PostgreSQL. A notice that was sent never gets another mark."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def to_send(self, notice: str) -> NoticeToSend | None:
        """Return the notice with names and addresses as they are now."""
        return (await self.all_to_send((notice,))).get(notice)

    async def all_to_send(self, wanted: Collection[str]) -> dict[str, NoticeToSend]:
        """Return notices by their ids, with names and addresses as they are now."""
        today = (await self._clock.now()).astimezone(UTC).date()
        async with self._database.selects() as connection:
            return await reads.to_send(MAILER, connection, wanted, today)

    async def mark_sent(self, notice: str, at: datetime) -> None:
        """Record that the mail server accepted it."""
        await self._mark(notice, _SENT, sent_at=at)

    async def mark_refused(self, notice: str, code: str) -> None:
        """Record that it can never be delivered in its present form."""
        await self._mark(notice, _REFUSED, code, told=False)

    async def mark_overtaken(self, notice: str, why: str) -> None:
        """Record that it is not sent, since it no longer holds."""
        await self._mark(notice, _OVERTAKEN, why, told=False)

    async def reopen(self, notice: str) -> None:
        """Let a refused notice wait again."""
        row = notices.c
        reopened = update(notices).where(row.id == notice, row.status == _REFUSED)
        async with self._database.one_statement() as connection:
            await connection.execute(reopened.values(WAITS_AGAIN))

    async def mark_parked(self, notice: str, code: str) -> None:
        """Record that it waits until email works again."""
        await self._mark(notice, _PARKED, code)

    async def mark_deferred(self, notice: str, code: str, at: datetime) -> None:
        """Record that its reader's mail server asks to try later, and since when it does."""
        since = func.coalesce(notices.c.deferred_since, at)
        await self._mark(notice, _PARKED, code, deferred_since=since)

    async def park_unworded(self, notice: str, kind: NoticeKind) -> None:
        """Record that it waits until there are words for it, and open the one task for its kind."""
        row = notices.c
        marked = update(notices).where(row.id == notice, row.status != _SENT)
        async with self._database.transaction() as connection:
            await connection.execute(marked.values(status=_PARKED, code=NOT_WORDED))
            await open_office_task(connection, TaskKind.CORRECT_WORDS, kind.value, Role.ADMIN)

    async def words_back(self) -> None:
        """Close the tasks about words, and let what they were about wait again: the software is another one now."""
        row = notices.c
        back = update(notices).where(row.code == NOT_WORDED, row.status == _PARKED)
        async with self._database.transaction() as connection:
            await connection.execute(back.values(code="", not_before=None))
            await _close_tasks(connection, TaskKind.CORRECT_WORDS, "tried_again")

    async def mail_refused(self, code: str) -> None:
        """Open the one task about a mail server that refuses the office."""
        async with self._database.transaction() as connection:
            await open_office_task(connection, TaskKind.CORRECT_MAIL, code, Role.ADMIN)

    async def mail_taken(self) -> None:
        """Close that task: a mail server took an email."""
        async with self._database.transaction() as connection:
            await _close_tasks(connection, TaskKind.CORRECT_MAIL, CORRECTED)

    async def park_with_program(self, notice: str, program: str) -> None:
        """Record that it waits until its program's file can be used, and open the one task for that program."""
        row = notices.c
        marked = update(notices).where(row.id == notice, row.status != _SENT)
        async with self._database.transaction() as connection:
            await connection.execute(marked.values(status=_PARKED, code=PROGRAM_ASIDE))
            await open_office_task(connection, TaskKind.CORRECT_PROGRAM, program, Role.ADMIN)

    async def programs_back(self, usable: Collection[str]) -> None:
        """Close the tasks of programs that can be used, and let their emails wait like any other, however new."""
        task, row = tasks.c, notices.c
        closable = select(task.id, task.about).where(
            task.kind == TaskKind.CORRECT_PROGRAM.value, task.closed_at.is_(None), task.about.in_(usable)
        )
        async with self._database.transaction() as connection:
            for id, program in (await connection.execute(closable.order_by(task.id))).all():
                back = update(notices).where(row.code == PROGRAM_ASIDE, row.subject.in_(_streams_of(program)))
                await connection.execute(back.values(code="", not_before=None))
                await close_office_task(connection, id, CORRECTED)

    async def _mark(self, notice: str, status: str, code: str = "", **more: Any) -> None:
        row = notices.c
        marked = update(notices).where(row.id == notice, row.status != _SENT)
        async with self._database.one_statement() as connection:
            await connection.execute(marked.values(status=status, code=code, **more))


async def _close_tasks(connection: AsyncConnection, kind: TaskKind, outcome: str) -> None:
    """Close the open tasks of a kind that are about the office itself."""
    task = tasks.c
    done = select(task.id).where(task.kind == kind.value, task.closed_at.is_(None))
    for id in (await connection.scalars(done.order_by(task.id))).all():
        await close_office_task(connection, id, outcome)


def _streams_of(program: str) -> CompoundSelect[tuple[str]]:
    """Return the streams of a program that notices are about: relationships, terms in regions, and money owed."""
    pair, kept = relationships.c, term_regions.c
    of_money = select(claims.c.obligation).join(relationships, claims.c.relationship == pair.id)
    return union(
        select(pair.id).where(pair.program == program),
        select(kept.id).where(kept.program == program),
        of_money.where(pair.program == program),
    )
