"""Terms of the programs, and the rules that each has fixed. Everybody may see those of their own association."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import not_, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.starts import rule_set
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Page, Reads
from domain.visibility import Sight


class TermReads(Reads):
    """The reads of terms."""

    async def page(self, sight: Sight) -> Page:
        """Return the terms that the reader sees."""
        term = tables.terms.c
        wanted = select(tables.terms).where(sql.of_program(sight, term.program))
        return Page(rows=await self._all(wanted.order_by(term.first, term.id)))

    async def one(self, sight: Sight, id: str) -> Mapping[str, Any] | None:
        """Return one term; None if it is unknown or the reader does not see it."""
        term = tables.terms.c
        return await self._one(select(tables.terms).where(term.id == id, sql.of_program(sight, term.program)))

    async def programs_elsewhere(self, sight: Sight) -> frozenset[str]:
        """Return the programs that belong to another association than the reader's."""
        program = tables.programs.c.program
        async with self._database.one_statement() as connection:
            wanted = select(program).where(not_(sql.of_program(sight, program)))
            return frozenset(await connection.scalars(wanted))

    async def rules(self, program: str, version: str) -> str:
        """Return as text the rules of a program that a term has fixed; empty if there are none."""
        async with self._database.transaction() as connection:
            found = await rule_set(connection, program, version, "")
        return str(found["text"]) if found else ""
