"""Lists of what the office knows, as the import reads them. Each opens an event of the installation."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """The rows of a list, and the people who are not in it, because no row can say without a number whose it is."""

    rows: Rows
    left_out: tuple[str, ...] = ()


_ALIAS = tables.people.alias("alias")
_WHO = "person"
"""Under which name a row that must have a number says whose it is."""


class ExportReads(Reads):
    """The reads of exports: people whom the reader sees by office, their memberships, their records as mentors."""

    async def people(self, sight: Sight, association: str, reader: Actor) -> Export:
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

    async def memberships(self, sight: Sight, association: str, reader: Actor) -> Export:
        """Return the memberships of these people, and who is left out for want of a number."""
        person, held = tables.people.c, tables.memberships.c
        statement = (
            select(
                person.id.label(_WHO),
                _number_of_human(person).label("key"),
                held["class"].label("membership"),
                held.first,
                held.last,
            )
            .join_from(tables.people, tables.memberships, held.person.in_(_entries(person)))
            .where(held.withdrawn_at.is_(None))
            .order_by(held.id)
        )
        return await self._export(sight, statement, association, "memberships", reader)

    async def mentors(self, sight: Sight, association: str, reader: Actor) -> Export:
        """Return the records of these people as mentors, and who is left out for want of a number.

        Of several records of one human, it is the one that an import compares a row with.
        """
        person, mentor = tables.people.c, tables.mentors.c
        statement = select(
            person.id.label(_WHO),
            _number_of_human(person).label("key"),
            mentor.capacity,
            mentor.trained_on,
            mentor.serving_since,
            mentor.serving_until,
            mentor.credential_until,
        ).join_from(tables.people, tables.mentors, mentor.person == _first_with_record(person))
        return await self._export(sight, statement, association, "mentors", reader)

    async def _export(
        self, sight: Sight, statement: Select[Any], association: str, kind: str, reader: Actor
    ) -> Export:
        person = tables.people.c
        wanted = statement.where(
            sql.colleague(sight),
            person.association == association,
            person.alias_of.is_(None),
            person.withdrawn_on.is_(None),
        ).order_by(_number(person.id), person.name, person.id)
        async with self._database.transaction() as connection:
            found = [dict(row._mapping) for row in await connection.execute(wanted)]
            without = [row[_WHO] for row in found if _WHO in row and row["key"] is None]
            rows = tuple(row for row in found if _WHO not in row or row["key"] is not None)
            export = Export(rows=rows, left_out=tuple(dict.fromkeys(without)))
            body: dict[str, Any] = {"list": kind, "association": association, "rows": len(rows)}
            if export.left_out:
                body["left_out"] = list(export.left_out)
            await _note(connection, body, reader)
        return export


def _number(person: Any) -> Any:
    """Return the number that an entry had first; of several that came at once, the first by the alphabet."""
    key = tables.person_keys.c
    numbers = select(key.key).where(key.person == person).order_by(key.created_at, key.key)
    return numbers.limit(1).correlate_except(tables.person_keys).scalar_subquery()


def _number_of_human(person: Any) -> Any:
    """Return the number that an entry had first; if it has none, one of an entry for which it counts."""
    key = tables.person_keys.c
    numbers = select(key.key).where(key.person.in_(_entries(person)))
    in_order = numbers.order_by(key.person != person.id, key.created_at, key.key)
    return in_order.limit(1).correlate_except(tables.person_keys).scalar_subquery()


def _entries(person: Any) -> Any:
    """Return a select for the ids of an entry and of those for which it counts."""
    return (
        select(_ALIAS.c.id)
        .where(or_(_ALIAS.c.id == person.id, _ALIAS.c.alias_of == person.id))
        .correlate_except(_ALIAS)
    )


def _first_with_record(person: Any) -> Any:
    """Return the entry of a human whose record as a mentor counts: the one that stands, else the oldest other one."""
    with_record = _entries(person).where(_ALIAS.c.id.in_(select(tables.mentors.c.person)))
    first = with_record.order_by(_ALIAS.c.id != person.id, _ALIAS.c.created_at, _ALIAS.c.id)
    return first.limit(1).scalar_subquery()


def _other_numbers(person: Any) -> Any:
    """Return the numbers of a human but the one that the entry had first, with a space between two."""
    key = tables.person_keys.c
    numbers = func.string_agg(key.key, aggregate_order_by(literal(" "), key.created_at, key.key))
    others = (key.person.in_(_entries(person)), key.key.is_distinct_from(_number(person.id)))
    return select(numbers).where(*others).correlate_except(tables.person_keys).scalar_subquery()


async def _note(connection: AsyncConnection, body: Mapping[str, Any], reader: Actor) -> None:
    """Append the event of an export: which list, how many rows, who; of people only the ids that it leaves out."""
    await append_side(
        connection,
        "ListExported",
        body,
        command=derive("export", secrets.token_hex(16)),
        actor=reader,
        decided_at=await office_now(connection),
    )
