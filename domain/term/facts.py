"""Facts that only the database has about a term in one region: its mentors, its meeting pairs and its contacts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TermQuestion:
    """What to look up in a term and region as of an instant; days are days in ``zone``.

    ``months`` asks for the mentors of each month; ``person`` for where that person mentors, and for the person's pairs.
    """

    as_of: datetime
    zone: str
    term: str
    region: str
    months: tuple[str, ...] = ()
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFacts:
    """The answer of the database. All lists are in a fixed order.

    ``mentors`` of a month have a relationship that was in stage meetings then and is neither paused nor ended;
    ``active`` mentors have any open relationship. ``pairs`` are relationships with a mentor, ``meeting`` those which
    meet now. ``administrators`` supervise mentees. ``contacts_until`` is the last day that certainly has a contact.
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
