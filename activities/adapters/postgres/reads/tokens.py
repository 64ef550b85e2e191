"""Tokens: whose they are and for what. Neither a secret nor its hash is read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.grants import AS_JSON, grant_of
from activities.adapters.postgres.facts.tokens import event_of
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads
from domain.actors import MACHINE_OPERATOR, Actor
from domain.journal import decode
from domain.people.grants import GrantState, rights_of
from domain.visibility import Sight

_NOT_SHOWN: Final = ("hash", "grants", "of_participant", "name", "used_at")
_GRANTS: Final = (
    select(func.jsonb_agg(AS_JSON)).where(tables.grants.c.id == func.any(tables.tokens.c.grants))
).scalar_subquery()


class TokenReads(Reads):
    """The reads of tokens."""

    async def every(self, sight: Sight, now: datetime) -> tuple[Mapping[str, Any], ...]:
        """Return all tokens in the order in which they were made, each with the name of its person.

        ``roles`` and ``regions`` are those that the grants of a token give now.

        ``made_by`` and ``revoked_by`` say who did so: the account of the machine, and the person who said to be there.
        """
        token, people = tables.tokens, tables.people
        shown = [column for column in token.c if column.name not in _NOT_SHOWN]
        rows = await self._all(
            select(*shown, token.c.of_participant, _GRANTS.label("named"), people.c.name)
            .join(people, people.c.id == token.c.person, isouter=True)
            .where(sql.token(sight))
            .order_by(token.c.created_at, token.c.id)
        )
        by = await self._actors()
        return tuple(
            {
                **_with_rights(row, now),
                "made_by": by.get(event_of(row["id"]), ""),
                "revoked_by": by.get(event_of(row["id"], revoked=True), ""),
            }
            for row in rows
        )

    async def own(self, sight: Sight, now: datetime) -> tuple[Mapping[str, Any], ...]:
        """Return the reader's own tokens that are still valid, the latest first, each with its name and last use."""
        token = tables.tokens.c
        rows = await self._all(
            select(
                token.id,
                token.name.label("called"),
                token.created_at,
                token.used_at,
                token.expires_at,
                token.of_participant,
                _GRANTS.label("named"),
            )
            .where(sql.own_token(sight), token.revoked_at.is_(None), token.expires_at > now)
            .order_by(token.created_at.desc(), token.id)
        )
        return tuple(_with_rights(row, now) for row in rows)

    async def _actors(self) -> Mapping[str, str]:
        """Return who made or revoked tokens, by the command of the event."""
        event = tables.events.c
        wanted = select(event.command, event.bytes).where(event.type.in_(("TokenIssued", "TokenRevoked")))
        async with self._database.transaction() as connection:
            found = await connection.execute(wanted)
            return {row.command: _name_of(decode(bytes(row.bytes)).actor) for row in found}


def _with_rights(row: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """Return the row of a token with what its grants give now, in place of the grants."""
    live = [grant for grant in map(grant_of, row["named"] or ()) if grant.state(now) is GrantState.LIVE]
    rights = rights_of(live, participant=row["of_participant"])
    kept = {name: value for name, value in row.items() if name not in ("named", "of_participant")}
    return {**kept, "roles": [role.value for role in rights.roles], "regions": list(rights.regions)}


def _name_of(operator: Actor) -> str:
    """Return who worked on the machine; older events name no account."""
    account = operator.auth.partition(":")[2]
    person = operator.id if operator.id != MACHINE_OPERATOR.id else ""
    return " ".join(filter(None, (account, f"as {person}" if person else ""))) or operator.auth
