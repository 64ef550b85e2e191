"""People: those whom the reader sees by office, the reader's own entry, and the capacity of mentors."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Page, Reads
from activities.adapters.postgres.reads.search import keys_of, person_matches
from domain.visibility import Sight

_SHOWN: Final = tuple(
    column for column in tables.people.c if column.name != "salt" and not column.name.endswith("_plain")
)
"""What readers see of an entry: neither the salt of its commitments nor what the database compares."""
_COUNTS: Final = tables.people.c.withdrawn_on.is_(None)
"""Lists leave out the entries that were made by mistake."""


class PeopleReads(Reads):
    """The reads of people."""

    async def page(
        self,
        sight: Sight,
        *,
        after: str = "",
        limit: int = 50,
        q: str = "",
        region: str = "",
        role_title: str = "",
    ) -> Page:
        """Return people of the reader's regions; with ``q``, those whom it finds by name, address or key."""
        table = tables.people
        statement = select(*_SHOWN, keys_of(sight, table).label("keys")).where(
            sql.colleague(sight), person_matches(sight, q, table), table.c.withdrawn_on.is_(None)
        )
        if region:
            statement = statement.where(table.c.region == region)
        if role_title:
            statement = statement.where(table.c.role_title == role_title)
        return await self._page(statement, table.c.created_at, table.c.id, after, limit)

    async def oneself(self, sight: Sight) -> Mapping[str, Any] | None:
        """Return what the office knows about the reader; None if it knows no person with that id."""
        table = tables.people
        return await self._one(select(*_SHOWN).where(table.c.id == sight.person, sql.person(sight)))

    async def role_titles(self, sight: Sight) -> tuple[str, ...]:
        """Return the role titles of the people of the reader's regions, each once."""
        title = tables.people.c.role_title
        wanted = select(title).where(sql.colleague(sight), title != "", _COUNTS).distinct().order_by(title)
        async with self._database.transaction() as connection:
            return tuple(await connection.scalars(wanted))

    async def mentors(
        self, sight: Sight, *, after: str = "", limit: int = 50, q: str = "", region: str = ""
    ) -> Page:
        """Return mentors with their capacity and the places that are taken.

        The name is null where the reader may not see it, and ``q`` finds nobody whom the reader may not see.
        """
        mentors, people, slots = tables.mentors, tables.people, tables.slots
        taken = (
            select(func.count())
            .select_from(slots)
            .where(slots.c.mentor == mentors.c.person, slots.c.released_at.is_(None))
            .scalar_subquery()
        )
        statement = (
            select(mentors, people.c.region, sql.name(sight, people).label("name"), taken.label("taken"))
            .add_columns(people.c.created_at)
            .join(people, people.c.id == mentors.c.person)
            .where(sql.mentor(sight), _COUNTS)
        )
        if q:
            statement = statement.where(person_matches(sight, q, people))
        if region:
            statement = statement.where(people.c.region == region)
        return await self._page(statement, people.c.created_at, mentors.c.person, after, limit)
