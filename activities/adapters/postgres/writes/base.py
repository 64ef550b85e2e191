"""What the writes of reference data share: their errors, their events, and how a repeat is recognized.

A write that has a command also appends an event to the installation's stream, with ids and counts and no personal
data.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import append_side
from domain.actors import Actor
from domain.ids import derive, s_stream


class Unknown(ValueError):
    """Something that is named does not exist; the text is its kind (``region``, ``person``, ``record``)."""


class AlreadyThere(ValueError):
    """What is to be written cannot be next to something that exists; the text is the code of the problem.

    ``advice`` says what to do in this very case, if there is more to say than the words of the code.
    """

    def __init__(self, code: str, advice: str = "") -> None:
        """Set the code and the advice."""
        super().__init__(code)
        self.code = code
        self.advice = advice


class Writes:
    """The base class of the writes of one noun. With the same ``command``, a repeat has the same event."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def has_written(self, command: str) -> bool:
        """Return whether this command has written already."""
        async with self._database.transaction() as connection:
            return await self._done(connection, command)

    async def _done(self, connection: AsyncConnection, command: str) -> bool:
        """Return whether this command has already written: then its event exists."""
        origin = (await connection.scalars(select(tables.installation.c.origin))).one()
        events = tables.events.c
        wanted = (events.stream == s_stream(origin), events.command == event_command(command))
        return await connection.scalar(select(events.seq).where(*wanted)) is not None

    async def _note(
        self, connection: AsyncConnection, type: str, body: Mapping[str, Any], actor: Actor, command: str
    ) -> None:
        """Append the event of a write, in its transaction."""
        now = await office_now(connection)
        await append_side(connection, type, body, command=event_command(command), actor=actor, decided_at=now)

    @staticmethod
    async def _require(connection: AsyncConnection, column: Any, value: str, kind: str) -> None:
        """Raise ``Unknown`` unless a row has this value."""
        if await connection.scalar(select(column).where(column == value)) is None:
            raise Unknown(kind)


def event_command(command: str) -> str:
    """Return the command id of a write's event; stored events have it, so it never changes."""
    return derive("reference", command)
