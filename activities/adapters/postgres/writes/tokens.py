"""Tokens: made for grants of people of the office, revoked, and the first of an association, an administrator's.

A person who works on the machine makes and revokes tokens, and everybody their own on a page. That person is the actor
of each event; on the machine, with the account under which the command ran.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.files.roster.cells import standard_text
from activities.adapters.mail.addresses import standard_address
from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.grants import (
    entries_of_human,
    grants_where,
    live_grants,
    live_grants_of,
)
from activities.adapters.postgres.facts.tokens import PREFIX, event_of, hashed
from activities.adapters.postgres.journal import append_side
from activities.adapters.postgres.writes.base import AlreadyThere, Unknown, Writes
from activities.adapters.postgres.writes.grants import add_grant, confirm_grant, lock_grants
from activities.adapters.postgres.writes.person_entries import changing
from domain.actors import MACHINE_OPERATOR, Actor, Role, limited_by_regions
from domain.codec import to_plain
from domain.ids import derive
from domain.journal import Event
from domain.people.grants import CONFIRMED_ROLES, Grant, rights_of


class NoGrant(ValueError):
    """A person has no live grant of a role for which a token is wanted; the text is the role."""


class UnknownOperator(Unknown):
    """Whoever works on the machine says to be somebody whom the office does not know. No request reaches this."""


class TokenWrites(Writes):
    """The writes of tokens, each by ``operator``, who works on the machine."""

    def __init__(self, database: Database, operator: Actor = MACHINE_OPERATOR) -> None:
        super().__init__(database)
        self._operator = operator

    def by(self, actor: Actor) -> "TokenWrites":
        """Return the same writes by somebody else: a person who makes and revokes tokens of their own."""
        return TokenWrites(self._database, actor)

    async def issue(
        self, person: str, roles: tuple[Role, ...], expires_at: datetime, *, name: str = "", id: str = ""
    ) -> str:
        """Make a token that stands for those grants of a person that are live now and give one of ``roles``.

        Without roles it stands for all of them, or for a participant if there is none. An ``id`` makes one token, which
        is shown once: for the same id again, what is returned is empty.

        Raises:
            Unknown: The office has no such person.
            NoGrant: The person has no live grant of one of the roles.
        """
        async with self._database.transaction() as connection:
            await self._require(connection, tables.people.c.id, person, "person")
            live = await live_grants(connection, await entries_of_human(connection, person))
            for role in roles:
                if role is not Role.PARTICIPANT and role not in (grant.role for grant in live):
                    raise NoGrant(role)
            named = [grant for grant in live if not roles or grant.role in roles]
            participant = _as_participant(roles, named)
            return await self._make(
                connection, person, named, expires_at, participant=participant, name=name, id=id
            )

    async def let_in(
        self,
        person: str,
        roles: tuple[Role, ...],
        regions: tuple[str, ...],
        expires_at: datetime,
        *,
        first: date,
        confirmer: str,
    ) -> str:
        """Give any id what it still lacks of some roles, and make a token for them, for an office of invented people.

        ``confirmer`` is the second person who confirms roles about money; ``first`` is the first day of what is given.
        """
        async with self._database.transaction() as connection:
            await lock_grants(connection)
            held = await live_grants(connection, (person,))
            named = []
            for role in (each for each in roles if each is not Role.PARTICIPANT):
                codes = regions if limited_by_regions((role,)) else ()
                known = [grant for grant in held if (grant.role, grant.regions) == (role, codes)]
                named += known or [await self._grant(connection, person, role, codes, first, confirmer)]
            return await self._make(
                connection, person, named, expires_at, participant=_as_participant(roles, named)
            )

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
            named = await grants_where(connection, tables.grants.c.id.in_(found.grants))
            body = _told(found.person, named, participant=found.of_participant)
            await self._append(connection, "TokenRevoked", body, event_of(id, revoked=True))

    async def administrator(self, association: str) -> str | None:
        """Return the first of those who are administrators of an association now; None if nobody is one."""
        async with self._database.transaction() as connection:
            return await _administrator(connection, association)

    async def first_administrator(
        self, entry: Mapping[str, str], association: str, expires_at: datetime
    ) -> tuple[str, str]:
        """Make the first administrator of an association, with the grant; return that person's id and token.

        Somebody of the association whom the office knows by this address keeps the entry that is there. Without an
        association, it is that of the region.

        Raises:
            AlreadyThere: Somebody is an administrator of the association now.
            Unknown: There is no region with that code in the association.
        """
        async with self._database.transaction() as connection:
            await lock_grants(connection)
            association = await _association(connection, entry["region"], association)
            if await _administrator(connection, association) is not None:
                raise AlreadyThere("administrator")
            person = await _known_by_address(connection, entry["email"], association)
            if person is None:
                person = await self._add(connection, entry, association)
            today = (await office_now(connection)).astimezone(UTC).date()
            grant = await self._grant(connection, person, Role.ADMIN, (), today)
            return person, await self._make(connection, person, [grant], expires_at)

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

    async def _grant(
        self,
        connection: AsyncConnection,
        person: str,
        role: Role,
        regions: tuple[str, ...],
        first: date,
        confirmer: str = "",
    ) -> Grant:
        """Give a role from a day on, as the operator of the machine."""
        id = secrets.token_hex(16)
        grant = Grant(
            id=id, person=person, role=role, regions=regions, first=first, given_by=self._operator.id
        )
        event: Event = await add_grant(connection, grant)
        await self._append(connection, type(event).__name__, to_plain(event), derive("given", id))
        if role in CONFIRMED_ROLES and confirmer:
            now = await office_now(connection)
            event = await confirm_grant(connection, grant, confirmer, now)
            by = Actor(id=confirmer, role=Role.ADMIN)
            await append_side(
                connection,
                type(event).__name__,
                to_plain(event),
                command=derive("confirmed", id),
                actor=by,
                decided_at=now,
            )
        return grant

    async def _make(
        self,
        connection: AsyncConnection,
        person: str,
        named: Sequence[Grant],
        expires_at: datetime,
        *,
        participant: bool = False,
        name: str = "",
        id: str = "",
    ) -> str:
        """Make a token for grants; the secret is shown once, and only its hash is stored."""
        id, secret = id or secrets.token_hex(8), secrets.token_urlsafe(24).replace("_", "-")
        row = {"id": id, "hash": hashed(secret), "person": person, "expires_at": expires_at, "name": name}
        row |= {"grants": [grant.id for grant in named], "of_participant": participant}
        made = insert_or(tables.tokens).values(**row).on_conflict_do_nothing(index_elements=["id"])
        if await connection.scalar(made.returning(tables.tokens.c.id)) is None:
            return ""
        body = _told(person, named, participant=participant)
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


def _as_participant(roles: Collection[Role], named: Collection[Grant]) -> bool:
    """Return whether a token also stands for a participant: as asked, and where there is no grant."""
    return Role.PARTICIPANT in roles or not named


def _told(person: str, named: Sequence[Grant], *, participant: bool) -> Mapping[str, Any]:
    """Return the body of an event about a token."""
    roles = rights_of(named, participant=participant).roles
    return {
        "person": person,
        "roles": [role.value for role in roles],
        "grants": [grant.id for grant in named],
    }


async def _administrator(connection: AsyncConnection, association: str) -> str | None:
    live = await live_grants_of(connection, association)
    return next((grant.person for grant in live if grant.role is Role.ADMIN), None)


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
