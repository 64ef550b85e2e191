"""Tokens: whose they are and for what. Neither a secret nor its hash is read."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.tokens import event_of
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads
from domain.actors import MACHINE_OPERATOR, Actor
from domain.journal import decode
from domain.visibility import Sight


class TokenReads(Reads):
    """The reads of tokens."""

    async def every(self, sight: Sight) -> tuple[Mapping[str, Any], ...]:
        """Return all tokens in the order in which they were made, each with the name of its person.

        ``made_by`` and ``revoked_by`` say who did so: the account of the machine, and the person who said to be there.
        """
        token, people = tables.tokens, tables.people
        shown = [column for column in token.c if column.name != "hash"]
        rows = await self._all(
            select(*shown, people.c.name)
            .join(people, people.c.id == token.c.person, isouter=True)
            .where(sql.token(sight))
            .order_by(token.c.created_at, token.c.id)
        )
        by = await self._actors()
        return tuple(
            {
                **row,
                "made_by": by.get(event_of(row["id"]), ""),
                "revoked_by": by.get(event_of(row["id"], revoked=True), ""),
            }
            for row in rows
        )

    async def _actors(self) -> Mapping[str, str]:
        """Return who made or revoked tokens, by the command of the event."""
        event = tables.events.c
        wanted = select(event.command, event.bytes).where(event.type.in_(("TokenIssued", "TokenRevoked")))
        async with self._database.transaction() as connection:
            found = await connection.execute(wanted)
            return {row.command: _name_of(decode(bytes(row.bytes)).actor) for row in found}


def _name_of(operator: Actor) -> str:
    """Return who worked on the machine; events of before name no account."""
    account = operator.auth.partition(":")[2]
    person = operator.id if operator.id != MACHINE_OPERATOR.id else ""
    return " ".join(filter(None, (account, f"as {person}" if person else ""))) or operator.auth
