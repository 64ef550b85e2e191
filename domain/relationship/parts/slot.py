"""A mentor's slots: one for each mentee that the mentor can take."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorSlot:
    """One of a mentor's slots, taken by this relationship until it is released."""

    id: str
    mentor: str
    number: int
    taken_at: datetime
    released_at: datetime | None = None
