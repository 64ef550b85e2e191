"""Whose calendar an address shows, and as what: the person behind its secret, with that person's current roles."""

from typing import Final

from sqlalchemy import bindparam, func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import ACTS_FOR, ActsFor, Database
from activities.adapters.postgres.facts.associations import association_in, with_association
from activities.adapters.postgres.facts.grants import live_grants
from activities.adapters.postgres.facts.tokens import TokenHolder, hashed
from domain.actors import Role
from domain.people.grants import rights_of

_PERSON, _ALIAS = tables.people.c, tables.people.alias("alias").c
_ADDRESS: Final = tables.calendar_addresses.c
_STANDS: Final = func.coalesce(_PERSON.alias_of, _ADDRESS.person)
"""The entry that stands for the human to whom an address belongs."""
_HOLDER: Final = (
    select(
        _STANDS.label("stands"),
        func.array(select(_ALIAS.id).where(_ALIAS.alias_of == _STANDS).scalar_subquery()).label("aliases"),
        *with_association(_PERSON.association),
    )
    .join_from(tables.calendar_addresses, tables.people, _ADDRESS.person == _PERSON.id, isouter=True)
    .where(_ADDRESS.hash == bindparam("hash"), _ADDRESS.revoked_at.is_(None))
)


class CalendarAddressFacts:
    """Look-ups of calendar addresses."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def holder(self, secret: str) -> TokenHolder | None:
        """Return whose address this is; None for one that is unknown or revoked.

        It shows what the person's grants show now, so a calendar ends to show the work of staff with the right to it.
        Without a grant it shows what a participant sees.
        """
        async with self._database.transaction() as connection:
            row = (await connection.execute(_HOLDER, {"hash": hashed(secret)})).first()
            if row is None:
                return None
            ids = (row.stands, *sorted(row.aliases))
            live = await live_grants(connection, ids)
        rights = rights_of(live, participant=not live)
        return TokenHolder(
            person=row.stands,
            roles=rights.roles,
            regions=rights.regions,
            association=association_in(row),
            aliases=ids[1:],
        )


class ParticipantCalendarFacts(CalendarAddressFacts):
    """Look-ups of calendar addresses by the participant process, which reads the row of an address that is shown to it.

    From a look-up on, it acts for the owner of the address.
    """

    async def holder(self, secret: str) -> TokenHolder | None:
        """Return whose address this is, as a participant; None for one that is unknown or revoked."""
        ACTS_FOR.set(ActsFor(proof=hashed(secret)))
        async with self._database.one_statement() as connection:
            row = (await connection.execute(_HOLDER, {"hash": hashed(secret)})).first()
        if row is None:
            return None
        aliases = tuple(sorted(row.aliases))
        ACTS_FOR.set(ActsFor(person=row.stands, aliases=aliases))
        return TokenHolder(
            person=row.stands,
            roles=(Role.PARTICIPANT,),
            regions=(),
            association=association_in(row),
            aliases=aliases,
        )
