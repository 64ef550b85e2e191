"""What a program may keep: the list that both have signed, and nothing else (NEA-31, -50, K1 to K3, K5).

Without an agreement in force the list is empty. A document kind that the program no longer marks as one to keep cannot
be archived even if an old Letter lists it.
"""

from domain.relationship.state import Relationship
from domain.rules.agreement_text import Kept
from domain.rules.program import Rules


def archivable(state: Relationship, kind: str, rules: Rules) -> bool:
    """Return whether a document of this kind may go into the program's archive of this relationship."""
    return kind in rules.agreement.kept_documents and kept_for(state, kind) is not None


def kept_for(state: Relationship, kind: str) -> Kept | None:
    """Return the signed line of the list for a kind of document, or None if they have not both signed for it."""
    return next((kept for kept in state.agreement.kept if kept.document == kind), None)
