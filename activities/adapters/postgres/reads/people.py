"""People: those whom the reader sees by office, the reader's own entry, and the capacity of mentors."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Page, Reads
from domain.visibility import Sight

_SHOWN: Final = tuple(
    column for column in tables.people.c if column.name != "salt" and not column.name.endswith("_plain")
)
"""What readers see of an entry: neither the salt of its commitments nor what the database compares."""


class PeopleReads(Reads):
    """The reads of people."""

    async def page(self, sight: Sight, *, after: str = "", limit: int = 50) -> Page:
        """Return people of the reader's regions."""
        table = tables.people
        statement = select(*_SHOWN).where(sql.colleague(sight))
        return await self._page(statement, table.c.created_at, table.c.id, after, limit)

    async def oneself(self, sight: Sight) -> Mapping[str, Any] | None:
        """Return what the office knows about the reader; None if it knows no person with that id."""
        table = tables.people
        return await self._one(select(*_SHOWN).where(table.c.id == sight.person, sql.person(sight)))

    async def mentors(self, sight: Sight) -> Page:
        """Return mentors with their capacity and the places that are taken."""
        mentors, people, slots = tables.mentors, tables.people, tables.slots
        taken = (
            select(func.count())
            .select_from(slots)
            .where(slots.c.mentor == mentors.c.person, slots.c.released_at.is_(None))
            .scalar_subquery()
        )
        rows = await self._all(
            select(mentors, people.c.region, taken.label("taken"))
            .join(people, people.c.id == mentors.c.person)
            .where(sql.mentor(sight))
            .order_by(mentors.c.person)
        )
        return Page(rows=rows)
