"""Mentors: how many mentees each can take, and the dates of training, service and credential."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from activities.adapters.postgres import tables
from activities.adapters.postgres.writes.base import Writes
from activities.adapters.postgres.writes.corrections import correction
from activities.adapters.postgres.writes.person_entries import changing, plain_change
from domain.actors import Actor
from domain.errors import demand
from domain.people.corrections import MENTOR
from domain.people.mentor_days import days_still_to_come, ends_early


class MentorWrites(Writes):
    """The writes of mentors."""

    async def put_mentor(
        self,
        person: str,
        values: Mapping[str, int | date | None],
        *,
        usual: int,
        today: date,
        actor: Actor,
        command: str,
    ) -> int:
        """Store what is new about a mentor and return the capacity; what ``values`` does not name stays.

        A new mentor whose capacity nobody names takes ``usual`` mentees.

        Raises:
            Unknown: There is no such person.
            RuleViolation: A day that cannot lie ahead comes after ``today`` (``day_in_future``), or the service would
                end before it begins (``service_ends_before_it_begins``).
        """
        mentors = tables.mentors
        capacity_now = select(mentors.c.capacity).where(mentors.c.person == person)
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return int((await connection.scalars(capacity_now)).one())
            await self._require(connection, tables.people.c.id, person, "person")
            known = await connection.scalar(capacity_now)
            stored = upsert(mentors).values(person=person, **{"capacity": usual, **values})
            again = {"capacity": mentors.c.capacity, **values}
            told = plain_change if known is None else await correction(connection, person, MENTOR)
            async with changing(connection, [person], actor=actor, command=command, event=told) as entries:
                record = entries[person].mentor
                demand(not ends_early(values, record), "service_ends_before_it_begins")
                ahead = days_still_to_come(values, record, today)
                demand(not ahead, "day_in_future", field="".join(ahead[:1]))
                await connection.execute(stored.on_conflict_do_update(index_elements=["person"], set_=again))
            capacity = int((await connection.scalars(capacity_now)).one())
            await self._note(
                connection, "MentorSet", {"person": person, "capacity": capacity}, actor, command
            )
            return capacity
