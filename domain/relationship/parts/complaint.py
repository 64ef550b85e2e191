"""The complaints of a relationship, as the state keeps them."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.messages import Stamp


class ComplaintDecision(StrEnum):
    """The possible decisions on a complaint."""

    DISMISSED = "dismissed"
    MENDED = "mended"
    PARTNER_CHANGED = "partner_changed"
    ENDED = "ended"


PARTING = (ComplaintDecision.PARTNER_CHANGED, ComplaintDecision.ENDED)
"""Decisions after which the two are no longer a pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One case. ``against`` is a person, or empty if the complaint is about the pairing itself; ``document`` is sealed.

    ``status`` is open, taken, decided (a second person is asked), closed, or lapsed with the relationship.
    """

    id: str
    about: str
    against: str
    opened_by: str
    document: str
    opened_at: datetime
    due_at: datetime
    status: str = "open"
    taken_by: str = ""
    decision: str = ""
    reason: str = ""
    decided_by: str = ""
    seconded_by: str = ""
    closed_at: datetime | None = None


def lapse(complaints: tuple[Complaint, ...], stamp: Stamp) -> tuple[Complaint, ...]:
    """Return the cases at the end of the relationship: those still open lapse with it."""
    return tuple(
        case if case.closed_at else replace(case, status="lapsed", closed_at=stamp.at) for case in complaints
    )
