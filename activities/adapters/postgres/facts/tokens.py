"""Whose token this is: the person behind a request, with the roles and regions that the person holds now."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import OFFSET, now_with_offset
from activities.adapters.postgres.database import ACTS_FOR, ActsFor, Database
from activities.adapters.postgres.facts.associations import association_in, with_association
from activities.adapters.postgres.facts.grants import AS_JSON, grant_of
from domain.actors import Role
from domain.associations import Association
from domain.ids import derive
from domain.people.grants import GrantState, rights_of

PREFIX: Final = "mf"
"""How every token begins."""
# Every request needs it, so it is built once.
_PERSON, _ALIAS, _HOLDER = tables.people.c, tables.people.alias("alias").c, tables.people.alias("holder").c
_STANDS: Final = func.coalesce(_PERSON.alias_of, tables.tokens.c.person)
"""The entry that stands for the human to whom a token belongs."""
_NAMED: Final = (
    select(
        func.jsonb_agg(
            aggregate_order_by(AS_JSON, func.array_position(tables.tokens.c.grants, tables.grants.c.id))
        )
    )
    .where(
        tables.grants.c.id == func.any(tables.tokens.c.grants),
        or_(
            tables.grants.c.person.in_((tables.tokens.c.person, _STANDS)),
            tables.grants.c.person.in_(select(_HOLDER.id).where(_HOLDER.alias_of == _STANDS)),
        ),
    )
    .correlate(tables.tokens, tables.people)
    .scalar_subquery()
)
"""The grants that a token names, of the entries of its human; those of another human give nothing."""
_NOTED_EVERY: Final = timedelta(minutes=1)
"""A request notes the use of its token if the last one noted is this long ago."""
_TOKEN_ALONE: Final = (
    select(
        tables.tokens,
        OFFSET.label("offset"),
        _STANDS.label("stands"),
        func.array(select(_ALIAS.id).where(_ALIAS.alias_of == _STANDS).scalar_subquery()).label("aliases"),
        *with_association(_PERSON.association),
    )
    .join_from(tables.tokens, tables.people, tables.tokens.c.person == _PERSON.id, isouter=True)
    .where(tables.tokens.c.id == bindparam("token"))
)
_TOKEN: Final = _TOKEN_ALONE.add_columns(_NAMED.label("named"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenHolder:
    """The owner of a token: a person of an association, with roles and regions (none = the whole association).

    ``person`` is the entry that stands for the human, ``aliases`` are the human's other entries. Without a role, all
    grants that the token stands for have ended.
    """

    person: str
    roles: tuple[Role, ...]
    regions: tuple[str, ...]
    association: Association
    aliases: tuple[str, ...] = ()


def participant_in(row: Row[Any]) -> TokenHolder:
    """Return the mentor or mentee whose link or session a row is, from its columns ``stands`` and ``aliases``."""
    return TokenHolder(
        person=row.stands,
        roles=(Role.PARTICIPANT,),
        regions=(),
        association=association_in(row),
        aliases=tuple(sorted(row.aliases)),
    )


class TokenFacts:
    """Look-ups of tokens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def holder(self, token: str) -> TokenHolder | None:
        """Return the owner of a token, with what its grants give now; None for one unknown, expired or revoked."""
        found = await self._found(token, _TOKEN)
        if found is None:
            return None
        row, now = found
        named = map(grant_of, row.named or ())
        live = [grant for grant in named if grant.state(now) is GrantState.LIVE]
        rights = rights_of(live, participant=row.of_participant)
        return _holder(row, rights.roles, rights.regions)

    async def _found(self, token: str, wanted: Select[Any]) -> tuple[Row[Any], datetime] | None:
        """Return the row of a token that is valid, and the instant of the request; note that it was used."""
        prefix, _, rest = token.partition("_")
        id, _, secret = rest.partition("_")
        if prefix != PREFIX or not secret:
            return None
        row = await self._row(id, hashed(secret), wanted)
        if row is None or not secrets.compare_digest(row.hash, hashed(secret)):
            return None
        now = now_with_offset(row.offset)
        if row.revoked_at is not None or row.expires_at <= now:
            return None
        if row.used_at is None or abs(now - row.used_at) >= _NOTED_EVERY:
            await self._note_use(id, now)
        return row, now

    async def _row(self, id: str, hash: str, wanted: Select[Any]) -> Row[Any] | None:
        async with self._database.one_statement() as connection:
            found: Row[Any] | None = (await connection.execute(wanted, {"token": id})).first()
        return found

    async def _note_use(self, id: str, now: datetime) -> None:
        noted = update(tables.tokens).where(tables.tokens.c.id == id).values(used_at=now)
        async with self._database.one_statement() as connection:
            await connection.execute(noted)


class ParticipantTokenFacts(TokenFacts):
    """Look-ups of tokens by the participant process, which reads the row of a token that is shown to it, and no grant.

    From a look-up on, it acts for the owner of the token.
    """

    async def holder(self, token: str) -> TokenHolder | None:
        """Return the owner of a token as a participant; without a role for a token that is for work of the staff."""
        found = await self._found(token, _TOKEN_ALONE)
        if found is None:
            return None
        row, _ = found
        holder = _holder(row, (Role.PARTICIPANT,) if row.of_participant else (), ())
        ACTS_FOR.set(ActsFor(person=holder.person, aliases=holder.aliases, proof=row.hash))
        return holder

    async def _row(self, id: str, hash: str, wanted: Select[Any]) -> Row[Any] | None:
        ACTS_FOR.set(ActsFor(proof=hash))
        return await super()._row(id, hash, wanted)


def _holder(row: Row[Any], roles: tuple[Role, ...], regions: tuple[str, ...]) -> TokenHolder:
    return TokenHolder(
        person=row.stands,
        roles=roles,
        regions=regions,
        association=association_in(row),
        aliases=tuple(sorted(row.aliases)),
    )


def event_of(id: str, *, revoked: bool = False) -> str:
    """Return the command id of the event about a token; stored events have it, so it never changes."""
    return derive("token", id, "revoked") if revoked else derive("token", id)


def hashed(secret: str) -> str:
    """Return what is stored of a token's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
