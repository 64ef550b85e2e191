"""Terms of the programs, and the rules that each has fixed. Everybody may see them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.starts import rule_set
from activities.adapters.postgres.reads.rows import Page, Reads


class TermReads(Reads):
    """The reads of terms."""

    async def page(self) -> Page:
        """Return all terms."""
        return Page(
            rows=await self._all(select(tables.terms).order_by(tables.terms.c.first, tables.terms.c.id))
        )

    async def one(self, id: str) -> Mapping[str, Any] | None:
        """Return one term; None for an unknown one."""
        return await self._one(select(tables.terms).where(tables.terms.c.id == id))

    async def rules(self, program: str, version: str) -> str:
        """Return as text the rules of a program that a term has fixed; empty if there are none."""
        async with self._database.transaction() as connection:
            found = await rule_set(connection, program, version, "")
        return str(found["text"]) if found else ""
