"""Whose token this is: the person behind a request, with roles and regions."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import OFFSET, now_with_offset
from activities.adapters.postgres.database import Database
from domain.actors import Role
from domain.ids import derive

PREFIX: Final = "mf"
"""How every token begins."""
# Every request needs it, so it is built once.
_PERSON, _ALIAS = tables.people.c, tables.people.alias("alias").c
_STANDS: Final = func.coalesce(_PERSON.alias_of, tables.tokens.c.person)
"""The entry that stands for the human to whom a token belongs."""
_TOKEN: Final = (
    select(
        tables.tokens,
        OFFSET.label("offset"),
        _STANDS.label("stands"),
        func.array(select(_ALIAS.id).where(_ALIAS.alias_of == _STANDS).scalar_subquery()).label("aliases"),
    )
    .join_from(tables.tokens, tables.people, tables.tokens.c.person == _PERSON.id, isouter=True)
    .where(tables.tokens.c.id == bindparam("token"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenHolder:
    """The owner of a token: a person with roles and regions (none = whole association).

    ``person`` is the entry that stands for the human, ``aliases`` are the human's other entries.
    """

    person: str
    roles: tuple[Role, ...]
    regions: tuple[str, ...]
    aliases: tuple[str, ...] = ()


class TokenFacts:
    """Look-ups of tokens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def holder(self, token: str) -> TokenHolder | None:
        """Return the owner of a token; None for one that is unknown, expired or revoked."""
        prefix, _, rest = token.partition("_")
        id, _, secret = rest.partition("_")
        if prefix != PREFIX or not secret:
            return None
        async with self._database.one_statement() as connection:
            row = (await connection.execute(_TOKEN, {"token": id})).first()
        if row is None or not secrets.compare_digest(row.hash, hashed(secret)):
            return None
        if row.revoked_at is not None or row.expires_at <= now_with_offset(row.offset):
            return None
        regions = tuple(row.regions.split(",")) if row.regions else ()
        return TokenHolder(
            person=row.stands,
            roles=tuple(Role(role) for role in row.roles.split(",")),
            regions=regions,
            aliases=tuple(sorted(row.aliases)),
        )


def event_of(id: str, *, revoked: bool = False) -> str:
    """Return the command id of the event about a token; stored events have it, so it never changes."""
    return derive("token", id, "revoked") if revoked else derive("token", id)


def hashed(secret: str) -> str:
    """Return what is stored of a token's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
