"""Rules as canonical text, stored permanently under the version of their program."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.writes.base import AlreadyThere, Writes
from domain.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText:
    """The rules of one region as canonical text; an empty region means all other regions."""

    region: str
    digest: str
    text: str


class RuleSetWrites(Writes):
    """The writes of rules."""

    async def keep_rules(
        self, *, program: str, version: str, rules: Sequence[RuleText], actor: Actor, command: str
    ) -> None:
        """Store the rules of a version; raise ``AlreadyThere`` (``rules_changed``) if the version has other rules."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await keep_rules_in(connection, program, version, rules)
            body = {"program": program, "version": version, "rules": [rule.digest for rule in rules]}
            await self._note(connection, "RulesKept", body, actor, command)

    async def means(self, program: str, version: str, rules: Sequence[RuleText]) -> bool:
        """Return whether a version means these rules, or was never stored."""
        async with self._database.transaction() as connection:
            kept = await _kept(connection, program, version)
        return not kept or kept == _digests(rules)


async def keep_rules_in(
    connection: AsyncConnection, program: str, version: str, rules: Sequence[RuleText]
) -> None:
    """Store rules permanently. A version means one text for each region: the same name for other rules is refused.

    The comparison with the stored rules follows the write: of two writers at once the second waits for the first.
    """
    before = await _kept(connection, program, version)
    for rule in rules:
        row = {"program": program, "version": version, "region": rule.region}
        stored = upsert(tables.rule_sets).values(**row, digest=rule.digest, text=rule.text)
        await connection.execute(stored.on_conflict_do_nothing())
    kept = await _kept(connection, program, version)
    if kept != _digests(rules) or (before and before != kept):
        raise AlreadyThere("rules_changed", f"Give the file a version of its own, other than {version}.")


async def _kept(connection: AsyncConnection, program: str, version: str) -> dict[str, str]:
    """Return the digest of a version's rules by region; the program's own rules have an empty region."""
    table = tables.rule_sets.c
    wanted = select(table.region, table.digest).where(table.program == program, table.version == version)
    return {row.region: row.digest for row in await connection.execute(wanted)}


def _digests(rules: Sequence[RuleText]) -> dict[str, str]:
    return {rule.region: rule.digest for rule in rules}
