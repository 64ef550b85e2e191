"""Commands that were claimed and have no answer, and the storing of answers."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog.part import BacklogPart
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.document_settlement import settle_documents
from activities.adapters.postgres.unreadable import UNREADABLE, log_unreadable
from activities.adapters.postgres.writes.group_meetings import GROUP, LOG, Groups
from activities.ports.journal import Clock
from activities.ports.workflows import Sent, Unanswered
from domain.codec import from_plain, to_plain
from domain.messages import Command
from domain.workflow_contracts import workflow_id


class CommandBacklog(BacklogPart):
    """Commands without an answer."""

    def __init__(
        self, database: Database, clock: Clock, commands: Mapping[str, tuple[str, type[Command]]]
    ) -> None:
        """Store the command types by name, each with the kind of workflow that it is for."""
        super().__init__(database, clock)
        self._commands = commands
        self._groups = Groups(database)

    async def unanswered(self, limit: int) -> tuple[Unanswered, ...]:
        """Return commands whose claim has expired without an answer; unreadable ones are left to a person.

        A group's log whose sender has stopped is checked first if that is not done: then its parts are included.
        """
        await self._groups.advance(limit)
        row = tables.commands.c
        wanted = unanswered().where(row.kind.in_(self._commands)).order_by(row.created_at, row.id)
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted.limit(limit))).mappings().all()
        left = []
        for command in found:
            kind, cls = self._commands[command["kind"]]
            plain = {**command["payload"], "id": command["id"], "actor": command["actor"]}
            try:
                read = from_plain(cls, plain)
            except UNREADABLE:
                log_unreadable(command["kind"], command["id"])
                continue
            left.append(Unanswered(workflow=workflow_id(kind, command["subject"]), command=read))
        return tuple(left)

    async def answer(self, command: str, sent: Sent) -> None:
        """Store how a command ended, and settle its document; later requests with the same key get this answer."""
        row = tables.commands.c
        async with self._database.transaction() as connection:
            kind = (await connection.scalars(select(row.kind).where(row.id == command))).one()
            if sent.receipt is not None:
                status, answer = 200, to_plain(sent.receipt)
            else:
                code = sent.code or f"{self._commands[kind][0]}_ended"
                status, answer = 409, {"status": 409, "code": code}
            stored = (
                update(tables.commands)
                .where(row.id == command, row.answered_at.is_(None))
                .values(status=status, answer=answer, answered_at=func.now())
                .returning(row.payload)
            )
            kept = (await connection.execute(stored)).first()
            await settle_documents(connection, command)
        if kept is not None and kind == LOG:
            try:
                await self._groups.settle(kept.payload["group"])
            except UNREADABLE:
                log_unreadable(GROUP, kept.payload["group"])


@cache
def unanswered() -> Select[Any]:
    """Return a select for the commands of every kind, groups too, whose claim has expired without an answer."""
    row = tables.commands.c
    return select(row.id, row.kind, row.subject, row.payload, row.actor).where(
        row.answered_at.is_(None), row.claimed_until < func.now()
    )
