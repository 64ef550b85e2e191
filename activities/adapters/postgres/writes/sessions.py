"""Sessions of people who signed in: begun, given a new token, and ended. Nothing of it depends on the demo's clock."""

import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.door_sessions import open_at_door
from activities.adapters.postgres.facts.grants import entries_of_human, live_grants
from activities.adapters.postgres.facts.sessions import LONGEST, going_on, rights_text
from activities.adapters.postgres.facts.tokens import hashed
from activities.adapters.postgres.writes.base import Unknown, Writes
from domain.actors import Actor
from domain.people.grants import Rights, rights_of

FORMER_TOKEN: Final = timedelta(seconds=30)
"""How long a token still works after it was replaced, for requests that were under way."""
NO_RIGHTS: Final = rights_text(Rights())
_KEPT: Final = 2 * LONGEST
"""How long the row of a session that is over stays, so that a page can say who ended it."""


class SessionWrites(Writes):
    """The writes of sessions."""

    async def begin(self, person: str, tie: str) -> str:
        """Begin the session of a person who has signed in; return its token, which is stored nowhere.

        It is empty for somebody who has no role in the office, for whom no session begins, and for a sign-in that is
        the person's no longer.
        """
        async with self._database.transaction() as connection:
            own = select(tables.ties.c.ended_at).where(tables.ties.c.id == tie).with_for_update(read=True)
            rights = await _rights(connection, person)
            if rights == NO_RIGHTS or await connection.scalar(own) is not None:
                return ""
            over = tables.sessions.c.created_at < func.now() - _KEPT
            await connection.execute(delete(tables.sessions).where(over))
            token = secrets.token_urlsafe(32)
            row = {"id": secrets.token_hex(8), "hash": hashed(token), "csrf": secrets.token_urlsafe(32)}
            row |= {"person": person, "tie": tie, "rights": rights}
            await connection.execute(insert(tables.sessions).values(**row))
        return token

    async def renew(self, id: str) -> str | None:
        """Give a session a new token for its current rights; None if another request has just done so."""
        table, token = tables.sessions, secrets.token_urlsafe(32)
        async with self._database.transaction() as connection:
            found = await connection.execute(
                select(table.c.person, table.c.rights, table.c.hash).where(table.c.id == id).with_for_update()
            )
            row = found.first()
            rights = await _rights(connection, row.person) if row else ""
            if row is None or row.rights == rights:
                return None
            changed = {"hash": hashed(token), "former_hash": row.hash, "rights": rights}
            until = func.now() + FORMER_TOKEN
            await connection.execute(
                update(table).where(table.c.id == id).values(**changed, former_until=until)
            )
        return token

    async def sign_out(self, id: str) -> None:
        """Delete a session, because its person signs out."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(tables.sessions).where(tables.sessions.c.id == id))

    async def end(self, id: str, people: tuple[str, ...], actor: Actor, command: str) -> None:
        """End a session of one of some people, as an event; raise ``Unknown`` if there is none that goes on."""
        table = tables.sessions
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            wanted = table.c.id == id, table.c.person.in_(people), going_on()
            ended = update(table).where(*wanted).values(ended_at=func.now(), ended_by=actor.id)
            person = await connection.scalar(ended.returning(table.c.person))
            if person is None:
                raise Unknown("session")
            await self._note(connection, "SessionEnded", {"person": person, "session": id}, actor, command)

    async def end_all(self, person: str, actor: Actor, command: str) -> int:
        """End all sessions of a human, in the office and at the door, as one event; return how many there were."""
        count = 0
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return 0
            ids = await entries_of_human(connection, person)
            for table, open in ((tables.sessions, going_on()), (tables.door_sessions, open_at_door())):
                ended = update(table).where(table.c.person.in_(ids), open)
                values = ended.values(ended_at=func.now(), ended_by=actor.id).returning(table.c.id)
                count += len((await connection.scalars(values)).all())
            await self._note(connection, "SessionsEnded", {"person": person}, actor, command)
        return count


async def _rights(connection: AsyncConnection, person: str) -> str:
    """Return the rights of a human now, as a session keeps them."""
    live = await live_grants(connection, await entries_of_human(connection, person))
    return rights_text(rights_of(live, participant=False))
