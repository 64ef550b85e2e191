"""The versions of the agreement, as the state keeps them."""

from dataclasses import dataclass

from domain.actors import Side
from domain.rules.agreement_text import Clauses, Kept, Terms, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDraft:
    """A version that still needs signatures, with the digest of its text in each language."""

    version: int
    terms: Terms
    clauses: Clauses
    texts: tuple[Text, ...]
    signed_by: tuple[Side, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The version in force, if any, and the current draft, if any. ``kept`` is the signed list of documents."""

    versions: int = 0
    draft: AgreementDraft | None = None
    in_force: int = 0
    terms: Terms | None = None
    kept: tuple[Kept, ...] = ()
