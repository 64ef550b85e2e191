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
class TermPair:
    """A relationship of the term and region that has a mentor, as the database holds it.

    ``running`` says that it is neither paused nor ended; ``since`` is the beginning of its stage. ``supervisor`` is the
    person to whom the mentee reports, empty if that is not known.
    """

    id: str
    mentor: str
    supervisor: str = ""
    running: bool
    stage: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFacts:
    """What decisions about a term use. All lists are in a fixed order.

    ``mentors`` owe the record of a month, and ``active`` ones can still be reminded of it (``monthly_records.py``).
    ``pairs`` are all relationships with a mentor, ``meeting`` those whose logs are checked (``log_checks.py``).
    ``administrators`` are asked in a survey (``region_surveys.py``). ``contacts_until`` is the last day that certainly
    has a contact.
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
