"""Facts that only the database has for a decision on a payment: memberships, and contacts of the payee."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from domain.codec import LATER
from domain.same_as import SameAs, one_human

COMPARES_HUMANS: Final = 2
"""From this engine on, decisions compare humans and not only entries."""
COMPARES_REFERENCES: Final = 3
"""From this engine on, a reference that is already on another order is asked about."""
HEARS_OF_DEPARTURES: Final = 4
"""From this engine on, an order waits for an approver if somebody of the money has left or died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentQuestion:
    """What to look up for the day of an instant in ``zone``: memberships of ``persons``, contacts of ``region``.

    ``compared`` are the people of whom to look up which entries count as one; with ``obligation``, also whether the
    same human is paid for the same elsewhere. Both are None in runs of the first engine. ``reference`` is one of which
    to look up which orders have it already, ``counted_for`` other money of which to look up whether what was paid twice
    can pay it. ``departures`` asks who of ``persons`` has left or died.
    """

    as_of: datetime
    zone: str
    persons: tuple[str, ...]
    region: str
    compared: tuple[str, ...] | None = field(default=None, metadata=LATER)
    obligation: str | None = field(default=None, metadata=LATER)
    reference: str | None = field(default=None, metadata=LATER)
    counted_for: str | None = field(default=None, metadata=LATER)
    departures: bool | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFacts:
    """The answer: class of membership by person (absent = no member that day), and contacts of the payee.

    ``same_as`` has the entries that count as one with another, ``elsewhere`` the obligations for the same kind of money
    and term whose mentor counts as the same human and that have an order or were paid, ``sent_before`` those of them
    whose money was sent before that of this obligation. ``same_reference`` has the orders with the reference in
    question that one payment cannot be for: those of another payee, of another day or of this obligation.
    ``counted`` has the references of money that was paid twice elsewhere and counts for this obligation. ``counts``
    says whether the money in ``counted_for`` is owed to the same payee, of the same amount, and not sent or counted.
    ``gone`` has who has left or died, of those asked about.
    """

    memberships: Mapping[str, str] = field(default_factory=dict)
    contacts: tuple[str, ...] = ()
    same_as: SameAs | None = field(default=None, metadata=LATER)
    elsewhere: tuple[str, ...] | None = field(default=None, metadata=LATER)
    sent_before: tuple[str, ...] | None = field(default=None, metadata=LATER)
    same_reference: tuple[str, ...] | None = field(default=None, metadata=LATER)
    counted: tuple[str, ...] | None = field(default=None, metadata=LATER)
    counts: bool | None = field(default=None, metadata=LATER)
    gone: tuple[str, ...] | None = field(default=None, metadata=LATER)

    def one_human(self, one: str, other: str) -> bool:
        """Return whether two entries are one human, or count as one."""
        return one_human(self.same_as, one, other)
