"""Tokens: made for people of the office, revoked, and the first of an office, which is an administrator's.

Only a person who works on the machine makes and revokes tokens, so that person is the actor of each event, with the
account under which the command ran.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.files.roster.cells import standard_text
from activities.adapters.mail.addresses import standard_address
from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.tokens import PREFIX, event_of, hashed
from activities.adapters.postgres.journal import append_side
from activities.adapters.postgres.writes.base import AlreadyThere, Unknown, Writes
from activities.adapters.postgres.writes.person_entries import changing
from domain.actors import MACHINE_OPERATOR, Actor, Role
from domain.ids import derive

_ADMINISTRATOR: Final = (Role.ADMIN,)


class UnknownOperator(Unknown):
    """Whoever works on the machine says to be somebody whom the office does not know. No request reaches this."""


class TokenWrites(Writes):
    """The writes of tokens, each by ``operator``, who works on the machine."""

    def __init__(self, database: Database, operator: Actor = MACHINE_OPERATOR) -> None:
        super().__init__(database)
        self._operator = operator

    async def issue(
        self, person: str, roles: tuple[Role, ...], regions: tuple[str, ...], expires_at: datetime
    ) -> str:
        """Make a token for a person whom the office knows; raise ``Unknown`` for a person or a region."""
        async with self._database.transaction() as connection:
            await self._require(connection, tables.people.c.id, person, "person")
            for region in regions:
                await self._require(connection, tables.regions.c.code, region, "region")
            return await self._make(connection, person, roles, regions, expires_at)

    async def make(
        self, person: str, roles: tuple[Role, ...], regions: tuple[str, ...], expires_at: datetime
    ) -> str:
        """Make a token for any id. ``issue`` also asks whether the office knows person and regions."""
        async with self._database.transaction() as connection:
            return await self._make(connection, person, roles, regions, expires_at)

    async def revoke(self, id: str) -> None:
        """Revoke a token from now on; raise ``Unknown``. A token that was revoked before stays as it is."""
        table = tables.tokens
        async with self._database.transaction() as connection:
            found = (
                await connection.execute(select(table).where(table.c.id == id).with_for_update())
            ).first()
            if found is None:
                raise Unknown("token")
            if found.revoked_at is not None:
                return
            now = await office_now(connection)
            await connection.execute(table.update().where(table.c.id == id).values(revoked_at=now))
            body = {"person": found.person, "roles": found.roles.split(",")}
            await self._append(connection, "TokenRevoked", body, event_of(id, revoked=True))

    async def administrator(self) -> str | None:
        """Return the first of those who have an administrator's token that is valid; None if nobody has one."""
        async with self._database.transaction() as connection:
            return await _administrator(connection)

    async def first_administrator(
        self, entry: Mapping[str, str], association: str, expires_at: datetime
    ) -> tuple[str, str]:
        """Make the first administrator of an office; return that person's id and token.

        Somebody of the association whom the office knows by this address keeps the entry that is there. Without an
        association, it is that of the region.

        Raises:
            AlreadyThere: Somebody has an administrator's token that is valid.
            Unknown: There is no region with that code in the association.
        """
        async with self._database.transaction() as connection:
            origin = (await connection.scalars(select(tables.installation.c.origin))).one()
            lock = int(derive("first administrator", origin)[:15], 16)
            await connection.execute(select(func.pg_advisory_xact_lock(lock)))
            if await _administrator(connection) is not None:
                raise AlreadyThere("administrator")
            association = await _association(connection, entry["region"], association)
            person = await _known_by_address(connection, entry["email"], association)
            if person is None:
                person = await self._add(connection, entry, association)
            return person, await self._make(connection, person, _ADMINISTRATOR, (), expires_at)

    async def _add(self, connection: AsyncConnection, entry: Mapping[str, str], association: str) -> str:
        """Add the entry of a person, who need not belong to a region: the office may have none yet."""
        person, region = secrets.token_hex(16), entry["region"]
        async with changing(connection, [person], actor=self._operator, command=derive("first", person)):
            await connection.execute(
                insert(tables.people).values(id=person, association=association, **entry)
            )
            if region:
                since = (await office_now(connection)).date()
                moved = insert(tables.person_regions).values(person=person, region=region, since=since)
                await connection.execute(moved)
        return person

    async def _make(
        self,
        connection: AsyncConnection,
        person: str,
        roles: tuple[Role, ...],
        regions: tuple[str, ...],
        expires_at: datetime,
    ) -> str:
        """Make a token; the secret is shown once, and only its hash is stored."""
        id, secret = secrets.token_hex(8), secrets.token_urlsafe(24).replace("_", "-")
        row = {"id": id, "hash": hashed(secret), "person": person, "expires_at": expires_at}
        row |= {"roles": ",".join(roles), "regions": ",".join(regions)}
        await connection.execute(insert(tables.tokens).values(**row))
        body = {"person": person, "roles": [role.value for role in roles]}
        await self._append(connection, "TokenIssued", body, event_of(id))
        return f"{PREFIX}_{id}_{secret}"

    async def _append(
        self, connection: AsyncConnection, type: str, body: Mapping[str, Any], command: str
    ) -> None:
        if self._operator.id != MACHINE_OPERATOR.id:
            known = select(tables.people.c.id).where(tables.people.c.id == self._operator.id)
            if await connection.scalar(known) is None:
                raise UnknownOperator("as")
        now = await office_now(connection)
        await append_side(connection, type, body, command=command, actor=self._operator, decided_at=now)


def entry_of_first(name: str, email: str, region: str = "") -> Mapping[str, str]:
    """Return the entry of a first administrator, checked as that of anybody else.

    Raises:
        BadCell: The name is one that no list could hold.
        BadAddress: The office could not send to the address.
    """
    return {
        "name": standard_text(name),
        "email": standard_address(email.strip()),
        "role_title": "administrator",
        "district": "-",
        "region": region,
    }


async def _administrator(connection: AsyncConnection) -> str | None:
    token = tables.tokens.c
    valid = token.revoked_at.is_(None), token.expires_at > await office_now(connection)
    held = select(token.person, token.roles).where(*valid).order_by(token.created_at, token.id)
    found = [row.person for row in await connection.execute(held) if Role.ADMIN in row.roles.split(",")]
    return found[0] if found else None


async def _association(connection: AsyncConnection, region: str, association: str) -> str:
    """Return the association of a region, which must be the one that is named, if any; raise ``Unknown``."""
    if not region:
        return association
    row = tables.regions.c
    found: str | None = await connection.scalar(select(row.association).where(row.code == region))
    if found is None or association not in ("", found):
        raise Unknown("region")
    return found


async def _known_by_address(connection: AsyncConnection, email: str, association: str) -> str | None:
    """Return the person of an association who alone has this address; None if nobody or several have it."""
    person = tables.people.c
    same = person.association == association, person.email_plain == func.office.plain_text(email)
    found = (await connection.scalars(select(person.id).where(*same).limit(2))).all()
    return found[0] if len(found) == 1 else None
