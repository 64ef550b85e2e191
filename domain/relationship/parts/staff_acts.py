"""What staff entered for a person of the pair, as the state keeps it."""

from dataclasses import dataclass
from datetime import datetime

from domain.acting_for import Contradiction
from domain.actors import Side, StaffReason


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAct:
    """One entry of staff for a person. ``status`` is open, confirmed, stands (nobody said no in time) or contradicted.

    ``subject`` names what it made: a meeting, a document, or the version that was signed.
    """

    id: str
    command: str
    contradiction: Contradiction
    subject: str
    person: str
    side: Side
    acted_by: str
    reason: StaffReason
    at: datetime
    until: datetime
    status: str = "open"
    answered_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether the person can still contradict it."""
        return self.status == "open"
