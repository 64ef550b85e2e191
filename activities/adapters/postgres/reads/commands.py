"""Commands: the progress of one that the reader sent, alone or for a group of pairs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads
from activities.adapters.postgres.writes.group_meetings import GROUP, parts_of, result_of
from domain.visibility import Data, Record, Sight, Who


class CommandReads(Reads):
    """The reads of commands."""

    async def one(self, sight: Sight, id: str) -> Mapping[str, Any] | None:
        """Return the progress of a command; None for an unknown one or another person's."""
        table = tables.commands
        columns = (
            table.c.id,
            table.c.kind,
            table.c.subject,
            table.c.status,
            table.c.answer,
            table.c.answered_at,
        )
        sent = sql.written_by(sight, table.c.actor["id"].astext)
        return await self._one(select(*columns).where(table.c.id == id, sent))

    async def group_ids(self, sight: Sight, beginning: str) -> tuple[str, ...]:
        """Return the ids of group logs that begin with these digits and that the reader may see; two at most."""
        commands = tables.commands.c
        seen = and_(commands.kind == GROUP, sql.group_log(sight))
        return await self._ids(commands.id, seen, beginning)

    async def group(self, sight: Sight, id: str) -> Mapping[str, Any] | None:
        """Return the state of a group's log, with a line for each pair that the reader may see.

        The sender sees all lines. The result is None if there is no such log or no line for the reader. ``state`` is
        pending, done, or refused with the faults that the check has found.
        """
        commands, pairs = tables.commands, tables.relationships
        async with self._database.transaction() as connection:
            wanted = select(commands).where(commands.c.id == id, commands.c.kind == GROUP)
            row = (await connection.execute(wanted)).first()
            if row is None:
                return None
            parts = parts_of(row)
            ids = [part.command.id for part in parts]
            children = select(commands).where(commands.c.id.in_(ids))
            found = {child.id: child for child in await connection.execute(children)}
            named = [part.relationship for part in parts]
            of_pairs = select(pairs.c.id).where(pairs.c.id.in_(named), sql.relationship(sight))
            visible = set(await connection.scalars(of_pairs))
            known = set(await connection.scalars(select(pairs.c.id).where(pairs.c.id.in_(named))))
        sender = Record(people={Who.WRITER: (row.actor["id"],)})
        whole = sight.sees(Data.OWN_WRITING, sender) or (
            bool(visible) and sight.sees(Data.FACTS) and known <= visible
        )
        seen = [each for each in named if whole or each in visible]
        if not seen:
            return None
        refused = row.status is not None and row.status >= 400
        lines = [] if refused else result_of(id, parts, found)["results"]
        return {
            "group": id,
            "state": "refused" if refused else "pending" if row.answered_at is None else "done",
            "results": [line for line in lines if line["relationship"] in seen],
            "errors": row.answer["errors"] if refused and whole else [],
        }
