"""Tokens: whose they are and for what. Neither a secret nor its hash is read."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads
from domain.visibility import Sight


class TokenReads(Reads):
    """The reads of tokens."""

    async def every(self, sight: Sight) -> tuple[Mapping[str, Any], ...]:
        """Return all tokens in the order in which they were made, each with the name of its person."""
        token, people = tables.tokens, tables.people
        shown = [column for column in token.c if column.name != "hash"]
        return await self._all(
            select(*shown, people.c.name)
            .join(people, people.c.id == token.c.person, isouter=True)
            .where(sql.token(sight))
            .order_by(token.c.created_at, token.c.id)
        )
