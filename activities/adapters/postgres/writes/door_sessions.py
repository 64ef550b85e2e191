"""Sessions of mentors and mentees at the door: begun after a right code, used, and ended. All in real time."""

import secrets

from sqlalchemy import func, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.tokens import hashed


class DoorSessionWrites:
    """The writes of sessions of the door; each is for the person for whom the process acts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sign_out(self, id: str) -> None:
        """End a session, because its person signs out."""
        table = tables.door_sessions
        async with self._database.one_statement() as connection:
            await connection.execute(
                update(table)
                .where(table.c.id == id, table.c.ended_at.is_(None))
                .values(ended_at=func.now(), ended_by=table.c.person)
            )

    async def read_in(self, id: str, language: str) -> None:
        """Have the pages of a session speak another language."""
        table = tables.door_sessions
        async with self._database.one_statement() as connection:
            await connection.execute(update(table).where(table.c.id == id).values(language=language))


async def begin_session(connection: AsyncConnection, person: str, language: str) -> str:
    """Begin the session of a person in the caller's transaction; return its token, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    row = {
        "id": secrets.token_hex(16),
        "hash": hashed(token),
        "csrf": secrets.token_urlsafe(32),
        "person": person,
        "language": language,
    }
    await connection.execute(insert(tables.door_sessions).values(**row))
    return token
