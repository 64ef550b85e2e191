"""Whose calendar an address shows, and as what: the person behind its secret, with the roles of a token."""

from typing import Final

from sqlalchemy import bindparam, func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.tokens import TokenHolder, hashed
from domain.actors import Role

_PERSON, _ALIAS = tables.people.c, tables.people.alias("alias").c
_ADDRESS: Final = tables.calendar_addresses.c
_STANDS: Final = func.coalesce(_PERSON.alias_of, _ADDRESS.person)
"""The entry that stands for the human to whom an address belongs."""
_HOLDER: Final = (
    select(
        _STANDS.label("stands"),
        func.array(select(_ALIAS.id).where(_ALIAS.alias_of == _STANDS).scalar_subquery()).label("aliases"),
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

        The roles are those of the newest token that is valid now, so that a calendar ends to show the work of staff
        with the right to it. Without a token it shows what a participant sees.
        """
        token = tables.tokens.c
        async with self._database.transaction() as connection:
            row = (await connection.execute(_HOLDER, {"hash": hashed(secret)})).first()
            if row is None:
                return None
            now = await office_now(connection)
            ids = (row.stands, *sorted(row.aliases))
            valid = token.person.in_(ids), token.revoked_at.is_(None), token.expires_at > now
            wanted = (
                select(token.roles, token.regions).where(*valid).order_by(token.created_at.desc(), token.id)
            )
            held = (await connection.execute(wanted.limit(1))).first()
        roles = held.roles.split(",") if held else [Role.PARTICIPANT.value]
        return TokenHolder(
            person=row.stands,
            roles=tuple(map(Role, roles)),
            regions=tuple(held.regions.split(",")) if held and held.regions else (),
            aliases=ids[1:],
        )
