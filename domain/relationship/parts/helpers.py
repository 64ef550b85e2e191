"""The helpers of a pair, as the state keeps them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper:
    """A person whom the mentor named for one topic. ``status`` is named, agreed or declined."""

    person: str
    topic: str
    named_at: datetime
    answered_at: datetime | None = None
    status: str = "named"
