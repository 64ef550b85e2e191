"""Rules by their digests: what a digest names never changes, so a process reads each set once."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Connection
from domain.rules.canonical_json import rules_from_text
from domain.rules.program import Rules

_MOST = 256


class KnownRules:
    """The sets of rules that a process has read."""

    def __init__(self) -> None:
        self._found: dict[str, Rules] = {}

    async def of(self, connection: Connection, named: Collection[str]) -> Mapping[str, Rules]:
        """Return the rules with these digests, without those that the office does not have."""
        missing = {*named} - self._found.keys()
        if missing:
            if len(self._found) > _MOST:
                self._found.clear()
                missing = {*named}
            sets = tables.rule_sets.c
            wanted = select(sets.digest, sets.text).where(sets.digest.in_(missing))
            for row in await connection.execute(wanted):
                self._found[row.digest] = rules_from_text(row.text)
        return {digest: self._found[digest] for digest in named if digest in self._found}
