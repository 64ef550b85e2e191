"""People: those whom the reader sees by office, the reader's own entry, and the capacity of mentors."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import func, literal, or_, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.entries_of_one import every_entry
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.newest_membership import newest_membership
from activities.adapters.postgres.reads.rows import Page, Reads, plain
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
        today: date | None = None,
    ) -> Page:
        """Return people of the reader's regions; with ``q``, those whom it finds by name, address or key.

        With ``today``, each has the membership that says most on that day.
        """
        table = tables.people
        statement = select(*_SHOWN, keys_of(sight, table).label("keys")).where(
            sql.colleague(sight), person_matches(sight, q, table), table.c.withdrawn_on.is_(None)
        )
        if today is not None:
            statement = statement.add_columns(newest_membership(sight, table, today))
        if region:
            statement = statement.where(table.c.region == region)
        if role_title:
            statement = statement.where(table.c.role_title == role_title)
        return await self._page(statement, table.c.created_at, table.c.id, after, limit)

    async def listed(
        self,
        sight: Sight,
        *,
        today: date,
        q: str = "",
        region: str = "",
        mentors: bool = False,
        offset: int = 0,
        limit: int = 50,
    ) -> tuple[tuple[Mapping[str, Any], ...], int]:
        """Return some people whom the reader sees by office, by name, and how many there are.

        Each has the name of the region, the membership that says most ``today``, how many pairs are open, and of a
        mentor the places and those taken.
        """
        table, mentor, slot, pair = tables.people, tables.mentors, tables.slots.c, tables.relationships.c
        taken = select(func.count()).where(slot.mentor == table.c.id, slot.released_at.is_(None))
        pairs = select(func.count()).where(
            or_(pair.mentee == table.c.id, pair.mentor == table.c.id),
            pair.status != "ended",
            sql.relationship(sight),
        )
        statement = (
            select(*_SHOWN, keys_of(sight, table).label("keys"), tables.regions.c.name.label("region_name"))
            .add_columns(
                newest_membership(sight, table, today),
                mentor.c.capacity,
                taken.scalar_subquery().label("taken"),
            )
            .add_columns(pairs.scalar_subquery().label("pairs"), func.count().over().label("total"))
            .join(mentor, mentor.c.person == table.c.id, isouter=True)
            .join(tables.regions, tables.regions.c.code == table.c.region, isouter=True)
            .where(sql.colleague(sight), person_matches(sight, q, table), _COUNTS)
            .order_by(func.lower(table.c.name), table.c.id)
        )
        if region:
            statement = statement.where(table.c.region == region)
        if mentors:
            statement = statement.where(mentor.c.person.is_not(None))
        async with self._database.one_statement() as connection:
            found = [row._mapping for row in await connection.execute(statement.offset(offset).limit(limit))]
        return tuple(plain(row) for row in found), found[0]["total"] if found else 0

    async def places_taken(self, sight: Sight, person: str) -> int:
        """Return how many places of a mentor are taken whom the reader sees by office, under all entries."""
        slot, people = tables.slots.c, tables.people
        seen = select(people.c.id).where(people.c.id == person, sql.colleague(sight)).exists()
        own = slot.mentor.in_(every_entry(literal(person)))
        wanted = select(func.count()).where(own, slot.released_at.is_(None), seen)
        async with self._database.one_statement() as connection:
            return int(await connection.scalar(wanted) or 0)

    async def names(self, sight: Sight, ids: Collection[str]) -> Mapping[str, str]:
        """Return the names of people whom the reader sees, by id."""
        table = tables.people.c
        wanted = select(table.id, table.name).where(table.id.in_(ids), sql.person(sight))
        async with self._database.one_statement() as connection:
            return {row.id: row.name for row in await connection.execute(wanted)}

    async def positions(self, sight: Sight, ids: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
        """Return position and district of people whom the reader sees by office, by id."""
        table = tables.people.c
        wanted = select(table.id, table.role_title, table.district).where(
            table.id.in_(ids), sql.colleague(sight)
        )
        async with self._database.one_statement() as connection:
            return {row.id: plain(row._mapping) for row in await connection.execute(wanted)}

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
        self,
        sight: Sight,
        *,
        after: str = "",
        limit: int = 50,
        q: str = "",
        region: str = "",
        today: date | None = None,
    ) -> Page:
        """Return mentors with their capacity and the places that are taken; with ``today``, also with the membership.

        Where the reader may not see the person, the name is null and no number is there, and ``q`` finds nobody.
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
            .add_columns(people.c.created_at, keys_of(sight, people).label("keys"))
            .join(people, people.c.id == mentors.c.person)
            .where(sql.mentor(sight), _COUNTS)
        )
        if today is not None:
            statement = statement.add_columns(newest_membership(sight, people, today))
        if q:
            statement = statement.where(person_matches(sight, q, people))
        if region:
            statement = statement.where(people.c.region == region)
        return await self._page(statement, people.c.created_at, mentors.c.person, after, limit)
