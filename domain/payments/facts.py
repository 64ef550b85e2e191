"""Facts that only the database has for a decision on a payment: memberships, and contacts of the payee."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentQuestion:
    """What to look up for the day of an instant in ``zone``: memberships of ``persons``, contacts of ``region``."""

    as_of: datetime
    zone: str
    persons: tuple[str, ...]
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFacts:
    """The answer: class of membership by person (absent = no member that day), and contacts of the payee."""

    memberships: Mapping[str, str] = field(default_factory=dict)
    contacts: tuple[str, ...] = ()
