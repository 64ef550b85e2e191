"""Identifiers: 32 lower-case hex digits, random if a client makes them, derived if they follow from a fact.

A derived id is the first 128 bits of SHA-256 over the parts of a business key, so a thing that is made twice exists
only once. No id ever holds a name, a school or an address.
"""

import hashlib
import re

_ID = re.compile(r"[0-9a-f]{32}")


def is_id(text: str) -> bool:
    """Return whether ``text`` has the form of an id."""
    return _ID.fullmatch(text) is not None


def derive(*parts: str) -> str:
    """Return the id for a business key, given as its parts in order."""
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:32]


def x_stream(relationship: str) -> str:
    """Return the id of the stream of refusals, reads and other side facts of one relationship."""
    return derive("x", relationship)


def s_stream(origin: str) -> str:
    """Return the id of the stream of the installation itself: imports, rule versions, role changes."""
    return derive("s", origin)


def h_stream(person: str) -> str:
    """Return the id of the stream of one person: who changed which fields of the entry when."""
    return derive("h", person)


def obligation_id(program: str, term: str, unit: str, kind: str, installment: int = 1) -> str:
    """Return the id of an obligation (MONEY: one for each program, term, unit, kind and installment)."""
    return derive("obligation", program, term, unit, kind, str(installment))


def claim_id(relationship: str, obligation: str, number: int = 1) -> str:
    """Return the id of a claim of one relationship on one obligation; a further one follows a withdrawn one."""
    further = () if number == 1 else (str(number),)
    return derive("claim", relationship, obligation, *further)


def term_region_id(term: str, region: str) -> str:
    """Return the id of the stream of one term in one region. A term's own id is derived from its program and name."""
    return derive("term_region", term, region)
