"""Reads about meetings beside the lists: how far a group's log is, and the plan of a pair with the district's slots."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.reads.lists import Scope
from activities.adapters.postgres.reads.states import relationship_state
from activities.adapters.postgres.writes.group_meetings import GROUP, parts_of, shown
from domain.relationship.state import Relationship
from domain.rules.program import Rules


class MeetingViews:
    """Reads of group logs and of plans."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def mentored(self, person: str, relationships: Sequence[str]) -> bool:
        """Whether that person is the mentor of all these pairs, and so logs as one of them."""
        pair = tables.relationships.c
        others = select(pair.id).where(pair.id.in_(relationships), pair.mentor == person)
        async with self._database.transaction() as connection:
            return len((await connection.scalars(others)).all()) == len(relationships)

    async def group(self, scope: Scope, id: str) -> Mapping[str, Any] | None:
        """The state of a group's log with a line for each pair that the caller may see; None where there is none.

        Who sent it sees all lines, a coordinator those of the own regions. ``state`` is pending, done, or refused with
        the faults that the check has found.
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
            of_pairs = select(pairs.c.id, pairs.c.region).where(pairs.c.id.in_(named))
            regions = {pair.id: pair.region for pair in await connection.execute(of_pairs)}
        whole = scope.everything or row.actor["id"] == scope.person
        seen = [each for each in named if whole or regions.get(each) in scope.regions]
        if not seen:
            return None
        refused = row.status is not None and row.status >= 400
        lines = [] if refused else shown(id, parts, found)["results"]
        return {
            "group": id,
            "state": "refused" if refused else "pending" if row.answered_at is None else "done",
            "results": [line for line in lines if line["relationship"] in seen],
            "errors": row.answer["errors"] if refused and whole else [],
        }

    async def schedule(self, id: str) -> tuple[Relationship, Rules, datetime] | None:
        """The state that holds the plan of a pair, the rules that hold the slots, and the office's time."""
        async with self._database.transaction() as connection:
            known = await relationship_state(connection, id)
            return None if known is None else (*known, await office_now(connection))
