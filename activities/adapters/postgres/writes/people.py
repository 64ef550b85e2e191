"""People of the office, and the language in which it writes to each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.writes.base import AlreadyThere, Unknown, Writes
from activities.adapters.postgres.writes.corrections import correction
from activities.adapters.postgres.writes.person_entries import changing, plain_change
from domain.actors import Actor
from domain.people.entry import Entry

_MANY: Final = 500


class TooEarly(ValueError):
    """A day that is still to come, for something that has happened."""


class MovedLater(ValueError):
    """A move before the day from which a person belongs to the present region."""


class PeopleWrites(Writes):
    """The writes of people."""

    async def add_people(self, rows: Sequence[Mapping[str, Any]], *, actor: Actor, command: str) -> None:
        """Add people, some with a member number under ``key``.

        Raises:
            Unknown: There is no such region or supervisor.
            AlreadyThere: Another person of the association has the number (``key_taken``).
        """
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            associations = await _associations(connection, {row["region"] for row in rows})
            own = {row["id"] for row in rows}
            for row in rows:
                if (boss := row.get("supervisor")) and boss not in own:
                    await _require_supervisor(connection, boss, associations[row["region"]])
            table = tables.people
            today = (await office_now(connection)).date()
            async with changing(connection, own, actor=actor, command=command):
                for start in range(0, len(rows), _MANY):
                    some = rows[start : start + _MANY]
                    await connection.execute(
                        insert(table),
                        [
                            {name: value for name, value in row.items() if name != "key"}
                            | {"association": associations[row["region"]]}
                            for row in some
                        ],
                    )
                    await connection.execute(
                        insert(tables.person_regions),
                        [{"person": row["id"], "region": row["region"], "since": today} for row in some],
                    )
                for row in rows:
                    if row.get("key"):
                        await add_key(connection, row["id"], row["key"])
            await self._note(connection, "PeopleAdded", {"count": len(rows)}, actor, command)

    async def choose_language(self, person: str, language: str, *, actor: Actor, command: str) -> None:
        """Set the language for writing to a person; raise ``Unknown``. The event does not say which language."""
        table = tables.people
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await self._require(connection, table.c.id, person, "person")
            async with changing(connection, [person], actor=actor, command=command):
                await connection.execute(table.update().where(table.c.id == person).values(language=language))
            await self._note(connection, "LanguageChosen", {"person": person}, actor, command)

    async def change(
        self, person: str, values: Mapping[str, Any], *, key: str | None = None, actor: Actor, command: str
    ) -> None:
        """Change attributes of a person, and add a member number.

        Raises:
            Unknown: The person or the supervisor does not exist.
            AlreadyThere: Another person of the association has the number (``key_taken``), or the entry says all of
                this already (``nothing_to_change``).
        """
        table = tables.people
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await self._require(connection, table.c.id, person, "person")
            if boss := values.get("supervisor"):
                own = select(table.c.association).where(table.c.id == person)
                await _require_supervisor(connection, boss, await connection.scalar(own) or "")
            async with changing(connection, [person], actor=actor, command=command) as entries:
                if _says(entries[person], values) and key in (None, *entries[person].keys):
                    raise AlreadyThere("nothing_to_change")
                if values:
                    await connection.execute(table.update().where(table.c.id == person).values(dict(values)))
                if key is not None:
                    await add_key(connection, person, key)
            await self._note(connection, "EntryChanged", {"person": person}, actor, command)

    async def move(self, person: str, region: str, since: date, *, actor: Actor, command: str) -> None:
        """Record that a person belongs to another region from a day on; another region for that day corrects it.

        What runs stays where it was decided, and what begins from now on begins in the newest region.

        Raises:
            Unknown: The person or the region does not exist.
            AlreadyThere: The region is one of another association (``region_of_other_association``), or the person
                belongs to it already (``nothing_to_change``).
            TooEarly: The day is still to come.
            MovedLater: The person belongs to the present region from a later day on.
        """
        people, moves = tables.people, tables.person_regions
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            here = select(people.c.association).where(people.c.id == person)
            association = await connection.scalar(here)
            if association is None:
                raise Unknown("person")
            if (await _associations(connection, {region}))[region] != association:
                raise AlreadyThere("region_of_other_association")
            await demand_past(connection, since)
            newest = select(func.max(moves.c.since)).where(
                moves.c.person == person, moves.c.withdrawn_at.is_(None)
            )
            if since < (await connection.scalar(newest) or since):
                raise MovedLater
            async with changing(connection, [person], actor=actor, command=command) as entries:
                if entries[person].region == region:
                    raise AlreadyThere("nothing_to_change")
                await date_region(connection, person, region, since)
                await connection.execute(people.update().where(people.c.id == person).values(region=region))
            await self._note(connection, "EntryMoved", {"person": person}, actor, command)

    async def end(self, person: str, field: str, day: date | None, *, actor: Actor, command: str) -> None:
        """Record the day on which a person left (``left_on``) or died (``died_on``); None withdraws it.

        Raises:
            Unknown: The person does not exist.
            TooEarly: The day is still to come.
            AlreadyThere: This is recorded already (``nothing_to_change``).
        """
        table = tables.people
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await self._require(connection, table.c.id, person, "person")
            if day is not None:
                await demand_past(connection, day)
            known = await connection.scalar(select(table.c[field]).where(table.c.id == person))
            if known == day:
                raise AlreadyThere("nothing_to_change")
            told = plain_change if known is None else await correction(connection, person, field)
            async with changing(connection, [person], actor=actor, command=command, event=told):
                await connection.execute(table.update().where(table.c.id == person).values({field: day}))
            await self._note(connection, "EntryEnded", {"person": person, "field": field}, actor, command)


def _says(entry: Entry, values: Mapping[str, Any]) -> bool:
    """Return whether an entry has all these values already."""
    return all(getattr(entry, name) == value for name, value in values.items())


async def demand_past(connection: AsyncConnection, day: date) -> None:
    """Refuse a day that is still to come."""
    # A day may begin earlier than in UTC, so tomorrow's date can be today's somewhere.
    if day > (await office_now(connection)).date() + timedelta(days=1):
        raise TooEarly


async def add_key(connection: AsyncConnection, person: str, key: str) -> None:
    """Give a member number to a person; raise ``AlreadyThere`` if another one has it (``key_taken``)."""
    people, keys = tables.people.c, tables.person_keys
    association = select(people.association).where(people.id == person).scalar_subquery()
    await connection.execute(
        upsert(keys).values(association=association, key=key, person=person).on_conflict_do_nothing()
    )
    holder = select(keys.c.person).where(keys.c.association == association, keys.c.key == key)
    if await connection.scalar(holder) != person:
        raise AlreadyThere("key_taken")


async def date_region(connection: AsyncConnection, person: str, region: str, since: date) -> None:
    """Write from which day on a person belongs to a region; another one of that day is replaced."""
    days = tables.person_regions
    values = {"region": region, "created_at": func.now(), "withdrawn_at": None}
    await connection.execute(
        upsert(days)
        .values(person=person, since=since, **values)
        .on_conflict_do_update(index_elements=["person", "since"], set_=values)
    )


async def _require_supervisor(connection: AsyncConnection, person: str, association: str) -> None:
    """Raise ``Unknown`` unless somebody of the association is this person."""
    people = tables.people.c
    here = (people.association == association, people.withdrawn_on.is_(None))
    wanted = select(people.id).where(people.id == person, *here)
    if await connection.scalar(wanted) is None:
        raise Unknown("supervisor")


async def _associations(connection: AsyncConnection, regions: Collection[str]) -> Mapping[str, str]:
    """Return the association of each region; raise ``Unknown``."""
    region = tables.regions.c
    wanted = select(region.code, region.association).where(region.code.in_(sorted(regions)))
    found = {row.code: row.association for row in await connection.execute(wanted)}
    if found.keys() != {*regions}:
        raise Unknown("region")
    return found
