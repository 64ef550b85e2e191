"""Grants of roles: given, confirmed and ended. Each appends its event to the installation's stream."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.facts.grants import (
    counts_as,
    entries_of_human,
    grants_where,
    live_grants_of,
)
from activities.adapters.postgres.journal import append_side
from activities.adapters.postgres.writes.base import Unknown, Writes, event_command
from domain.actors import Actor, Role
from domain.codec import to_plain
from domain.ids import derive
from domain.journal import Event
from domain.people.grants import (
    Grant,
    GrantConfirmed,
    GrantEnded,
    RoleGranted,
    demand_may_be_confirmed,
    demand_may_be_ended,
    demand_may_be_given,
)


class GrantWrites(Writes):
    """The writes of grants. A grant that the rules do not allow raises ``RuleViolation``."""

    async def give(
        self,
        person: str,
        role: Role,
        regions: tuple[str, ...],
        *,
        first: date | None,
        last: date | None,
        zone: str,
        actor: Actor,
        command: str,
    ) -> str:
        """Give a person a role, from today on or from a later day; return the id of the grant.

        Raises:
            Unknown: The office has no such person or region.
        """
        id = derive("grant", command)
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return id
            await lock_grants(connection)
            await self._require(connection, tables.people.c.id, person, "person")
            for region in regions:
                await self._require(connection, tables.regions.c.code, region, "region")
            now = await office_now(connection)
            grant = Grant(
                id=id,
                person=person,
                role=role,
                regions=regions,
                first=first or now.astimezone(ZoneInfo(zone)).date(),
                last=last,
                zone=zone,
                given_by=actor.id,
            )
            entries = await entries_of_human(connection, person)
            held = await grants_where(connection, tables.grants.c.person.in_(entries))
            demand_may_be_given(grant, held, await counts_as(connection, actor.id), now)
            event = await add_grant(connection, grant)
            await _tell(connection, event, actor, command, now)
        return id

    async def confirm(self, id: str, *, actor: Actor, command: str) -> None:
        """Confirm a grant as a second person; raise ``Unknown`` if there is none."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            grant, now = await _locked(connection, id), await office_now(connection)
            demand_may_be_confirmed(grant, actor, await counts_as(connection, actor.id), now)
            event = await confirm_grant(connection, grant, actor.id, now)
            await _tell(connection, event, actor, command, now)

    async def end(self, id: str, *, actor: Actor, command: str) -> None:
        """End a grant from now on; raise ``Unknown`` if there is none."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            grant, now = await _locked(connection, id), await office_now(connection)
            holder = await counts_as(connection, grant.person)
            people = tables.people.c
            own = select(people.association).where(people.id == grant.person)
            live = await live_grants_of(connection, await connection.scalar(own) or "")
            demand_may_be_ended(grant, live, holder, now)
            await _change(connection, id, ended_by=actor.id, ended_at=now)
            await _tell(connection, GrantEnded(grant=id, person=grant.person), actor, command, now)


async def _tell(connection: AsyncConnection, event: Event, actor: Actor, command: str, now: datetime) -> None:
    """Append the event of a write, with the instant that its row has."""
    await append_side(
        connection,
        type(event).__name__,
        to_plain(event),
        command=event_command(command),
        actor=actor,
        decided_at=now,
    )


async def lock_grants(connection: AsyncConnection) -> None:
    """Wait for whoever changes grants at the same time: the last administrator depends on all of them."""
    origin = (await connection.scalars(select(tables.installation.c.origin))).one()
    lock = int(derive("grants", origin)[:15], 16)
    await connection.execute(select(func.pg_advisory_xact_lock(lock)))


async def add_grant(connection: AsyncConnection, grant: Grant) -> RoleGranted:
    """Insert the row of a grant; return the event that tells it, which the caller appends."""
    row = {
        "id": grant.id,
        "person": grant.person,
        "role": grant.role.value,
        "regions": ",".join(grant.regions),
        "first": grant.first,
        "last": grant.last,
        "zone": grant.zone,
        "given_by": grant.given_by,
    }
    await connection.execute(insert(tables.grants).values(**row))
    return RoleGranted(
        grant=grant.id,
        person=grant.person,
        role=grant.role,
        regions=grant.regions,
        first=grant.first,
        last=grant.last,
        zone=grant.zone,
    )


async def confirm_grant(
    connection: AsyncConnection, grant: Grant, confirmer: str, now: datetime
) -> GrantConfirmed:
    """Write that a second person confirmed a grant; return the event that tells it, which the caller appends."""
    await _change(connection, grant.id, confirmed_by=confirmer, confirmed_at=now)
    return GrantConfirmed(grant=grant.id, person=grant.person)


async def _locked(connection: AsyncConnection, id: str) -> Grant:
    await lock_grants(connection)
    found = await grants_where(connection, tables.grants.c.id == id)
    if not found:
        raise Unknown("grant")
    return found[0]


async def _change(connection: AsyncConnection, id: str, **values: Any) -> None:
    table = tables.grants
    await connection.execute(table.update().where(table.c.id == id).values(**values))
