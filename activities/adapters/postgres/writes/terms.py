"""Terms, each opened under the rules of one version of its program."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from activities.adapters.postgres import tables
from activities.adapters.postgres.writes.base import AlreadyThere, Writes
from activities.adapters.postgres.writes.rule_sets import RuleText, keep_rules_in
from domain.actors import Actor
from domain.ids import derive


class TermWrites(Writes):
    """The writes of terms."""

    async def open_term(
        self,
        *,
        id: str,
        program: str,
        name: str,
        first: date,
        last: date,
        version: str,
        rules: Sequence[RuleText],
        actor: Actor,
        command: str,
    ) -> None:
        """Open a term under the rules of a program's version.

        Raises:
            AlreadyThere: The program has a term of this name (``term_exists``), or another one on some of these days
                (``term_overlaps``), or other rules have been in force under this version (``rules_changed``).
        """
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            # Two terms that are opened at once wait for each other here, because both look at the others.
            one_at_a_time = func.pg_advisory_xact_lock(int(derive("terms", program)[:15], 16))
            await connection.execute(select(one_at_a_time))
            row = tables.terms.c
            others = select(row.first, row.last).where(row.program == program, row.id != id)
            shared = others.where(row.first <= last, row.last >= first).order_by(row.first).limit(1)
            if (other := (await connection.execute(shared)).first()) is not None:
                taken = f"Another term of the program is from {other.first} to {other.last}."
                raise AlreadyThere("term_overlaps", f"{taken} Choose days after it, or before it begins.")
            made = await connection.execute(
                upsert(tables.terms)
                .values(id=id, program=program, name=name, first=first, last=last, version=version)
                .on_conflict_do_nothing()
                .returning(tables.terms.c.id)
            )
            if made.first() is None:
                raise AlreadyThere("term_exists")
            await keep_rules_in(connection, program, version, rules)
            digests = [rule.digest for rule in rules]
            await self._note(connection, "TermOpened", {"term": id, "rules": digests}, actor, command)
