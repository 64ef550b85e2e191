"""Lists of what the office knows, as the import reads them. Each opens an event of the installation."""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.journal import append_side
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads
from domain.actors import Actor
from domain.ids import derive
from domain.people.identity import NO_DISTRICT
from domain.visibility import Sight

Rows = tuple[Mapping[str, Any], ...]


class ExportReads(Reads):
    """The reads of exports: people whom the reader sees by office, their memberships, their records as mentors."""

    async def people(self, sight: Sight, association: str, reader: Actor) -> Rows:
        """Return the people of the reader's regions, each under the member number that the entry had first.

        Its further numbers, and those of the entries for which it counts, stand beside it.
        """
        person, boss = tables.people.c, tables.people.alias()
        statement = select(
            _number(person.id).label("key"),
            person.name,
            person.email,
            person.role_title,
            func.nullif(person.district, NO_DISTRICT).label("district"),
            person.region,
            select(_number(boss.c.id))
            .where(boss.c.id == person.supervisor)
            .scalar_subquery()
            .label("supervisor"),
            person.phone,
            person.language,
            person.left_on,
            person.died_on,
            _other_numbers(person).label("other_numbers"),
        )
        return await self._export(sight, statement, association, "people", reader)

    async def memberships(self, sight: Sight, association: str, reader: Actor) -> Rows:
        """Return the memberships of these people; somebody without a number is not in the list."""
        person, held = tables.people.c, tables.memberships.c
        statement = (
            select(_number(person.id).label("key"), held["class"].label("membership"), held.first, held.last)
            .join(tables.memberships, held.person == person.id)
            .where(held.withdrawn_at.is_(None), _number(person.id).is_not(None))
            .order_by(held.id)
        )
        return await self._export(sight, statement, association, "memberships", reader)

    async def mentors(self, sight: Sight, association: str, reader: Actor) -> Rows:
        """Return the records of these people as mentors; somebody without a number is not in the list."""
        person, mentor = tables.people.c, tables.mentors.c
        statement = (
            select(
                _number(person.id).label("key"),
                mentor.capacity,
                mentor.trained_on,
                mentor.serving_since,
                mentor.serving_until,
                mentor.credential_until,
            )
            .join(tables.mentors, mentor.person == person.id)
            .where(_number(person.id).is_not(None))
        )
        return await self._export(sight, statement, association, "mentors", reader)

    async def _export(
        self, sight: Sight, statement: Select[Any], association: str, kind: str, reader: Actor
    ) -> Rows:
        person = tables.people.c
        wanted = statement.where(
            sql.colleague(sight),
            person.association == association,
            person.alias_of.is_(None),
            person.withdrawn_on.is_(None),
        ).order_by(_number(person.id), person.name, person.id)
        async with self._database.transaction() as connection:
            rows = tuple(dict(row._mapping) for row in await connection.execute(wanted))
            await _note(connection, {"list": kind, "association": association, "rows": len(rows)}, reader)
        return rows


def _number(person: Any) -> Any:
    """Return the number that an entry had first; of several that came at once, the first by the alphabet."""
    key = tables.person_keys.c
    numbers = select(key.key).where(key.person == person).order_by(key.created_at, key.key)
    return numbers.limit(1).correlate_except(tables.person_keys).scalar_subquery()


def _other_numbers(person: Any) -> Any:
    """Return the numbers of a human but the one that the entry had first, with a space between two."""
    key, alias = tables.person_keys.c, tables.people.alias("alias")
    human = or_(alias.c.id == person.id, alias.c.alias_of == person.id)
    entries = select(alias.c.id).where(human).correlate_except(alias)
    numbers = func.string_agg(key.key, aggregate_order_by(literal(" "), key.created_at, key.key))
    others = (key.person.in_(entries), key.key.is_distinct_from(_number(person.id)))
    return select(numbers).where(*others).correlate_except(tables.person_keys).scalar_subquery()


async def _note(connection: AsyncConnection, body: Mapping[str, Any], reader: Actor) -> None:
    """Append the event of an export: which list, how many rows, who; nothing about anybody in it."""
    await append_side(
        connection,
        "ListExported",
        body,
        command=derive("export", secrets.token_hex(16)),
        actor=reader,
        decided_at=await office_now(connection),
    )
