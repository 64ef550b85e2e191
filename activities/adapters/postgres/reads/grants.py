"""Grants of roles: who holds which role, from when to when, who gave it, and who confirmed it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, case, func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.grants import AS_JSON, grant_of, grants_where
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Page, Reads
from domain.people.grants import Grant
from domain.visibility import Sight


class GrantReads(Reads):
    """The reads of grants."""

    async def page(
        self, sight: Sight, now: datetime, *, after: str = "", limit: int = 50, person: str = ""
    ) -> Page:
        """Return the grants that the reader sees, in the order in which they were given, each with its state now."""
        table = tables.grants.c
        statement = _grants(sight)
        if person:
            statement = statement.where(table.person == person)
        page = await self._page(statement, table.created_at, table.id, after, limit)
        return Page(rows=tuple(_with_state(row, now) for row in page.rows), next=page.next)

    async def every(self, sight: Sight) -> tuple[Grant, ...]:
        """Return all grants that the reader sees, without names, for a check."""
        async with self._database.transaction() as connection:
            return await grants_where(connection, sql.grant(sight))

    async def one(self, sight: Sight, id: str, now: datetime) -> Mapping[str, Any] | None:
        """Return a grant with its state now; None if it is unknown or the reader may not see it."""
        row = await self._one(_grants(sight).where(tables.grants.c.id == id))
        return None if row is None else _with_state(row, now)


def _grants(sight: Sight) -> Select[Any]:
    grants, holder = tables.grants, tables.people.alias("holder")
    giver, confirmer = tables.people.alias("giver"), tables.people.alias("confirmer")
    return (
        select(
            grants,
            AS_JSON.label("whole"),
            holder.c.name,
            func.coalesce(holder.c.alias_of, holder.c.id).label("stands"),
            case((_known(giver, holder), giver.c.name)).label("given_by_name"),
            case((_known(confirmer, holder), confirmer.c.name)).label("confirmed_by_name"),
        )
        .join(holder, holder.c.id == grants.c.person, isouter=True)
        .join(giver, giver.c.id == grants.c.given_by, isouter=True)
        .join(confirmer, confirmer.c.id == grants.c.confirmed_by, isouter=True)
        .where(sql.grant(sight))
    )


def _known(other: FromClause, holder: FromClause) -> ColumnElement[bool]:
    """Return whether somebody is of the association of who holds the grant, whose readers may know the name."""
    return other.c.association == holder.c.association


def _with_state(row: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    grant = grant_of(row["whole"])
    shown = {name: value for name, value in row.items() if name != "whole"}
    return {**shown, "regions": list(grant.regions), "state": grant.state(now).value}
