"""Memberships of people, each with its dates."""

from datetime import date

from sqlalchemy import insert, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.writes.base import Writes
from activities.adapters.postgres.writes.person_entries import changing
from domain.actors import Actor


class BeforeItBegan(ValueError):
    """A membership that would end before its first day."""


class MembershipWrites(Writes):
    """The writes of memberships."""

    async def add_membership(
        self, person: str, name: str, first: date, last: date | None, *, actor: Actor, command: str
    ) -> None:
        """Add a membership of a person with its dates; raise ``Unknown``."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await self._require(connection, tables.people.c.id, person, "person")
            row = {"person": person, "class": name, "first": first, "last": last}
            async with changing(connection, [person], actor=actor, command=command):
                await connection.execute(insert(tables.memberships), [row])
            await self._note(connection, "MembershipDated", {"person": person, "class": name}, actor, command)

    async def end_membership(self, person: str, last: date, *, actor: Actor, command: str) -> None:
        """End a person's open memberships on a day; raise ``Unknown`` or ``BeforeItBegan``."""
        table = tables.memberships
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await self._require(connection, tables.people.c.id, person, "person")
            still = (table.c.person == person, table.c.last.is_(None), table.c.withdrawn_at.is_(None))
            later = select(table.c.id).where(*still, table.c.first > last).limit(1)
            if await connection.scalar(later) is not None:
                raise BeforeItBegan
            async with changing(connection, [person], actor=actor, command=command):
                await connection.execute(table.update().where(*still).values(last=last))
            await self._note(connection, "MembershipEnded", {"person": person}, actor, command)
