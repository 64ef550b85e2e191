"""The use of a link: the submission that claims the row of its command uses it up, in one transaction.

A command that is refused gives its link back: a trigger does so, whichever process stores the answer.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.writes.commands import CommandIntake


class LinkUsed(Exception):
    """A link that another submission has used up, or that is no longer a right."""


class LinkIntake(CommandIntake):
    """The command rows of one link: a new row is claimed only together with the link."""

    def __init__(self, database: Database, link: str) -> None:
        super().__init__(database)
        self._link = link

    async def _add(self, row: Mapping[str, Any]) -> bool:
        """Add a command row and use the link up for it; return False if there is one with its id.

        Raises:
            LinkUsed: The link is used up for another command, has expired or was revoked.
        """
        if await self.knows(row["id"]):
            return False
        link = tables.task_links.c
        async with self._database.transaction() as connection:
            now = await office_now(connection)
            used = await connection.scalar(
                update(tables.task_links)
                .where(link.id == self._link, link.used_at.is_(None), link.revoked_at.is_(None))
                .where(link.expires_at > now)
                .values(used_at=now, used_by=row["id"])
                .returning(link.id)
            )
            if used is None:
                raise LinkUsed
            await connection.execute(insert(tables.commands).values(row))
        return True
