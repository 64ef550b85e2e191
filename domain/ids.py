"""Identifiers: 32 lower-case hex digits, random where an outsider made them, derived where they follow from a fact.

A derived id is the first 128 bits of SHA-256 over the parts of a business key, so that making a thing twice makes it
once. No id ever holds a name, a school or an address.
"""

import hashlib
import re

_ID = re.compile(r"[0-9a-f]{32}")


def is_id(text: str) -> bool:
    """Whether ``text`` has the form of an id."""
    return _ID.fullmatch(text) is not None


def derive(*parts: str) -> str:
    """The id that belongs to a business key, given as its parts in order."""
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:32]


def x_stream(relationship: str) -> str:
    """The stream of refusals, readings and other side facts of one relationship."""
    return derive("x", relationship)


def s_stream(origin: str) -> str:
    """The stream of the installation itself: imports, rule versions, role changes."""
    return derive("s", origin)


def obligation_id(program: str, term: str, unit: str, kind: str, installment: int = 1) -> str:
    """The obligation that follows from a business key (MONEY: one per program, term, unit, kind and installment)."""
    return derive("obligation", program, term, unit, kind, str(installment))


def claim_id(relationship: str, obligation: str) -> str:
    """The claim of one relationship on one obligation."""
    return derive("claim", relationship, obligation)


def term_region_id(term: str, region: str) -> str:
    """The stream of one term in one region. A term's own id is derived from its program and name."""
    return derive("term_region", term, region)
