"""Terms, each opened under the rules of one version of its program."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.dialects.postgresql import insert as upsert

from activities.adapters.postgres import tables
from activities.adapters.postgres.writes.base import AlreadyThere, Writes
from activities.adapters.postgres.writes.rule_sets import RuleText, keep_rules_in
from domain.actors import Actor


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
            AlreadyThere: The term exists, or other rules have been in force under this version (``rules``).
        """
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            made = await connection.execute(
                upsert(tables.terms)
                .values(id=id, program=program, name=name, first=first, last=last, version=version)
                .on_conflict_do_nothing()
                .returning(tables.terms.c.id)
            )
            if made.first() is None:
                raise AlreadyThere("term")
            await keep_rules_in(connection, program, version, rules)
            digests = [rule.digest for rule in rules]
            await self._note(connection, "TermOpened", {"term": id, "rules": digests}, actor, command)
