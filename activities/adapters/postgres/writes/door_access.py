"""The end of all ways in of a mentor or mentee, by one act of staff: links of emails and sessions at the door."""

from sqlalchemy import func, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.facts.door_sessions import open_at_door
from activities.adapters.postgres.facts.grants import entries_of_human
from activities.adapters.postgres.writes.base import Writes
from domain.actors import Actor


class DoorAccessWrites(Writes):
    """The writes of staff about how people get in at the door."""

    async def end(self, person: str, actor: Actor, command: str) -> None:
        """End all links and sessions of a human, as one event.

        The event has no numbers: there may be links in emails of which its reader knows nothing.
        """
        link, session = tables.task_links, tables.door_sessions
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            ids, now = await entries_of_human(connection, person), await office_now(connection)
            unused = link.c.person.in_(ids), link.c.used_at.is_(None), link.c.revoked_at.is_(None)
            revoked = update(link).where(*unused).values(revoked_at=now, revoked_by=actor.id)
            await connection.execute(revoked)
            going_on = session.c.person.in_(ids), open_at_door()
            ended = update(session).where(*going_on).values(ended_at=func.now(), ended_by=actor.id)
            await connection.execute(ended)
            await self._note(connection, "DoorAccessEnded", {"person": person}, actor, command)
