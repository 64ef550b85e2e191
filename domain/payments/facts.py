"""What only the database knows when a payment is decided on: memberships, and contacts of the payee."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentQuestion:
    """What to look up on the day of an instant in ``zone``: memberships of ``persons``, contacts of ``region``."""

    as_of: datetime
    zone: str
    persons: tuple[str, ...]
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFacts:
    """What the database said: class of membership per person (absent = no member that day), contacts of the payee."""

    memberships: Mapping[str, str] = field(default_factory=dict)
    contacts: tuple[str, ...] = ()
