"""What only the database knows of a term in one region: who mentors there, which pairs meet, who is its contact."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TermQuestion:
    """What to look up in a term and region as of an instant; days count in ``zone``.

    ``months`` asks for the mentors of each; ``person`` for where somebody mentors and which pairs are the person's own.
    """

    as_of: datetime
    zone: str
    term: str
    region: str
    months: tuple[str, ...] = ()
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFacts:
    """What the database said. All lists are in a fixed order.

    ``mentors`` of a month have a relationship that was in stage meetings then and is neither paused nor ended;
    ``active`` have one that is open at all. ``pairs`` are relationships with a mentor, ``meeting`` those that meet now.
    ``administrators`` supervise mentees. ``contacts_until`` is the last day that is sure to have a contact.
    """

    mentors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    active: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    meeting: tuple[str, ...] = ()
    administrators: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    contacts_until: date | None = None
    mentors_in: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
