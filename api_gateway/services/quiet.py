"""What a reader of a relationship's history is not shown: the cases of complaint that are about that very reader.

To that person it must look as if nothing had happened, also by a number. So nobody but administrators and auditors
reads the chain itself (numbers in the journal, hashes); all others get the events counted as they are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.reads.complaints import complaints
from api_gateway.services.caller import Caller
from domain.actors import Role
from domain.codec import to_plain
from domain.journal import Envelope
from domain.relationship.any_stage import complaint
from domain.relationship.state import Relationship

READ_STATEMENT: Final = "ReadStatement"
"""The kind under which a refused reading of a statement stands in the side stream."""
_KINDS: Final = {READ_STATEMENT, *(kind.__name__ for kind in complaint.COMMANDS)}
_CASE_EVENTS: Final = {kind.__name__ for kind in complaint.EVENTS}
Sealed = tuple[Envelope, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How one person reads the history of one relationship. ``chain`` says whether numbers and hashes are shown."""

    chain: bool = True
    cases: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()

    def shown(self, events: Sequence[Sealed]) -> tuple[Sealed, ...]:
        """The events without those of cases about the reader."""
        return tuple(each for each in events if not self._hides(each[0]))

    def entries(self, events: Sequence[Sealed]) -> list[dict[str, Any]]:
        """The events as the API tells them."""
        if self.chain:
            return [{**to_plain(envelope), "hash": sealed} for envelope, sealed in events]
        plain = [{**to_plain(envelope), "seq": number} for number, (envelope, _) in enumerate(events, 1)]
        return [{name: value for name, value in each.items() if name != "prev"} for each in plain]

    def state(self, found: Any, count: int) -> Any:
        """A folded state, numbered as the events are shown."""
        if self.chain or not isinstance(found, Relationship):
            return found
        return replace(found, applied_seq=count)

    def _hides(self, envelope: Envelope) -> bool:
        if not self.cases:
            return False
        if envelope.type in _CASE_EVENTS:
            return envelope.body["complaint"] in self.cases
        # A refused attempt does not say which case it was about.
        return envelope.body.get("kind") in _KINDS or envelope.body.get("document") in self.documents


WHOLE: Final = Reader()
"""A reader from whom nothing is kept."""


async def reader_of(database: Database, caller: Caller, subject: str) -> Reader:
    """How a caller who may see the quiet matters of a relationship reads its history."""
    async with database.transaction() as connection:
        found = [case for case in await complaints(connection, subject) if case["against"] == caller.person]
    supervises = bool({Role.ADMIN, Role.AUDITOR} & set(caller.roles))
    return Reader(
        chain=supervises and not found,
        cases=frozenset(case["id"] for case in found),
        documents=frozenset(case["document"] for case in found if case["document"]),
    )
