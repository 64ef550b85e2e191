"""Mentors: how many mentees each can take, and the dates of training, service and credential."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from activities.adapters.postgres import tables
from activities.adapters.postgres.writes.base import Writes
from activities.adapters.postgres.writes.person_entries import changing, correction, plain_change
from domain.actors import Actor


class MentorWrites(Writes):
    """The writes of mentors."""

    async def put_mentor(
        self,
        person: str,
        capacity: int,
        trained_on: date | None,
        *,
        serving_since: date | None = None,
        serving_until: date | None = None,
        credential_until: date | None = None,
        actor: Actor,
        command: str,
    ) -> None:
        """Store a mentor's capacity, day of training, service and credential dates; raise ``Unknown``."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await self._require(connection, tables.people.c.id, person, "person")
            values = {
                "capacity": capacity,
                "trained_on": trained_on,
                "serving_since": serving_since,
                "serving_until": serving_until,
                "credential_until": credential_until,
            }
            known = await connection.scalar(
                select(tables.mentors.c.person).where(tables.mentors.c.person == person)
            )
            told = plain_change if known is None else correction("mentor")
            async with changing(connection, [person], actor=actor, command=command, event=told):
                await connection.execute(
                    upsert(tables.mentors)
                    .values(person=person, **values)
                    .on_conflict_do_update(index_elements=["person"], set_=values)
                )
            await self._note(
                connection, "MentorSet", {"person": person, "capacity": capacity}, actor, command
            )
