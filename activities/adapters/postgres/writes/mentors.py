"""Mentors: how many mentees each can take, and the dates of training, service and credential."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.writes.base import Writes
from activities.adapters.postgres.writes.corrections import correction
from activities.adapters.postgres.writes.person_entries import changing, plain_change
from domain.actors import Actor
from domain.errors import demand
from domain.people.mentor_days import backwards, days_still_to_come


class EndsTooEarly(ValueError):
    """A last day before its first day."""


async def _demand_order(
    connection: AsyncConnection, person: str, values: Mapping[str, int | date | None]
) -> None:
    """Refuse days of a mentor that are in the wrong order together with those that stay."""
    found = await connection.execute(select(tables.mentors).where(tables.mentors.c.person == person))
    there = found.mappings().first()
    wrong = backwards({**(there or {}), **values})
    if any(not {each.last, each.first}.isdisjoint(values) for each in wrong):
        raise EndsTooEarly


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
            RuleViolation: A day that cannot lie ahead comes after ``today`` (``day_in_future``).
            EndsTooEarly: A last day is before its first day.
        """
        mentors = tables.mentors
        capacity_now = select(mentors.c.capacity).where(mentors.c.person == person)
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return int((await connection.scalars(capacity_now)).one())
            await self._require(connection, tables.people.c.id, person, "person")
            known = await connection.scalar(capacity_now)
            await _demand_order(connection, person, values)
            stored = upsert(mentors).values(person=person, **{"capacity": usual, **values})
            again = {"capacity": mentors.c.capacity, **values}
            told = plain_change if known is None else await correction(connection, person, "mentor")
            async with changing(connection, [person], actor=actor, command=command, event=told) as entries:
                ahead = days_still_to_come(values, entries[person].mentor, today)
                demand(not ahead, "day_in_future", field="".join(ahead[:1]))
                await connection.execute(stored.on_conflict_do_update(index_elements=["person"], set_=again))
            capacity = int((await connection.scalars(capacity_now)).one())
            await self._note(
                connection, "MentorSet", {"person": person, "capacity": capacity}, actor, command
            )
            return capacity
