"""The next meeting of a pair, as the state and both calendars keep it."""

from dataclasses import dataclass, field
from datetime import date, datetime

from domain.relationship.invitation import Invitation, Occasion, PlanChange


@dataclass(frozen=True, slots=True, kw_only=True)
class NextMeeting:
    """The next meeting: a row of the plan with its hour, or a day without one (then ``starts_at`` is absent)."""

    uid: str
    on: date
    starts_at: datetime | None = None
    minutes: int = 0
    mode: str = ""
    row: str = ""
    change: PlanChange | None = field(default=None, compare=False)
    """Its last change; None if a run of an earlier engine made it and did not keep this."""

    def invitation(self, change: PlanChange, *, cancelled: bool = False) -> Invitation:
        """Return the invitation to it as it is after a change."""
        return Invitation(
            uid=self.uid,
            sequence=change.sequence,
            stamped_at=change.at,
            occasion=Occasion.MEETING,
            starts_at=self.starts_at,
            minutes=self.minutes,
            on=None if self.starts_at else self.on,
            mode=self.mode,
            cancelled=cancelled,
        )
