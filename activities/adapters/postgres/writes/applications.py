"""Applications, each of which opens one relationship."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.writes.base import AlreadyThere, Writes
from domain.actors import Actor
from domain.codec import to_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApplication:
    """An application as it is stored: who, for which term and region, why."""

    id: str
    relationship: str
    person: str
    program: str
    term: str
    region: str
    reason: str
    first_year: bool
    applied_on: date
    special_document: str | None = None
    areas: tuple[str, ...] = ()


class ApplicationWrites(Writes):
    """The writes of applications."""

    async def add_application(self, new: NewApplication, *, actor: Actor) -> str:
        """Store an application and return the relationship that it opens.

        Raises:
            AlreadyThere: The person has another application for the term.
        """
        async with self._database.transaction() as connection:
            return await self.add_application_in(connection, new, actor=actor)

    async def add_application_in(
        self, connection: AsyncConnection, new: NewApplication, *, actor: Actor
    ) -> str:
        """Store an application as ``add_application`` does, in the caller's transaction."""
        table = tables.applications
        await self._require(connection, tables.people.c.id, new.person, "person")
        await self._require(connection, tables.regions.c.code, new.region, "region")
        await self._require(connection, tables.terms.c.id, new.term, "term")
        values = {name: getattr(new, name) for name in (*NewApplication.__slots__,) if name in table.c}
        values["areas"] = list(new.areas)
        await connection.execute(
            upsert(table).values(**values, actor=to_plain(actor)).on_conflict_do_nothing()
        )
        stored = (
            await connection.execute(
                select(table).where(table.c.person == new.person, table.c.term == new.term)
            )
        ).one()
        if any(getattr(stored, name) != value for name, value in values.items()):
            raise AlreadyThere("application")
        return new.relationship

    async def mark_started(self, application: str) -> None:
        """Record that the relationship of an application was started."""
        table = tables.applications
        async with self._database.transaction() as connection:
            now = await office_now(connection)
            await connection.execute(table.update().where(table.c.id == application).values(started_at=now))
