"""The digest of a proposal: what a person has looked at, and what the take-over finds again."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Final

from domain.codec import to_plain
from domain.people.proposal.outcomes import ImportProposal, OutcomeKind

_TEXT_OF: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode
_PREFIX: Final = b"mentorflow/proposal/v1\n"


def proposal_digest(proposal: ImportProposal) -> str:
    """Return the digest of all that a proposal would change, refuses or asks. Rows that change nothing do not count."""
    digest = hashlib.sha256(_PREFIX)
    for part in _parts(proposal):
        digest.update(_TEXT_OF(part).encode() + b"\n")
    return digest.hexdigest()


def _parts(proposal: ImportProposal) -> Iterator[Any]:
    for each in proposal.outcomes:
        if each.outcome is not OutcomeKind.UNCHANGED:
            changes = [
                [change.field, to_plain(change.before), to_plain(change.after)] for change in each.changes
            ]
            yield [each.kind.value, *each.at, each.outcome.value, each.person, changes, list(each.questions)]
    for refusal in proposal.refusals:
        yield to_plain(refusal)
    for question in proposal.questions:
        yield [question.id, question.answer, question.who.value, [list(at) for at in question.at]]
    yield to_plain(proposal.writes)
